# A dossier of a person who does not exist; yours comes from the hospital's software.
curl -sS -o dossier.xml "$HAIDANG_URL/gateway/sandbox/dossier.xml"
curl -sS "$HAIDANG_URL/gateway/claims?filename=dossier.xml&wait=20" \
  -H "Authorization: Bearer $HAIDANG_TOKEN" \
  -H "Content-Type: application/xml" \
  --data-binary @dossier.xml
