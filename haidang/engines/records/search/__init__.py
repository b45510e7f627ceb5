"""Search: a FHIR query becomes one SQL statement over the numbers of `index`."""
