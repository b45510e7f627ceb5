"""Dossiers for journeys: a new person each time, so that a journey can be walked again."""

import secrets
from datetime import date

from haidang.engines.exchange.adapters.claims import reader, writer
from simulators import his

SYLLABLES = [
    "An",
    "Bích",
    "Cúc",
    "Diễm",
    "Đào",
    "Gấm",
    "Hạnh",
    "Hiên",
    "Hường",
    "Khuê",
    "Kiều",
    "Lựu",
    "Mận",
    "Mơ",
    "Ngà",
    "Nhài",
    "Nụ",
    "Oanh",
    "Phấn",
    "Quế",
    "Sáo",
    "Sen",
    "Sim",
    "Thắm",
    "Thoa",
    "Thục",
    "Trà",
    "Trúc",
    "Tuyết",
    "Vân",
    "Xoan",
    "Yến",
]
FACILITY = his.Facility("31Z01", "Bệnh viện đa khoa mô phỏng Lạch Tray")


def newcomer():
    """A synthetic woman with diabetes, whom no other journey has met."""
    number = f"{secrets.randbelow(10**6):06d}"
    return his.Person(
        name=" ".join(["Đặng Thị", *(secrets.choice(SYLLABLES) for _ in range(4))]),
        sex="2",
        born=date(1961, 5, 20),
        citizen_id=f"031161{number}",
        conditions=["diabetes"],
        key=number,
    )


def visits_of(person, count=2):
    """The person's last visits for diabetes at which blood sugar was measured, as dossiers."""
    made = his.generate(seed=7, people=[person], facility=FACILITY, form="3176")
    return [one for one in made if _is_read(one)][-count:]


def _is_read(dossier):
    """Whether a visit has what the journeys look for, whoever was drawn."""
    measured = {row["TEN_CHI_SO"] for row in dossier.rows("XML4") if row.get("TEN_CHI_SO")}
    return dossier.summary["MA_BENH_CHINH"].startswith("E11") and "Glucose" in measured


def file_of(dossiers):
    """One file as the browser uploads it."""
    content = writer.write(dossiers, form="3176", sender=FACILITY.code, made_on="20261120")
    return {"name": "ho-so.xml", "mimeType": "application/xml", "buffer": content}


def spoiled(dossiers, field, value):
    """The same file with a field of the summary changed."""
    for dossier in dossiers:
        dossier.summary[field] = value
    return file_of(dossiers)


def read(content):
    """The tables of the one dossier in a file."""
    (dossier,) = reader.read(content).dossiers
    return dossier.tables
