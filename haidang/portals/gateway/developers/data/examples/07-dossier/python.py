import json
import os
import urllib.error
import urllib.request
from pathlib import Path

request = urllib.request.Request(
    f"{os.environ['HAIDANG_URL']}/gateway/claims?filename=dossier.xml&wait=20",
    data=Path("dossier.xml").read_bytes(),
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
for dossier in report["dossiers"]:
    for problem in dossier["problems"]:
        print(problem["code"], problem["en"], problem["action_en"])
