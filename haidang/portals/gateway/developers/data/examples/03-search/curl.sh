curl -sS -G "$HAIDANG_URL/fhir/Observation" \
  -H "Authorization: Bearer $HAIDANG_TOKEN" \
  --data-urlencode "patient.identifier=https://example.org/his|DEV-1" \
  --data-urlencode "code=http://loinc.org|29463-7" \
  --data-urlencode "_count=1"
