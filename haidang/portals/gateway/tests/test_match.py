"""Patient/$match: what a facility learns of whom, and that every person shown is a look."""

from decimal import Decimal

import pytest

from haidang.engines.ledger import api as ledger
from haidang.kernel import systems
from haidang.portals.gateway.fhir.operations import match as operation
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db
CARD = {"system": systems.CITIZEN_ID, "value": "031070000001"}
FILE = {"system": systems.mrn("31001"), "value": "BN-7"}
KNOWN = {
    "resourceType": "Patient",
    "identifier": [CARD, FILE],
    "name": [{"text": "Nguyễn Văn Bảo An"}],
    "gender": "male",
    "birthDate": "1970-05-14",
    "telecom": [{"system": "phone", "value": "0912345678"}],
    "address": [{"use": "home", "text": "Số 1, Phường Mẫu, Hải Phòng"}],
}
ASKED = {name: KNOWN[name] for name in ("resourceType", "name", "gender", "birthDate")}


@pytest.fixture
def patient(hospital):
    return read(hospital.post("Patient", KNOWN))


def asked(client, patient, **more):
    parameter = [{"name": "resource", "resource": patient}]
    parameter += [{"name": name, f"value{_kind(v)}": v} for name, v in more.items()]
    return client.post("Patient/$match", {"resourceType": "Parameters", "parameter": parameter})


def _kind(value):
    return "Boolean" if isinstance(value, bool) else "Integer"


def entries(answer):
    assert answer.status_code == 200
    return read(answer).get("entry", [])


def grade(entry):
    found = {one["url"]: one for one in entry["search"]["extension"]}
    return found[operation.GRADE]["valueCode"]


def test_a_facility_finds_whom_it_cares_for_whole_graded_and_explained(hospital, patient):
    (entry,) = entries(asked(hospital, ASKED))

    assert entry["resource"] == patient
    assert (grade(entry), entry["search"]["score"]) == ("probable", Decimal("0.45"))
    evidence = [
        {part["url"]: next(v for k, v in part.items() if k != "url") for part in one["extension"]}
        for one in entry["search"]["extension"]
        if one["url"] == operation.EVIDENCE
    ]
    assert {one["attribute"]: one["contribution"] for one in evidence} == {
        "name": Decimal("0.2"), "birth": Decimal("0.2"), "sex": Decimal("0.05"),
    }  # fmt: skip


def test_the_patient_alone_is_taken_as_the_input(hospital, patient):
    (entry,) = entries(hospital.post("Patient/$match", ASKED | {"identifier": [FILE]}))

    assert (grade(entry), entry["search"]["score"]) == ("certain", Decimal("0.85"))


def test_another_facility_learns_of_nobody_by_likeness(other_hospital, patient):
    assert entries(asked(other_hospital, ASKED)) == []
    assert entries(asked(other_hospital, ASKED | {"identifier": [FILE]})) == []
    assert ledger.looks_at(f"Patient/{patient['id']}") == []


def test_another_facility_with_the_card_learns_no_more_than_it_said(other_hospital, patient):
    (entry,) = entries(asked(other_hospital, ASKED | {"identifier": [CARD]}))

    shown = entry["resource"]
    assert grade(entry) == "certain"
    assert set(shown) == {"resourceType", "id", "meta", "identifier", "name", "gender", "birthDate"}
    assert shown["identifier"] == [CARD]
    assert shown["meta"]["tag"][0]["code"] == "SUBSETTED"


def test_a_number_with_somebody_elses_name_reveals_nothing(other_hospital, patient):
    stranger = {"resourceType": "Patient", "name": [{"text": "Lê Thị Hoa"}], "identifier": [CARD]}

    assert entries(asked(other_hospital, stranger)) == []


@pytest.mark.parametrize("who", ["hospital", "other_hospital"])
def test_every_person_shown_is_a_look(request, who, patient):
    client = request.getfixturevalue(who)
    asked(client, ASKED | {"identifier": [CARD]})

    look = ledger.looks_at(f"Patient/{patient['id']}")[0]
    assert (look.what, look.by_ref, look.allowed) == ("fhir.match", client.ref, True)


def test_only_certain_matches_and_only_one(hospital, patient):
    assert entries(asked(hospital, ASKED, onlyCertainMatches=True)) == []
    sure = ASKED | {"identifier": [CARD]}
    assert len(entries(asked(hospital, sure, onlyCertainMatches=True))) == 1
    hospital.post("Patient", KNOWN)  # entered twice: two are certain, so neither is the one
    assert entries(asked(hospital, sure, onlyCertainMatches=True)) == []
    assert len(entries(asked(hospital, sure))) == 2
    assert len(entries(asked(hospital, sure, count=1))) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"resourceType": "Parameters"}, "fhir.parameter_missing"),
        ({"resourceType": "Observation"}, "fhir.patient_expected"),
        ({"resourceType": "Patient", "gender": "male"}, "people.nameless"),
    ],
)
def test_a_question_that_names_nobody_is_refused(hospital, content, code):
    refused = hospital.post("Patient/$match", content)

    assert (refused.status_code, code_of(refused)) == (400, code)


def test_one_system_asks_only_so_often(hospital, patient, settings):
    settings.HAIDANG_MATCHES_PER_MINUTE = 2

    codes = [asked(hospital, ASKED).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_searching_patients_needs_its_scope(patient):
    refused = asked(Fhir("31001", ["gateway.use_fhir", "system/Patient.c"]), ASKED)

    assert code_of(refused) == "fhir.scope_missing"


def test_whoever_came_in_a_transaction_is_found_at_once(hospital):
    once = {
        "method": "POST",
        "url": "Patient",
        "ifNoneExist": f"identifier={CARD['system']}|{CARD['value']}",
    }
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{"resource": KNOWN, "request": once}],
    }
    assert hospital.post("", bundle).status_code == 200

    (entry,) = entries(asked(hospital, ASKED | {"identifier": [CARD]}))

    assert grade(entry) == "certain"


def test_people_who_are_not_told_of_take_nobodys_place(hospital, other_hospital):
    strangers = [KNOWN | {"identifier": [{**FILE, "value": f"BN-{n}"}]} for n in range(25)]
    for one in strangers:
        hospital.post("Patient", one)
    likely = {name: KNOWN[name] for name in ("resourceType", "name", "birthDate")}
    known = read(other_hospital.post("Patient", likely))

    (entry,) = entries(asked(other_hospital, ASKED, count=1))

    assert entry["resource"]["id"] == known["id"]
