import json
import os
import urllib.parse
import urllib.request

wanted = urllib.parse.urlencode(
    {
        "patient.identifier": "https://example.org/his|DEV-1",
        "code": "http://loinc.org|29463-7",
        "_count": 1,
    }
)
page = f"{os.environ['HAIDANG_URL']}/fhir/Observation?{wanted}"
headers = {"Authorization": f"Bearer {os.environ['HAIDANG_TOKEN']}"}
while page:
    with urllib.request.urlopen(urllib.request.Request(page, headers=headers)) as answer:
        bundle = json.load(answer)
    for entry in bundle.get("entry", []):
        found = entry["resource"]
        print(found["effectiveDateTime"], found["valueQuantity"]["value"])
    page = next((x["url"] for x in bundle["link"] if x["relation"] == "next"), None)
