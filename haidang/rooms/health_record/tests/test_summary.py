"""The patient summary: what belongs in it, the FHIR document, the words, the paper."""

import io
import time
from datetime import UTC, date, datetime
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp

from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson, systems
from haidang.rooms.health_record import api
from haidang.rooms.health_record.selectors.summary import (
    document,
    making,
    narrative,
    paper,
    sections,
    selection,
)
from haidang.rooms.health_record.tests.universe import ELSEWHERE, signed_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
BASE = "https://haidang.example/fhir"
ME = {"reference": "Patient/p"}


def coded(code, text="", system=systems.ICD10):
    return {"coding": [{"system": system, "code": code}]} | ({"text": text} if text else {})


def status(code, kind="condition-clinical"):
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{kind}", "code": code}]}


def patient(**more):
    return {
        "resourceType": "Patient", "id": "p", "name": [{"text": "Nguyễn Thị Mẫu"}], "gender": "female",
        "birthDate": "1970-05-14",
        "identifier": [
            {"system": systems.CITIZEN_ID, "value": "031170000001"},
            {"system": systems.mrn("31001"), "value": "BN-7"},
        ],
        "photo": [{"title": "ảnh"}],
    } | more  # fmt: skip


def condition(id, code, at, **more):
    return {
        "resourceType": "Condition", "id": id, "subject": ME, "code": coded(code, f"Bệnh {code}"),
        "recordedDate": at, "encounter": {"reference": "Encounter/e"},
    } | more  # fmt: skip


def order(id, code, at, status="completed"):
    return {
        "resourceType": "MedicationRequest", "id": id, "subject": ME, "status": status, "intent": "order",
        "medicationCodeableConcept": coded(code, f"Thuốc {code}", systems.codes("drug-ingredient")),
        "authoredOn": at, "requester": {"reference": "Practitioner/d", "display": "BS. Thử"},
        "encounter": {"reference": "Encounter/e"},
    }  # fmt: skip


def observation(id, code, value, at, category="laboratory", **more):
    return {
        "resourceType": "Observation", "id": id, "status": "final", "subject": ME,
        "category": [status(category, "observation-category")], "code": coded(code, code, systems.LOINC),
        "effectiveDateTime": at, "valueQuantity": {"value": Decimal(value), "unit": "mmol/L"},
    } | more  # fmt: skip


FULL = [
    patient(),
    {"resourceType": "AllergyIntolerance", "id": "a", "patient": ME, "criticality": "high",
     "clinicalStatus": status("active", "allergyintolerance-clinical"), "code": {"text": "Penicillin <b>"},
     "recordedDate": "2020-01-01", "reaction": [{"manifestation": [{"text": "Sốc phản vệ"}]}]},
    {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "IMP"}, "subject": ME,
     "period": {"start": "2026-10-01", "end": "2026-10-05"},
     "serviceProvider": {"identifier": {"system": systems.FACILITY, "value": "31001"}},
     "diagnosis": [{"condition": {"reference": "Condition/c1", "display": "Viêm phổi"}, "rank": 1}]},
    condition("c1", "I10", "2026-10-01"),
    condition("c2", "J18", "2019-03-01"),
    order("m", "40.48", "2026-11-01"),
    {"resourceType": "Immunization", "id": "i", "status": "completed", "patient": ME,
     "vaccineCode": {"text": "Viêm gan B"}, "occurrenceDateTime": "2025-02-01", "lotNumber": "L1"},
    observation("o1", "2339-0", "7.20", "2026-11-01"),
    observation("o2", "29463-7", "60", "2026-11-01", "vital-signs"),
    observation("o3", "72166-2", "1", "2026-11-01", "social-history"),
    {"resourceType": "Procedure", "id": "r", "status": "completed", "subject": ME, "code": {"text": "Cắt ruột thừa"},
     "performedDateTime": "2015-06-01"},
    {"resourceType": "CarePlan", "id": "l", "status": "active", "intent": "plan", "subject": ME, "title": "Theo dõi huyết áp"},
]  # fmt: skip


