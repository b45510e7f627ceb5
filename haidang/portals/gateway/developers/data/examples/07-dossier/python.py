import json
import os
import urllib.error
import urllib.request

# A dossier of a person who does not exist; yours comes from the hospital's software.
sample = f"{os.environ['HAIDANG_URL']}/gateway/sandbox/dossier.xml"
with urllib.request.urlopen(sample) as answer:
    dossier = answer.read()
request = urllib.request.Request(
    f"{os.environ['HAIDANG_URL']}/gateway/claims?filename=dossier.xml&wait=20",
    data=dossier,
    headers={
        "Authorization": f"Bearer {os.environ['HAIDANG_TOKEN']}",
        "Content-Type": "application/xml",
    },
)
try:
    answer = urllib.request.urlopen(request)
except urllib.error.HTTPError as refused:
    answer = refused
report = json.load(answer)
print("receipt", report["receipt"], report["state"])
for one in report["dossiers"]:
    for problem in one["problems"]:
        print(problem["code"], problem["en"], problem["action_en"])
