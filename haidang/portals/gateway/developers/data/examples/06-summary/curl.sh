curl -sS -G "$HAIDANG_URL/fhir/Patient/\$summary" \
  -H "Authorization: Bearer $HAIDANG_TOKEN" \
  -H "Accept-Language: en" \
  --data-urlencode "identifier=https://example.org/his|DEV-1"
