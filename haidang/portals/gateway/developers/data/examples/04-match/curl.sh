curl -sS "$HAIDANG_URL/fhir/Patient/\$match" \
  -H "Authorization: Bearer $HAIDANG_TOKEN" \
  -H "Content-Type: application/fhir+json" \
  --data-binary @- <<'JSON'
{
  "resourceType": "Patient",
  "identifier": [{ "system": "https://haidang.vn/fhir/sid/citizen-id", "value": "031185000001" }],
  "name": [{ "text": "Trần Thị Ví Dụ" }],
  "gender": "female",
  "birthDate": "1985-07-21"
}
JSON
