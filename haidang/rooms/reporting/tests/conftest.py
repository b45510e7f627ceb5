"""A city with a hospital, two stations, a centre and the department; a few visits in the third quarter."""

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import systems
from haidang.rooms.reporting import domain, models, services
from haidang.rooms.reporting.tests import people
from haidang.rooms.reporting.tests.stages import FORM, IN_TIME, OPENED, QUARTER, explain

UNITS = [
    {"code": "31", "kind": "city", "type_vi": "Thành phố", "name": "Hải Phòng"},
    *(
        {"code": code, "kind": "ward", "type_vi": "Phường", "name": name, "parent": "31"}
        for code, name in ((people.COMMUNE, "Một"), ("11311", "Hai"))
    ),
]
PLACES = (
    (people.HOSPITAL, "Bệnh viện thử", "general-hospital", None),
    (people.STATION, "Trạm y tế thử", "commune-station", people.COMMUNE),
    (people.OTHER_STATION, "Trạm y tế thử hai", "commune-station", "11311"),
    (people.CENTRE, "Trung tâm kiểm soát bệnh tật thử", "disease-control-centre", None),
    (domain.DEPARTMENT, "Sở Y tế thử", "other", None),
)


@pytest.fixture
def office(db, settings, tmp_path):
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    places.forget()
    places.load_units(UNITS, name="places/test", checksum="1", by=actors.SYSTEM)
    for code, name, kind, commune in PLACES:
        places.save_facility(code, name=name, kind=kind, commune=commune or "", by=actors.SYSTEM)
    yield
    places.forget()


@pytest.fixture
def town(office, everything_open):
    """Six women and two men of one commune; four visits at its station in August 2026, one inpatient stay.

    Two of the visits are of insured people, one ends in a referral, one is for hypertension.
    """
    them = [_person(f"p{n}", "female" if n < 6 else "male", 1940 + 10 * n) for n in range(8)]
    visits = [
        visit("v0", "p0", "2026-08-01", code="I10", category="1.1"),
        visit("v1", "p1", "2026-08-02", code="A90", category="1.1", discharge="2"),
        visit("v2", "p6", "2026-08-03", code="J06.9", category="9"),
        visit("v3", "p7", "2026-08-04", code="E11.9", category="9", kind="IMP"),
        visit("v4", "p7", "2026-10-01", code="E11.9", category="9"),
    ]
    records.save_all([*them, *(one for pair in visits for one in pair)], by=actors.SYSTEM)
    analytics.catch_up()


def _person(id, sex, born):
    place = {
        "url": systems.extension("commune"),
        "valueCoding": {"system": systems.COMMUNE, "code": people.COMMUNE},
    }
    return {
        "resourceType": "Patient",
        "id": id,
        "gender": sex,
        "birthDate": f"{born}-05-05",
        "name": [{"text": "Người Mẫu"}],
        "address": [{"extension": [place]}],
    }


def visit(id, patient, day, *, code, category, kind="AMB", discharge=None):
    moment = f"{day}T08:00:00+07:00"
    about = {"subject": {"reference": f"Patient/{patient}"}}
    encounter = {
        "resourceType": "Encounter",
        "id": id,
        "status": "finished",
        "class": {"code": kind},
        **about,
        "type": [{"coding": [{"system": systems.codes("visit-category"), "code": category}]}],
        "serviceProvider": {"identifier": {"system": systems.FACILITY, "value": people.STATION}},
        "period": {"start": moment, "end": moment},
        "diagnosis": [{"condition": {"reference": f"Condition/d{id}"}, "rank": 1}],
        "length": {"value": 2},
    }
    if discharge:
        coding = {"system": systems.codes("discharge-type"), "code": discharge}
        encounter["hospitalization"] = {"dischargeDisposition": {"coding": [coding]}}
    condition = {
        "resourceType": "Condition",
        "id": f"d{id}",
        **about,
        "encounter": {"reference": f"Encounter/{id}"},
        "code": {"coding": [{"system": systems.ICD10, "code": code}]},
        "recordedDate": moment,
    }
    return encounter, condition


@pytest.fixture
def report(town):
    services.open_period(FORM, QUARTER, by=people.officer(), at=OPENED)
    return models.Report.objects.get(unit=people.STATION)


@pytest.fixture
def filled(report):
    services.fill(report.pk, by=people.clerk(), at=IN_TIME)
    report.refresh_from_db()
    return report


@pytest.fixture
def submitted(filled):
    explain(filled)
    services.submit(filled.pk, by=people.station_head(), at=IN_TIME)
    filled.refresh_from_db()
    return filled


@pytest.fixture
def locked(submitted):
    services.approve(submitted.pk, by=people.officer(), at=IN_TIME)
    services.lock(submitted.pk, by=people.head_of_office(), at=IN_TIME)
    submitted.refresh_from_db()
    return submitted
