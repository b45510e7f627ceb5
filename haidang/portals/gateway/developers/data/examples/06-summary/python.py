import json
import os
import urllib.parse
import urllib.request

wanted = urllib.parse.urlencode({"identifier": "https://example.org/his|DEV-1", "_language": "en"})
request = urllib.request.Request(
    f"{os.environ['HAIDANG_URL']}/fhir/Patient/$summary?{wanted}",
    headers={"Authorization": f"Bearer {os.environ['HAIDANG_TOKEN']}"},
)
with urllib.request.urlopen(request) as answer:
    composition = json.load(answer)["entry"][0]["resource"]
print(composition["type"]["coding"][0]["code"], composition["title"])
for section in composition["section"]:
    print("-", section["title"], len(section["entry"]))