def stored(resources):
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    return [
        records.Stored(
            one["resourceType"], one["id"], 1, at, fhirjson.dumps(one), False, rid, 1, rid
        )
        for rid, one in enumerate(resources, 1)
    ]


def summary(resources=FULL, language="vi", on=TODAY):
    return making.make(stored(resources), language=language, on=on)


def document_of(*arguments, **options):
    return document.bundle(summary(*arguments, **options), BASE)


def chosen(*resources):
    found = selection.choose(resources, TODAY)
    return {key: [one.resource["id"] for one in listed] for key, listed in found.items()}


@pytest.mark.parametrize(
    ("resource", "section"),
    [
        (condition("c", "I10", "2025-11-24"), "past"),
        (condition("c", "I10", "2025-11-25"), "problems"),
        (condition("c", "I10", "2026-11-25"), "problems"),
        (condition("c", "I10", "2010", clinicalStatus=status("active")), "problems"),
        (condition("c", "I10", "2026-11-25", clinicalStatus=status("resolved")), "past"),
        (condition("c", "I10", "2026-11-25", verificationStatus=status("refuted")), None),
        (order("c", "1", "2026-08-27"), "medications"),
        (order("c", "1", "2026-08-26"), None),
        (order("c", "1", "2026-11-25", "cancelled"), None),
        (order("c", "1", "2026-11-25", "draft"), None),
        (observation("c", "1", "1", "2026-01-01", status="entered-in-error"), None),
        (observation("c", "1", "1", "2026-01-01", "vital-signs"), "vitals"),
        (observation("c", "8867-4", "72", "2026-01-01"), "vitals"),
    ],
)  # fmt: skip
def test_what_belongs_in_which_section(resource, section):
    assert chosen(resource) == ({section: ["c"]} if section else {})


def test_the_same_thing_told_often_is_told_once_the_newest_first():
    found = selection.choose(
        [condition("old", "I10", "2026-01-01"), condition("new", "I10", "2026-09-01"),
         observation("o-old", "1", "1", "2026-01-01"), observation("o-new", "1", "2", "2026-09-01")],
        TODAY,
    )  # fmt: skip

    assert [(one.resource["id"], one.first_at) for one in found["problems"]] == [
        ("new", "2026-01-01")
    ]
    assert [one.resource["id"] for one in found["results"]] == ["o-new"]


def test_a_full_record_has_every_section_with_its_code():
    composition = document_of()["entry"][0]["resource"]

    found = {one["code"]["coding"][0]["code"] for one in composition["section"]}
    assert found == {kind.code for kind in sections.KINDS}
    assert composition["type"]["coding"][0]["code"] == "60591-5"
    assert all(
        one["entry"] and one["text"]["status"] == "generated" for one in composition["section"]
    )


def test_what_is_required_and_unknown_says_so_in_code_and_in_words():
    bundle = document_of([patient()])

    composition, *entries = [entry["resource"] for entry in bundle["entry"]]
    assert [one["title"] for one in composition["section"]] == [
        "Dị ứng", "Thuốc đang dùng", "Vấn đề sức khoẻ",
    ]  # fmt: skip
    codes = {
        coding["code"]
        for one in entries
        for coding in (one.get("code") or one.get("medicationCodeableConcept") or {}).get(
            "coding", ()
        )
        if coding["system"] == sections.ABSENT
    }
    assert codes == {"no-allergy-info", "no-medication-info", "no-problem-info"}
    assert "Chưa có thông tin về dị ứng" in composition["section"][0]["text"]["div"]


def references(value):
    if isinstance(value, list):
        return {ref for one in value for ref in references(one)}
    if not isinstance(value, dict):
        return set()
    own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
    return own | {ref for one in value.values() for ref in references(one)}


