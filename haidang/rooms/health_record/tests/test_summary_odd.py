"""Summaries of records as systems really send them: nothing dangerous is lost, the document stays right."""

import pypdfium2
import pytest

from haidang.engines.records import api as records
from haidang.kernel import actor, systems
from haidang.rooms.health_record.fhir.elements import ABSENT
from haidang.rooms.health_record.selectors.summary import document, making, paper
from haidang.rooms.health_record.tests import universe
from haidang.rooms.health_record.tests.test_summary import (
    BASE,
    ME,
    TODAY,
    condition,
    document_of,
    observation,
    order,
    patient,
    references,
    status,
    stored,
    summary,
)

pytestmark = pytest.mark.django_db
ACTIVE = {"clinicalStatus": status("active", "allergyintolerance-clinical")}
OTHER = {"system": systems.SNOMED, "code": "419199007"}  # allergy to a substance, whichever


def allergy(id, text="", **more):
    named = {"code": {"text": text}} if text else {}
    return {"resourceType": "AllergyIntolerance", "id": id, "patient": ME, "recordedDate": "2026-01-01", **ACTIVE, **named, **more}  # fmt: skip


def none_known(kind, code, system=ABSENT, **more):
    concept = {"coding": [{"system": system, "code": code}], "text": "Không có"}
    if kind == "MedicationStatement":
        return {"resourceType": kind, "id": "none", "status": "unknown", "subject": ME, "medicationCodeableConcept": concept, **more}  # fmt: skip
    if kind == "Condition":
        return {"resourceType": kind, "id": "none", "subject": ME, "code": concept, "clinicalStatus": status("active"), **more}  # fmt: skip
    return allergy("none", code=concept, **more)


def names(section, *resources, language="vi", medications=()):
    made = making.make(stored([patient(), *resources]), language=language, on=TODAY, medications=stored(medications))  # fmt: skip
    return [row[0] for part in made.parts if part.kind.key == section for row in part.rows]


# ── Nothing dangerous is lost ──────────────────────────────────────────────────────────────


def test_allergies_that_share_the_code_of_any_other_are_all_told():
    listed = [allergy(each, code={"coding": [OTHER], "text": each}) for each in ("Cao su", "Sơn")]

    assert sorted(names("allergies", *listed)) == ["Cao su", "Sơn"]


def test_an_allergy_without_a_code_is_told_by_its_substances():
    substances = [
        allergy(each, reaction=[{"substance": {"text": each}, "manifestation": [{"text": "Ngứa"}]}])
        for each in ("Kiwi", "Tôm")
    ]

    assert sorted(names("allergies", *substances)) == ["Kiwi", "Tôm"]
    assert names("allergies", allergy("a"), allergy("b")) == ["Chưa rõ tác nhân"] * 2


def test_the_dangerous_come_first_and_the_unconfirmed_say_so():
    unsure = {"verificationStatus": status("unconfirmed", "allergyintolerance-verification")}
    listed = [allergy("a", "Mật ong", recordedDate="2026-09-01", **unsure), allergy("b", "Penicillin", criticality="high", recordedDate="2010")]  # fmt: skip

    assert names("allergies", *listed) == ["Penicillin", "Mật ong (chưa khẳng định)"]
    assert names("allergies", *listed, language="en")[1] == "Mật ong (not confirmed)"


@pytest.mark.parametrize(
    ("section", "nothing", "something"),
    [
        ("allergies", none_known("AllergyIntolerance", "716186003", systems.SNOMED), allergy("a", "Tôm")),
        ("allergies", none_known("AllergyIntolerance", "no-known-allergies"), allergy("a", "Tôm")),
        ("medications", none_known("MedicationStatement", "no-known-medications"), order("m", "1", "2026-11-01")),
        ("problems", none_known("Condition", "no-known-problems"), condition("c", "I10", "2026-11-01")),
    ],
)  # fmt: skip
def test_none_known_stands_alone_or_not_at_all(section, nothing, something):
    assert names(section, nothing) == ["Không có"]
    assert len(names(section, nothing, something)) == 1
    assert names(section, nothing, something) != ["Không có"]


def test_none_known_stands_beside_what_is_over():
    over = allergy("a", "Tôm", clinicalStatus=status("resolved", "allergyintolerance-clinical"))

    assert names("allergies", none_known("AllergyIntolerance", "no-known-allergies"), over) == [
        "Không có",
        "Tôm (không còn dị ứng)",
    ]


