"""Search by each kind of parameter, on a handful of named records."""

import pytest

from haidang.engines.records import api as records
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")
LOINC = "http://loinc.org"


def coded(code, system=LOINC, **more):
    return {"coding": [{"system": system, "code": code, **more}]}


AN = {
    "resourceType": "Patient", "id": "an", "gender": "male", "birthDate": "1980-05-17",
    "active": True, "name": [{"text": "Nguyễn Văn An", "family": "Nguyễn", "given": ["Văn", "An"]}],
    "identifier": [{"system": "urn:cccd", "value": "031080000001"}],
    "managingOrganization": {"reference": "Organization/ward"},
    "telecom": [{"system": "phone", "value": "0912345678"}],
}  # fmt: skip
BINH = {
    "resourceType": "Patient", "id": "binh", "gender": "female", "birthDate": "1992",
    "name": [{"text": "Đặng Thị Bình"}],
}  # fmt: skip
WARD = {"resourceType": "Organization", "id": "ward", "name": "Trạm y tế Hải An"}
PRESSURE = {
    "resourceType": "Observation", "id": "pressure", "status": "final",
    "subject": {"reference": "Patient/an"}, "effectiveDateTime": "2026-03-01T08:00:00+07:00",
    "code": coded("85354-9", display="Huyết áp"),
    "component": [
        {"code": coded("8480-6"), "valueQuantity": {"value": 150, "code": "mm[Hg]", "system": "http://unitsofmeasure.org", "unit": "mmHg"}},
        {"code": coded("8462-4"), "valueQuantity": {"value": 95, "code": "mm[Hg]", "system": "http://unitsofmeasure.org", "unit": "mmHg"}},
    ],
}  # fmt: skip
SUGAR = {
    "resourceType": "Observation", "id": "sugar", "status": "preliminary",
    "subject": {"reference": "Patient/binh"}, "effectivePeriod": {"start": "2026-02-01", "end": "2026-04-30"},
    "code": coded("15074-8"), "valueQuantity": {"value": 6.3, "unit": "mmol/L", "code": "mmol/L", "system": "http://unitsofmeasure.org"},
}  # fmt: skip


@pytest.fixture
def city():
    records.save_all([AN, BINH, WARD, PRESSURE, SUGAR], by=actor.SYSTEM)


@pytest.mark.parametrize(
    ("type", "query", "ids"),
    [
        ("Patient", "", ["an", "binh"]),
        ("Patient", "gender=male", ["an"]),
        ("Patient", "gender=male,female", ["an", "binh"]),
        ("Patient", "gender:not=male", ["binh"]),
        ("Patient", "identifier=031080000001", ["an"]),
        ("Patient", "identifier=urn:cccd|031080000001", ["an"]),
        ("Patient", "identifier=urn:other|031080000001", []),
        ("Patient", "identifier=urn:cccd|", ["an"]),
        ("Patient", "active=true", ["an"]),
        ("Patient", "active:missing=true", ["binh"]),
        ("Patient", "name=nguyen", ["an"]),
        ("Patient", "name=dang thi", ["binh"]),
        ("Patient", "name=van an", ["an"]),
        ("Patient", "name=guyen", []),
        ("Patient", "name:contains=guyen", ["an"]),
        ("Patient", "family:exact=Nguyễn", ["an"]),
        ("Patient", "family:exact=nguyen", []),
        ("Patient", "phone=0912345678", ["an"]),
        ("Patient", "email=0912345678", []),
        ("Patient", "birthdate=1980", ["an"]),
        ("Patient", "birthdate=gt1985", ["binh"]),
        ("Patient", "birthdate=ne1980", ["binh"]),
        ("Patient", "organization=Organization/ward", ["an"]),
        ("Patient", "organization=ward", ["an"]),
        ("Patient", "organization.name=tram y te", ["an"]),
        ("Patient", "_id=an,binh", ["an", "binh"]),
        ("Patient", "_has:Observation:patient:code=15074-8", ["binh"]),
        ("Observation", "patient=an", ["pressure"]),
        ("Observation", "subject=Patient/an", ["pressure"]),
        ("Observation", "subject:Patient=binh", ["sugar"]),
        ("Observation", "patient.gender=female", ["sugar"]),
        ("Observation", "subject:Patient.organization.name=tram", ["pressure"]),
        ("Observation", "code=http://loinc.org|15074-8", ["sugar"]),
        ("Observation", "code:text=huyet", ["pressure"]),
        ("Observation", "code:text=ap", ["pressure"]),
        ("Observation", "value-quantity=6.3", ["sugar"]),
        ("Observation", "value-quantity=6", ["sugar"]),
        ("Observation", "value-quantity=gt6|http://unitsofmeasure.org|mmol/L", ["sugar"]),
        ("Observation", "value-quantity=gt6||mg", []),
        ("Observation", "combo-value-quantity=ge100", ["pressure"]),
        ("Observation", "combo-code=8480-6,15074-8", ["pressure", "sugar"]),
        ("Observation", "component-code-value-quantity=8480-6$gt140", ["pressure"]),
        ("Observation", "component-code-value-quantity=8462-4$gt140", []),
        ("Observation", "component-code-value-quantity=http://loinc.org|8480-6$gt140", ["pressure"]),
        ("Observation", "code-value-quantity=15074-8$gt6", ["sugar"]),
        ("Observation", "code-value-quantity=http://loinc.org|15074-8$gt6", ["sugar"]),
        ("Observation", "code-value-quantity=urn:x|15074-8$gt6", []),
        ("Observation", "combo-code-value-quantity=8480-6$150,15074-8$6.3", ["pressure", "sugar"]),
        ("Observation", "date=2026-03-01", ["pressure"]),
        ("Observation", "date=ge2026-03-01", ["pressure", "sugar"]),
        ("Observation", "date=sa2026-02-10", ["pressure"]),
        ("Observation", "date=2026", ["pressure", "sugar"]),
        ("Observation", "_lastUpdated=gt2020", ["pressure", "sugar"]),
        ("Observation", "_sort=-date", ["pressure", "sugar"]),
        ("Observation", "_sort=date", ["sugar", "pressure"]),
        ("Patient", "_sort=birthdate", ["an", "binh"]),
        ("Patient", "_sort=-birthdate", ["binh", "an"]),
        ("Patient", "_sort=name", ["binh", "an"]),
    ],
)  # fmt: skip
def test_search_finds(city, type, query, ids):
    page = records.search(type, query, strict=True)

    found = [match.id for match in page.matches]
    assert (found if "_sort" in query else sorted(found)) == ids


def test_includes_go_both_ways(city):
    page = records.search("Observation", "_id=pressure&_include=Observation:subject")
    assert [each.ref for each in page.included] == ["Patient/an"]

    page = records.search("Patient", "_id=an&_revinclude=Observation:patient")
    assert [each.ref for each in page.included] == ["Observation/pressure"]


def test_pages_follow_each_other(city):
    for query in ("_count=1", "_count=1&_sort=-birthdate"):
        first = records.search("Patient", query)
        second = records.search("Patient", query, cursor=first.next_cursor)

        assert {first.matches[0].id, second.matches[0].id} == {"an", "binh"}
        assert second.next_cursor is None


def test_an_unknown_parameter_is_an_error_only_when_strict(city):
    page = records.search("Patient", "colour=red&gender=male")

    assert page.self_query == "gender=male"
    with pytest.raises(errors.Incorrect) as refused:
        records.search("Patient", "colour=red", strict=True)
    assert refused.value.code == "records.search_unknown"


def test_the_total_is_counted_without_a_page(city):
    assert records.search("Patient", "_count=0&_total=accurate").total == 2
