import json
import os
import urllib.request

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
somebody = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://haidang.vn/fhir/sid/citizen-id", "value": "031185000001"}],
    "name": [{"text": "Trần Thị Ví Dụ"}],
    "gender": "female",
    "birthDate": "1985-07-21",
}
request = urllib.request.Request(
    f"{os.environ['HAIDANG_URL']}/fhir/Patient/$match",
    data=json.dumps(somebody).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['HAIDANG_TOKEN']}",
        "Content-Type": "application/fhir+json",
    },
)
with urllib.request.urlopen(request) as answer:
    for entry in json.load(answer).get("entry", []):
        told = entry["search"]
        grade = next(x["valueCode"] for x in told["extension"] if x["url"] == GRADE)
        print(entry["resource"]["id"], grade, told["score"])