@pytest.mark.parametrize("kind", ["AllergyIntolerance", "MedicationStatement", "Condition"])
def test_nobody_knows_is_the_same_as_nothing_there(kind):
    code, section = {
        "AllergyIntolerance": ("no-allergy-info", "allergies"),
        "MedicationStatement": ("no-medication-info", "medications"),
        "Condition": ("no-problem-info", "problems"),
    }[kind]
    (part,) = [one for one in summary([patient(), none_known(kind, code)]).parts if one.kind.key == section]  # fmt: skip

    assert part.rows == ()
    assert part.absent.startswith("Chưa có thông tin")


def drug(id, **more):
    return {"resourceType": "Medication", "id": id, "code": {"text": f"Thuốc {id}"}, **more}


def pointing(id, reference, at="2026-11-01", **more):
    return {"resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order", "subject": ME,
            "authoredOn": at, "medicationReference": {"reference": reference}, **more}  # fmt: skip


def test_medicines_that_stand_elsewhere_are_each_told_by_name():
    inside = [{"resourceType": "Medication", "id": "in", "code": {"text": "Amlodipin"}}]
    orders = [
        pointing("a", "Medication/x"), pointing("b", "Medication/y"), pointing("c", "#in", contained=inside),
        pointing("d", "Medication/unknown"), pointing("e", "Medication/other"),
    ]  # fmt: skip

    told = names("medications", *orders, medications=[drug("x"), drug("y")])

    assert sorted(told) == ["Amlodipin", "Thuốc chưa rõ tên", "Thuốc chưa rõ tên", "Thuốc x", "Thuốc y"]  # fmt: skip


def test_what_does_not_fit_is_counted():
    many = [observation(f"o{n}", f"code-{n}", "1", "2026-11-01") for n in range(43)]
    parts = {one.kind.key: one for one in summary([patient(), *many]).parts}

    assert len(parts["results"].rows) == len(parts["results"].entries) == 40
    assert parts["results"].more == "Còn 3 dòng cũ hơn trong hồ sơ."
    assert {one.more for key, one in parts.items() if key != "results"} == {""}
    composition = document_of([patient(), *many], language="en")["entry"][0]["resource"]
    (results,) = [one for one in composition["section"] if len(one["entry"]) == 40]
    assert "Older lines left in the record: 3." in results["text"]["div"]


def test_a_dose_whose_day_nobody_knows_says_when_it_was():
    dose = {"resourceType": "Immunization", "id": "i", "status": "completed", "patient": ME,
            "vaccineCode": {"text": "BCG"}, "occurrenceString": "lúc mới sinh"}  # fmt: skip
    (part,) = [one for one in summary([patient(), dose]).parts if one.kind.key == "immunizations"]

    assert part.rows == (("BCG", "", "", "lúc mới sinh"),)


# ── The document stays right ───────────────────────────────────────────────────────────────

ODD = [
    allergy("full", "Tôm", patient={"reference": f"{systems.BASE}/Patient/p"}),
    allergy("version", "Cua", patient={"reference": "Patient/p/_history/1"}),
    allergy("none", code={"coding": [{"system": ABSENT, "code": "no-known-allergies"}]}),
    condition("abated", "I10", "2026-11-01", abatementDateTime="2026-11-05"),
    pointing("a", "Medication/x"),
    pointing("old", "Medication/y", "2019-01-01"),
    pointing(
        "c", "#in", requester={"reference": "#doctor"},
        contained=[
            {"resourceType": "Medication", "id": "in", "code": {"text": "Amlodipin"}, "manufacturer": {"reference": "#maker"}},
            {"resourceType": "Organization", "id": "maker", "name": "Hãng"},
            {"resourceType": "Practitioner", "id": "doctor", "name": [{"text": "BS. Thử"}]},
        ],
    ),
]  # fmt: skip
DRUGS = [
    drug("x", ingredient=[{"itemReference": {"reference": "Substance/s"}}, {"itemCodeableConcept": {"text": "Muối"}}]),
    drug("y"),
]  # fmt: skip


@pytest.fixture
def odd():
    resources = [{**patient(), "birthDate": None}, *ODD]
    del resources[0]["birthDate"]
    made = making.make(stored(resources), on=TODAY, medications=stored(DRUGS))
    return document.bundle(made, BASE)


def carried(bundle):
    return {entry["resource"]["id"]: entry["resource"] for entry in bundle["entry"]}


def test_every_odd_resource_is_right_by_r4_in_the_document(everything_open, odd):
    for one in [odd, *carried(odd).values()]:
        wrong = [issue for issue in records.validation.validate(one) if issue.severity == "error"]
        assert wrong == [], one["resourceType"]


