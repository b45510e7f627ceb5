import json
import os
import urllib.request

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
NEW = "urn:uuid:5f0c2b1e-6a4d-4c1c-9f33-0f3a5d6e7b01"
patient = {
    "resourceType": "Patient",
    "identifier": [
        {"system": "https://example.org/his", "value": "DEV-1"},
        {"system": "https://haidang.vn/fhir/sid/citizen-id", "value": "031185000001"},
    ],
    "name": [{"text": "Trần Thị Ví Dụ", "family": "Trần", "given": ["Thị", "Ví", "Dụ"]}],
    "gender": "female",
    "birthDate": "1985-07-21",
}
weight = {
    "resourceType": "Observation",
    "status": "final",
    "category": [{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": NEW},
    "effectiveDateTime": "2026-11-25",
    "valueQuantity": {
        "value": 60.5,
        "unit": "kg",
        "system": "http://unitsofmeasure.org",
        "code": "kg",
    },
}
once = {"method": "POST", "url": "Patient", "ifNoneExist": "identifier=https://example.org/his|DEV-1"}
bundle = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {"fullUrl": NEW, "resource": patient, "request": once},
        {"resource": weight, "request": {"method": "POST", "url": "Observation"}},
    ],
}
request = urllib.request.Request(
    f"{os.environ['HAIDANG_URL']}/fhir",
    data=json.dumps(bundle).encode(),
    headers={
        "Authorization": f"Bearer {os.environ['HAIDANG_TOKEN']}",
        "Content-Type": "application/fhir+json",
    },
)
with urllib.request.urlopen(request) as answer:
    for entry in json.load(answer)["entry"]:
        print(entry["response"]["status"], entry["response"]["location"])
