curl -sS "$HAIDANG_URL/gateway/claims?filename=dossier.xml&wait=20" \
  -H "Authorization: Bearer $HAIDANG_TOKEN" \
  -H "Content-Type: application/xml" \
  --data-binary @dossier.xml
