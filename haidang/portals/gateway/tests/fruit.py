"""A small list of fruit with its words, tree and map, loaded as national lists are."""

import csv

from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, systems
from haidang.portals.gateway.tests.fhir_client import read

FRUIT = systems.codes("fruit")
FRUITS = f"{systems.BASE}/ValueSet/fruit"
ROWS = [
    ("citrus", "Họ cam chanh", "Citrus", "", "", ""),
    ("lime", "Chanh", "Lime", "citrus", "", "green"),
    ("orange", "Cam", "Orange", "citrus", "", "orange"),
    ("key-lime", "Chanh ta", "Key lime", "lime", "", "green"),
    ("durian", "Sầu riêng", "Durian", "", "1", ""),
]
MANIFEST = """kind = "{kind}"
title_vi = "Quả"
title_en = "Fruit"
version = "{version}"
publisher = "Bộ"
source = "thử"
licence = "tự do"
completeness = "complete"
rows = 0
checksum = ""
"""


def load(folder, kind, header, rows, version="2026", more=""):
    folder.mkdir(parents=True)
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([header.split(), *rows])
    text = MANIFEST.format(kind=kind, version=version) + more
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    terminology.seal(folder)
    terminology.load_release(folder, actor.SYSTEM)


def parameters(answer):
    assert answer.status_code == 200, answer.content
    return read(answer)["parameter"]


def values(answer):
    return {p["name"]: next((v for k, v in p.items() if k.startswith("value")), None)
            for p in parameters(answer)}  # fmt: skip


def properties(answer):
    parts = [p["part"] for p in parameters(answer) if p["name"] == "property"]
    return {
        (code["valueCode"], next(v for k, v in value.items() if k != "name"))
        for code, value in parts
    }


def post(client, path, *parameters):
    return client.post(path, {"resourceType": "Parameters", "parameter": list(parameters)})


def codes(answer):
    assert answer.status_code == 200, answer.content
    return [c["code"] for c in read(answer)["expansion"].get("contains", [])]