def test_no_reference_leads_out_of_the_document():
    bundle = document_of()

    inside = {entry["fullUrl"].removeprefix(f"{BASE}/") for entry in bundle["entry"]}
    assert len(inside) == len(bundle["entry"])
    assert references(bundle) <= inside
    assert {
        entry["reference"]
        for one in bundle["entry"][0]["resource"]["section"]
        for entry in one["entry"]
    } <= inside


def test_entries_carry_only_what_is_needed():
    carried = {e["fullUrl"].rpartition("/")[2]: e["resource"] for e in document_of()["entry"]}

    assert [one["value"] for one in carried["p"]["identifier"]] == ["031170000001"]
    assert "photo" not in carried["p"]
    assert not {"requester", "encounter", "meta"} & carried["m"].keys()
    assert carried["e"]["diagnosis"] == [{"condition": {"display": "Viêm phổi"}}]
    standing = {id: carried[id]["clinicalStatus"]["coding"][0]["code"] for id in ("c1", "c2")}
    assert standing == {"c1": "active", "c2": "inactive"}
    assert "suy ra" in carried["c1"]["clinicalStatus"]["text"]
    assert carried["o1"]["performer"] and "encounter" not in carried["o1"]
    assert str(carried["o1"]["valueQuantity"]["value"]) == "7.20"


def test_a_document_with_something_restricted_says_so():
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}
    secret = condition("s", "B20", "2026-11-01", meta={"security": [label], "versionId": "1"})

    composition, *entries = [e["resource"] for e in document_of([patient(), secret])["entry"]]

    assert composition["confidentiality"] == "R"
    (carried,) = [one for one in entries if one["id"] == "s"]
    assert carried["meta"] == {"security": [label]}
    assert document_of()["entry"][0]["resource"]["confidentiality"] == "N"


@pytest.mark.parametrize("resources", [FULL, [patient()]])
def test_every_resource_of_the_document_is_right_by_r4(everything_open, resources):
    bundle = document_of(resources)

    for one in [bundle, *(entry["resource"] for entry in bundle["entry"])]:
        wrong = [issue for issue in records.validation.validate(one) if issue.severity == "error"]
        assert wrong == [], one["resourceType"]


def test_the_same_record_makes_the_same_document():
    first, second = (fhirjson.dumps(document_of()) for _ in range(2))

    assert first == second
    assert document_of()["timestamp"] == "2026-11-24T15:00:00.000+07:00"
    assert document_of(language="en")["identifier"] != document_of()["identifier"]
    assert document_of(FULL[:-1])["identifier"] != document_of()["identifier"]


def test_what_people_typed_cannot_break_out_of_the_narrative():
    (part,) = [one for one in summary().parts if one.kind.key == "allergies"]

    div = narrative.of_part(part, "vi")["div"]
    assert "Penicillin &lt;b&gt;" in div
    assert div.startswith(
        '<div xmlns="http://www.w3.org/1999/xhtml" xml:lang="vi" lang="vi"><table>'
    )


def test_it_reads_in_vietnamese_and_in_english():
    vi, en = (
        {one.kind.key: one for one in summary(language=language).parts} for language in ("vi", "en")
    )

    assert vi["allergies"].rows[0][1:] == ("Cao", "Sốc phản vệ", "01/01/2020")
    assert en["allergies"].rows[0][1:] == ("High", "Sốc phản vệ", "1 Jan 2020")
    assert (vi["results"].rows[0][1], en["results"].rows[0][1]) == ("7,2 mmol/L", "7.2 mmol/L")
    assert (vi["vitals"].rows[0][0], en["vitals"].rows[0][0]) == ("29463-7", "Body weight")
    assert en["problems"].title == "Health problems"
    assert en["stays"].rows[0][1] == "1 Oct 2026 – 5 Oct 2026"