def test_it_is_a_document_as_r4_describes_them(odd):
    """bdl-3, bdl-4, bdl-7, bdl-9, bdl-10, bdl-11, and everything reached from the Composition."""
    first, *others = odd["entry"]

    assert odd["identifier"]["system"] and odd["identifier"]["value"] and odd["timestamp"]
    assert first["resource"]["resourceType"] == "Composition"
    assert not {"request", "response", "search"} & set().union(*odd["entry"])
    by_url = {each["fullUrl"].removeprefix(f"{BASE}/"): each["resource"] for each in odd["entry"]}
    assert len(by_url) == len(odd["entry"])
    reached, left = set(), {"Composition/" + first["resource"]["id"]}
    while left:
        reached |= left
        named = set().union(*(references(by_url[ref]) for ref in left))
        left = {ref for ref in named if not ref.startswith("#")} - reached
    assert reached == set(by_url)
    assert len(others) == len(reached) - 1


def test_what_is_named_by_address_or_version_is_who_the_document_is_about(odd):
    assert carried(odd)["full"]["patient"] == carried(odd)["version"]["patient"] == ME


def test_a_problem_that_is_over_is_past_though_it_was_told_lately(odd):
    assert carried(odd)["abated"]["clinicalStatus"]["coding"][0]["code"] == "inactive"


def test_only_what_is_referred_to_is_carried(odd):
    assert [one["id"] for one in carried(odd)["c"]["contained"]] == ["in", "maker"]
    assert "y" not in carried(odd)
    assert carried(odd)["x"]["ingredient"] == [{"itemCodeableConcept": {"text": "Muối"}}]
    absent = carried(odd)["p"]["_birthDate"]["extension"][0]
    assert absent["valueCode"] == "unknown"


SECRET = {"meta": {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "có phần được bảo mật"), ("en", "holds confidential parts")]
)
def test_paper_and_page_say_that_something_is_confidential(person, everything_open, language, words):  # fmt: skip
    """Whoever holds the paper cannot see the labels that stand in the document."""
    plain, secret = (summary([patient(), condition("c", "B20", "2026-11-01", **more)], language) for more in ({}, SECRET))  # fmt: skip
    records.save(condition("c", "B20", "2026-11-01", subject={"reference": person.ref}, **SECRET) | {"encounter": {"display": "x"}}, by=actor.SYSTEM)  # fmt: skip

    address = "https://haidang.example/ho-so/p/ban-tom-tat/"
    on_paper = [text_of(paper.pdf(one, address=address)) for one in (plain, secret)]
    page = universe.signed_in("doctor").get(f"/ho-so/{person.id}/ban-tom-tat/", {"ngon-ngu": language})  # fmt: skip

    assert [words in each for each in on_paper] == [False, True]
    assert words in page.content.decode()


def text_of(content):
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


# ── On the pages of the record ─────────────────────────────────────────────────────────────


def test_the_banner_warns_of_what_stands_and_of_nothing_else(person, everything_open):
    me = {"patient": {"reference": person.ref}}
    refuted = {"verificationStatus": status("refuted", "allergyintolerance-verification")}
    over = {"clinicalStatus": status("resolved", "allergyintolerance-clinical")}
    listed = [
        allergy("x1", "Penicillin", **me), allergy("x2", "Mật ong", **me, **refuted), allergy("x3", "Tôm", **me, **over),
        allergy("x4", code={"coding": [{"system": ABSENT, "code": "no-known-allergies"}], "text": "Không dị ứng"}, **me),
        allergy("x5", reaction=[{"substance": {"text": "Kiwi"}, "manifestation": [{"text": "Ngứa"}]}], **me),
    ]  # fmt: skip
    records.save_all(listed, by=actor.SYSTEM)

    page = universe.signed_in("doctor").get(f"/ho-so/{person.id}/").content.decode()

    assert "Penicillin" in page and "Kiwi" in page
    assert not [name for name in ("Mật ong", "Tôm", "Không dị ứng") if name in page]


def test_the_medicines_page_names_a_drug_that_stands_elsewhere(person, everything_open):
    made = pointing("m1", "Medication/x", subject={"reference": person.ref})
    records.save_all([drug("x"), made], by=actor.SYSTEM)

    page = universe.signed_in("doctor").get(f"/ho-so/{person.id}/thuoc/").content.decode()

    assert "Thuốc x" in page
