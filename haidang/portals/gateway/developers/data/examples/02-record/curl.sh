curl -sS "$HAIDANG_URL/fhir" \
  -H "Authorization: Bearer $HAIDANG_TOKEN" \
  -H "Content-Type: application/fhir+json" \
  --data-binary @- <<'JSON'
{
  "resourceType": "Bundle",
  "type": "transaction",
  "entry": [
    {
      "fullUrl": "urn:uuid:5f0c2b1e-6a4d-4c1c-9f33-0f3a5d6e7b01",
      "resource": {
        "resourceType": "Patient",
        "identifier": [
          { "system": "https://example.org/his", "value": "DEV-1" },
          { "system": "https://haidang.vn/fhir/sid/citizen-id", "value": "031185000001" }
        ],
        "name": [{ "text": "Trần Thị Ví Dụ", "family": "Trần", "given": ["Thị", "Ví", "Dụ"] }],
        "gender": "female",
        "birthDate": "1985-07-21"
      },
      "request": { "method": "POST", "url": "Patient", "ifNoneExist": "identifier=https://example.org/his|DEV-1" }
    },
    {
      "resource": {
        "resourceType": "Observation",
        "status": "final",
        "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs" }] }],
        "code": { "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] },
        "subject": { "reference": "urn:uuid:5f0c2b1e-6a4d-4c1c-9f33-0f3a5d6e7b01" },
        "effectiveDateTime": "2026-11-25",
        "valueQuantity": { "value": 60.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg" }
      },
      "request": { "method": "POST", "url": "Observation" }
    }
  ]
}
JSON
