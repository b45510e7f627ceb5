import json
import os
import urllib.request

url = os.environ["HAIDANG_URL"]
request = urllib.request.Request(f"{url}/gateway/sandbox", method="POST")
with urllib.request.urlopen(request) as answer:
    sandbox = json.load(answer)
print(sandbox["token"], "until", sandbox["expires_at"])
