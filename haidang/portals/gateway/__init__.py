"""The portal of machines: facilities' systems, FHIR clients, open data."""
