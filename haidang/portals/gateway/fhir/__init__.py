"""FHIR R4 over HTTP: the door through which other systems read and write the city's records."""
