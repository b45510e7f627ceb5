"""SQL on FHIR: view definitions, compiled to SQL (README.md tells how)."""
