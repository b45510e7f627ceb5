"""Patient/$summary, $docref and $everything through the door."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, systems
from haidang.portals.gateway.fhir.operations import everything as operation
from haidang.portals.gateway.tests.fhir_client import ALL, Fhir, code_of, read

pytestmark = pytest.mark.django_db
CARD = {"system": systems.CITIZEN_ID, "value": "031170000001"}


@pytest.fixture
def hospital():
    return Fhir("31001", [*ALL, "gateway.merge_people"])


@pytest.fixture
def patient(hospital):
    made = {"resourceType": "Patient", "name": [{"text": "Nguyễn Thị Mẫu"}], "identifier": [CARD]}
    return read(hospital.post("Patient", made))


def save(client, kind, id, patient, **more):
    about = {"reference": f"Patient/{patient['id']}"}
    made = client.put(f"{kind}/{id}", {"resourceType": kind, "id": id, "subject": about, **more})
    assert made.status_code in (200, 201), made.content


def paper(client, id, patient, day, code="18842-5", **more):
    save(
        client, "DocumentReference", id, patient, status="current", date=f"{day}T08:00:00+07:00",
        type={"coding": [{"system": systems.LOINC, "code": code}]},
        content=[{"attachment": {"contentType": "application/pdf", "title": id}}], **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "handling", "code"),
    [
        ("_type=Nothing", "lenient", "fhir.type_unknown"),
        ("_type=Encounter,nothing", "lenient", "fhir.type_unknown"),
        ("color=red", "strict", "fhir.parameter_unknown"),
        ("start=someday", "lenient", "dates.unreadable"),
    ],
)
def test_everything_of_what_cannot_be_there_is_refused(hospital, patient, query, handling, code):
    asked = f"Patient/{patient['id']}/$everything?{query}"

    assert code_of(hospital.get(asked, Prefer=f"handling={handling}")) == code


@pytest.mark.parametrize("other", [{"reference": "Patient/second"}, {"display": "Ai đó"}, {"reference": "https://example.org/Patient/1"}])  # fmt: skip
def test_a_person_who_is_replaced_by_nobody_here_or_in_a_circle_has_a_summary(hospital, patient, other):  # fmt: skip
    first, link = patient["id"], {"type": "replaced-by"}
    back = {"resourceType": "Patient", "id": "second", "link": [{**link, "other": {"reference": f"Patient/{first}"}}]}  # fmt: skip
    hospital.put("Patient/second", back)
    hospital.put(f"Patient/{first}", patient | {"link": [{**link, "other": other}]})

    assert hospital.get(f"Patient/{first}/$summary").status_code == 200


def test_an_identifier_is_looked_for_to_the_letter(hospital):
    odd = {"system": "urn:a,b", "value": "7|8,9$\\"}
    read(hospital.post("Patient", {"resourceType": "Patient", "identifier": [odd]}))
    asked = {"name": "identifier", "valueIdentifier": odd}
    content = {"resourceType": "Parameters", "parameter": [asked]}

    assert hospital.post("Patient/$summary", content).status_code == 200


def test_a_summary_is_a_document_about_the_person(hospital, patient):
    save(
        hospital,
        "Condition",
        "c",
        patient,
        code={"text": "Tăng huyết áp"},
        recordedDate="2026-11-01",
    )

    bundle = read(hospital.get(f"Patient/{patient['id']}/$summary"))

    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert bundle["type"] == "document"
    assert (kinds[0], set(kinds)) == (
        "Composition",
        {
            "Composition",
            "Patient",
            "Device",
            "Condition",
            "AllergyIntolerance",
            "MedicationStatement",
        },
    )
    assert bundle["entry"][1]["fullUrl"].endswith(f"/fhir/Patient/{patient['id']}")
    again = read(hospital.get(f"Patient/{patient['id']}/$summary"))
    assert again == bundle


@pytest.mark.parametrize(
    ("query", "header", "language", "first"),
    [
        ("", "en-GB,en;q=0.9", "en", "The record holds no information about allergies."),
        ("", "fr, en;q=0.5, vi;q=0.4", "en", "The record holds no information about allergies."),
        ("", "vi-VN", "vi", "Chưa có thông tin về dị ứng trong hồ sơ."),
        ("?_language=en", "vi", "en", "The record holds no information about allergies."),
        ("?_language=fr", "en", "vi", "Chưa có thông tin về dị ứng trong hồ sơ."),
        ("", "", "vi", "Chưa có thông tin về dị ứng trong hồ sơ."),
    ],
)
def test_it_speaks_the_language_asked_for(hospital, patient, query, header, language, first):
    answer = hospital.get(f"Patient/{patient['id']}/$summary{query}", **{"Accept-Language": header})

    assert answer["Content-Language"] == read(answer)["language"] == language
    assert first in read(answer)["entry"][0]["resource"]["section"][0]["text"]["div"]


def test_an_identifier_names_the_person_too(hospital, patient):
    number = f"{CARD['system']}|{CARD['value']}"

    by_query = hospital.get(f"Patient/$summary?identifier={number}")
    by_body = hospital.post(
        "Patient/$summary",
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "identifier", "valueIdentifier": CARD}],
        },
    )

    assert (
        read(by_query) == read(by_body) == read(hospital.get(f"Patient/{patient['id']}/$summary"))
    )
    unknown = hospital.get("Patient/$summary?identifier=x|1")
    assert (unknown.status_code, code_of(unknown)) == (404, "fhir.identifier_not_one")


def test_a_merged_record_answers_with_the_one_that_replaced_it(hospital, patient):
    old = read(
        hospital.post("Patient", {"resourceType": "Patient", "name": [{"text": "Người Cũ"}]})
    )
    sides = {"source": old, "target": patient}
    listed = [
        {"name": f"{side}-patient", "valueReference": {"reference": f"Patient/{one['id']}"}}
        for side, one in sides.items()
    ]
    hospital.post("Patient/$merge", {"resourceType": "Parameters", "parameter": listed})

    bundle = read(hospital.get(f"Patient/{old['id']}/$summary"))

    assert bundle["entry"][1]["resource"]["id"] == patient["id"]


@pytest.mark.parametrize("address", ["$summary", "$summary/pdf", "$everything"])
def test_every_answer_is_a_look_and_strangers_get_none(hospital, patient, address):
    path = f"Patient/{patient['id']}/{address}"

    assert hospital.get(path).status_code == 200
    look = ledger.looks_at(f"Patient/{patient['id']}")[0]
    assert look.what == f"fhir.{address.split('/')[0][1:]}"
    assert Fhir("31002").get(path).status_code == 404


def test_a_summary_needs_the_scopes_of_what_it_tells(patient):
    partly = Fhir("31001", ["gateway.use_fhir", "system/Patient.rs", "system/Condition.rs"])

    for address in ("$summary", "$summary/pdf"):
        refused = partly.get(f"Patient/{patient['id']}/{address}")
        assert (refused.status_code, code_of(refused)) == (403, "fhir.scope_missing")


def test_the_paper_comes_as_pdf_in_the_language_asked_for(hospital, patient):
    answer = hospital.get(
        f"Patient/{patient['id']}/$summary/pdf?_language=en", Accept="application/pdf"
    )

    assert (answer["Content-Type"], answer["Content-Language"]) == ("application/pdf", "en")
    assert answer.content[:5] == b"%PDF-"


# ── $docref ────────────────────────────────────────────────────────────────────────────────


def titles(answer):
    assert answer.status_code == 200, answer.content
    bundle = read(answer)
    assert bundle["total"] == len(bundle.get("entry", ()))
    return [
        one["resource"]["content"][0]["attachment"].get("title", "summary")
        for one in bundle.get("entry", ())
    ]


@pytest.fixture
def papers(hospital, patient):
    paper(
        hospital,
        "spring",
        patient,
        "2024-03-01",
        context={"period": {"start": "2024-02-20", "end": "2024-03-01"}},
    )
    paper(hospital, "autumn", patient, "2025-09-01")
    paper(hospital, "referral", patient, "2025-01-01", code="57133-1")
    paper(hospital, "wrong", patient, "2026-01-01")
    save(
        hospital,
        "DocumentReference",
        "wrong",
        patient,
        status="entered-in-error",
        content=[{"attachment": {"contentType": "application/pdf"}}],
    )
    return patient["id"]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["summary", "summary", "autumn", "referral"]),
        ("&on-demand=true", ["summary", "summary"]),
        ("&start=2025", ["summary", "summary", "autumn", "referral"]),
        ("&start=2024-03-01&end=2024-03-01", ["spring"]),
        ("&start=2024-03-02&end=2025-01-01", ["referral"]),
        ("&end=2024-02-20", ["spring"]),
        ("&end=2024-02-19", []),
        ("&type=57133-1", ["referral"]),
        ("&type=http://loinc.org|18842-5&start=2020", ["autumn", "spring"]),
        ("&type=http://loinc.org|60591-5", ["summary", "summary"]),
        ("&type=http://other|57133-1", []),
    ],
)
def test_documents_by_time_of_care_and_type(hospital, papers, query, found):
    assert titles(hospital.get(f"DocumentReference/$docref?patient={papers}{query}")) == found


def test_the_summary_on_demand_can_be_fetched_where_it_says(hospital, papers):
    listed = read(hospital.get(f"DocumentReference/$docref?patient={papers}&on-demand=true"))

    for entry in listed["entry"]:
        for content in entry["resource"]["content"]:
            got = hospital.http.get(content["attachment"]["url"])
            assert got["Content-Type"].startswith(content["attachment"]["contentType"])
            assert got["Content-Language"] == content["attachment"]["language"]


def test_docref_by_parameters_and_its_refusals(hospital, papers):
    given = [{"name": "patient", "valueId": papers}, {"name": "on-demand", "valueBoolean": True}]
    asked = {"resourceType": "Parameters", "parameter": given}

    assert titles(hospital.post("DocumentReference/$docref", asked)) == ["summary", "summary"]
    assert code_of(hospital.get("DocumentReference/$docref")) == "fhir.parameter_missing"
    assert (
        code_of(hospital.get("DocumentReference/$docref?patient=a/b"))
        == "fhir.parameter_unreadable"
    )
    assert Fhir("31002").get(f"DocumentReference/$docref?patient={papers}").status_code == 404
    assert ledger.looks_at(f"Patient/{papers}")[0].what == "fhir.docref"


def test_docref_shows_what_was_understood_however_it_came(hospital, papers):
    concept = {"coding": [{"system": "http://loinc.org", "code": "18842-5"}]}
    given = [
        {"name": "patient", "valueReference": {"reference": f"Patient/{papers}"}},
        {"name": "type", "valueCodeableConcept": concept}, {"name": "start", "valueDate": "2020"},
        {"name": "on-demand", "valueBoolean": False}, {"name": "colour", "valueCode": "red"},
    ]  # fmt: skip

    posted = read(hospital.post("DocumentReference/$docref", {"resourceType": "Parameters", "parameter": given}))  # fmt: skip
    (link,) = posted["link"]
    again = read(hospital.http.get(link["url"]))
    none = read(hospital.get(f"DocumentReference/$docref?patient={papers}&type=nothing&colour=red"))

    assert dict(parse_qsl(urlsplit(link["url"]).query)) == {
        "patient": f"Patient/{papers}", "type": "http://loinc.org|18842-5", "start": "2020", "on-demand": "false",
    }  # fmt: skip
    assert (again["link"], again["total"]) == (posted["link"], 2)
    assert (none["total"], "entry" in none) == (0, False)
    assert none["link"][0]["url"].endswith(f"$docref?patient={papers}&type=nothing")


# ── $everything ────────────────────────────────────────────────────────────────────────────


def test_everything_goes_on_page_by_page(hospital, papers):
    whole = read(hospital.get(f"Patient/{papers}/$everything"))
    found, address = [], f"/fhir/Patient/{papers}/$everything?_count=2"
    while address:
        page = read(hospital.http.get(address))
        assert page["total"] == whole["total"] == len(whole["entry"])
        found += page["entry"]
        address = next((x["url"] for x in page["link"] if x["relation"] == "next"), None)

    assert found == whole["entry"]
    assert found[0]["resource"]["resourceType"] == "Patient"
    assert found[0]["fullUrl"].endswith(f"/fhir/Patient/{papers}")


def test_everything_takes_parameters_too(hospital, papers):
    given = [{"name": "_type", "valueCode": "DocumentReference"}, {"name": "start", "valueDate": "2025-06-01"}]  # fmt: skip

    answer = hospital.post(
        f"Patient/{papers}/$everything", {"resourceType": "Parameters", "parameter": given}
    )

    assert [one["resource"]["id"] for one in read(answer)["entry"]] == ["autumn", "wrong"]


def test_everything_that_was_asked_for_in_parameters_goes_on_too(hospital, papers):
    given = [{"name": "_type", "valueCode": "DocumentReference"}, {"name": "_count", "valueInteger": 2}]  # fmt: skip
    asked = {"resourceType": "Parameters", "parameter": [*given, {"name": "colour", "valueCode": "red"}]}  # fmt: skip

    first = read(hospital.post(f"Patient/{papers}/$everything", asked))
    links = {link["relation"]: link["url"] for link in first["link"]}
    second = read(hospital.http.get(links["next"]))

    assert links["self"].endswith("/$everything?_type=DocumentReference&_count=2")
    found = [entry["resource"] for page in (first, second) for entry in page["entry"]]
    assert {one["resourceType"] for one in found} == {"DocumentReference"}
    assert len({one["id"] for one in found}) == len(found) > 2


def test_everything_of_everybody_is_not_asked_here(hospital, papers):
    refused = hospital.get("Patient/$everything")

    assert (refused.status_code, code_of(refused)) == (422, "fhir.person_needed")


def test_everything_of_an_app_is_that_of_its_person(hospital, patient):
    rid = records.rid(f"Patient/{patient['id']}")
    opened_for = actor.Actor("Patient/x", "Ứng dụng", actor.CLIENT, focus=rid)
    own = actor.Actor("Patient/x", "Ứng dụng", actor.CLIENT, patient="mine")

    assert operation.own(opened_for) == patient["id"]
    assert operation.own(own) == "mine"
