# Somebody has read version 1 and writes; whoever else read version 1 is told 412.
id="dev-weight-$(date +%s)"
put() {
  curl -sS -o /dev/null -w "%{http_code}\n" -X PUT "$HAIDANG_URL/fhir/Basic/$id" \
    -H "Authorization: Bearer $HAIDANG_TOKEN" \
    -H "Content-Type: application/fhir+json" "${@:2}" \
    -d "{\"resourceType\": \"Basic\", \"id\": \"$id\", \"code\": {\"text\": \"$1\"}}"
}
put "first"
put "second" -H 'If-Match: W/"1"'
put "too late" -H 'If-Match: W/"1"'
