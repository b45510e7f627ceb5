"""What a record consists of, and the rules by which it is shown; no framework, no FHIR."""