@pytest.mark.parametrize("standing", ["resolved", "inactive"])
def test_an_allergy_that_is_over_says_so_and_comes_last(standing):
    over = {"resourceType": "AllergyIntolerance", "id": "z", "patient": ME, "code": {"text": "Tôm"},
            "clinicalStatus": status(standing, "allergyintolerance-clinical"), "recordedDate": "2026-01-01"}  # fmt: skip
    names = [
        [row[0] for row in part.rows]
        for language in ("vi", "en")
        for part in summary([*FULL, over], language).parts
        if part.kind.key == "allergies"
    ]

    assert names == [
        ["Penicillin <b>", "Tôm (không còn dị ứng)"],
        ["Penicillin <b>", "Tôm (no longer allergic)"],
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_paper_is_archival_accessible_quick_and_leads_back(language):
    made = summary(language=language)
    address = "https://haidang.example/ho-so/p/ban-tom-tat/"
    first = paper.pdf(made, address=address)

    times = []
    for _ in range(3):
        started = time.perf_counter()
        assert paper.pdf(made, address=address) == first
        times.append(time.perf_counter() - started)

    assert min(times) < 0.3
    assert b"pdfaid:part>3" in first
    assert b"pdfuaid:part>1" in first
    page = pypdfium2.PdfDocument(io.BytesIO(first))[0]
    text = page.get_textpage().get_text_bounded()
    assert {"vi": "Bản tóm tắt sức khoẻ", "en": "Patient summary"}[language] in text
    assert "031170000001" not in text
    (code,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    assert code.text == f"{address}#{made.identifier}"


def test_the_door_offers_what_a_portal_needs():
    made = api.make_summary(stored(FULL), language=api.SUMMARY_LANGUAGES[0], on=TODAY)

    assert api.summary_document(made, BASE)["type"] == "document"
    assert "Patient" in api.SUMMARY_TYPES


# ── The pages ──────────────────────────────────────────────────────────────────────────────


def staff(person, **query):
    return signed_in("doctor").get(f"/ho-so/{person.id}/ban-tom-tat/", query)


def test_staff_read_it_and_the_look_is_noted(person):
    answer = staff(person)

    assert answer.status_code == 200
    assert "Bản tóm tắt sức khoẻ" in answer.content.decode()
    assert ledger.looks_at(person.ref)[0].what == "Bản tóm tắt"


def test_the_page_is_in_the_language_asked_for(person):
    assert "Patient summary" in staff(person, **{"ngon-ngu": "en"}).content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_prints_and_every_print_is_noted(person, language):
    doctor = signed_in("doctor")

    answer = doctor.get(f"/ho-so/{person.id}/ban-tom-tat.pdf", {"ngon-ngu": language})

    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert person.id not in answer["Content-Disposition"]
    assert ledger.looks_at(person.ref)[0].what == "In bản tóm tắt"


@pytest.mark.parametrize("page", ["ban-tom-tat/", "ban-tom-tat.pdf"])
def test_whoever_does_not_care_for_the_person_gets_nothing(person, page):
    stranger = signed_in("doctor", org=ELSEWHERE)

    assert stranger.get(f"/ho-so/{person.id}/{page}").status_code == 403


def test_people_read_and_print_their_own_without_what_is_kept_from_family(person):
    own = signed_in(patient=person.id)

    page = own.get(f"/cong-dan/ho-so/{person.id}/ban-tom-tat/")
    printed = own.get(f"/cong-dan/ho-so/{person.id}/ban-tom-tat.pdf")

    assert (page.status_code, printed.status_code) == (200, 200)
    assert f"/cong-dan/ho-so/{person.id}/ban-tom-tat.pdf" in page.content.decode()


def test_a_restricted_part_is_hidden_from_record_keeping(person, everything_open):
    secret = condition("secret", "B20", "2026-11-01", subject={"reference": person.ref})
    del secret["encounter"]
    label = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}
    records.save(secret | {"meta": {"security": [label]}}, by=actor.SYSTEM)

    clerk = signed_in("records_clerk").get(f"/ho-so/{person.id}/ban-tom-tat/").content.decode()

    assert "Bệnh B20" in staff(person).content.decode()
    assert "Bệnh B20" not in clerk
