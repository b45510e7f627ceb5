import json
import os
import time
import urllib.error
import urllib.request


def put(resource, **headers):
    """Write a resource; return the status and the body."""
    request = urllib.request.Request(
        f"{os.environ['HAIDANG_URL']}/fhir/{resource['resourceType']}/{resource['id']}",
        data=json.dumps(resource).encode(),
        method="PUT",
        headers={
            "Authorization": f"Bearer {os.environ['HAIDANG_TOKEN']}",
            "Content-Type": "application/fhir+json",
            **headers,
        },
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


note = {"resourceType": "Basic", "id": f"dev-{time.time_ns()}", "code": {"text": "first"}}
_status, stored = put(note)
seen = {"If-Match": f'W/"{stored["meta"]["versionId"]}"'}
print(put({**note, "code": {"text": "second"}}, **seen)[0])
status, outcome = put({**note, "code": {"text": "too late"}}, **seen)
print(status, outcome["issue"][0]["details"]["coding"][0]["code"])
