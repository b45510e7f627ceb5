"""`Patient/<id>/<type>`: a search within what is about one person, as R4 lists it."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read

pytestmark = pytest.mark.django_db
HOSPITAL = "31001"
MAI, NAM = {"reference": "Patient/mai"}, {"reference": "Patient/nam"}


@pytest.fixture
def fhir():
    for id in ("mai", "nam"):
        stored = people.save_patient(
            {"resourceType": "Patient", "id": id, "name": [{"text": id}]}, by=actor.SYSTEM
        )
        if id == "mai":
            access.relate(stored.rid, HOSPITAL, basis="encounter")
    result = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                *({**result, "id": f"o{n}", "subject": MAI} for n in range(5)),
                {**result, "id": "amended", "subject": MAI, "status": "amended"},
                {**result, "id": "of-nam", "subject": NAM},
                {**result, "id": "by-mai", "subject": NAM, "performer": [MAI]},
                {"resourceType": "Organization", "id": "org", "name": "Trạm"},
            ],
            by=actor.SYSTEM,
        )
    return Fhir(HOSPITAL)


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [entry["resource"]["id"] for entry in read(answer).get("entry", [])]


def test_what_is_about_the_person_is_found_and_narrowed(fhir):
    assert ids(fhir.get("Patient/mai/Observation")) == ["amended", "o0", "o1", "o2", "o3", "o4"]
    assert ids(fhir.get("Patient/mai/Observation?status=amended")) == ["amended"]
    assert ids(fhir.get("Patient/mai/Patient")) == ["mai"]


def test_pages_stay_in_the_compartment(fhir):
    first = fhir.get("Patient/mai/Observation?_count=4&_total=accurate")
    following = next(one["url"] for one in read(first)["link"] if one["relation"] == "next")
    path = following.partition("/fhir/")[2]

    assert path.startswith("Patient/mai/Observation?")
    assert read(first)["total"] == 6
    assert ids(fhir.get(path)) == ["o3", "o4"]
    elsewhere = fhir.get(path.replace("Patient/mai/", "Patient/nam/"))
    assert code_of(elsewhere) == "records.cursor_unfit"


def test_the_parameters_may_come_in_a_form(fhir):
    answer = fhir.http.post(
        "/fhir/Patient/mai/Observation/_search",
        "status=amended",
        content_type="application/x-www-form-urlencoded",
    )

    assert ids(answer) == ["amended"]


def test_of_others_nothing_is_seen(fhir):
    assert ids(fhir.get("Patient/nam/Observation")) == []
    assert ids(fhir.get("Patient/none/Observation")) == []


def test_a_type_outside_every_compartment_is_empty_and_an_unknown_one_is_not_there(fhir):
    assert ids(fhir.get("Patient/mai/Organization")) == []
    assert code_of(fhir.get("Patient/mai/Nothing")) == "fhir.type_unknown"


def test_all_types_of_the_compartment_at_once(fhir):
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                {"resourceType": "Condition", "id": "c", "subject": MAI},
                {"resourceType": "Flag", "id": "of-org", "subject": {"reference": "Organization/org"}},
            ],
            by=actor.SYSTEM,
        )  # fmt: skip
    whole = {"mai", "amended", "o0", "o1", "o2", "o3", "o4", "c"}

    assert set(ids(fhir.get("Patient/mai/*"))) == whole
    assert ids(fhir.get("Patient/mai/*?_type=Condition,Organization")) == ["c"]
    assert ids(fhir.get("Patient/mai/*?_id=o1,c,of-nam")) == ["o1", "c"]
    assert read(fhir.get("Patient/mai/*?_summary=count"))["total"] == len(whole)
    assert ids(fhir.get("Patient/nam/*")) == ids(fhir.get("Patient/none/*")) == []
    assert code_of(fhir.get("Patient/mai/*?_type=Nothing")) == "fhir.type_unknown"
    form = "application/x-www-form-urlencoded"
    sent = fhir.http.post("/fhir/Patient/mai/*/_search", "_type=Condition", content_type=form)
    assert ids(sent) == ["c"]


def test_pages_of_the_whole_compartment_stay_there_and_as_they_were(fhir):
    first = read(fhir.get("Patient/mai/*?_count=3&_total=accurate"))
    with access.reach(actor.SYSTEM, people="all"):
        later = {"resourceType": "Condition", "id": "later", "subject": MAI}
        records.save(later, by=actor.SYSTEM)  # the first of its type
    found, page = [entry["resource"]["id"] for entry in first["entry"]], first
    while following := [one["url"] for one in page["link"] if one["relation"] == "next"]:
        assert following[0].partition("/fhir/")[2].startswith("Patient/mai/*?")
        page = read(fhir.http.get(following[0]))
        found += [entry["resource"]["id"] for entry in page["entry"]]

    assert sorted(found) == ["amended", "mai", "o0", "o1", "o2", "o3", "o4"]
    assert first["total"] == len(found)
    elsewhere = fhir.get(following_of(first).replace("Patient/mai/", "Patient/nam/"))
    assert code_of(elsewhere) == "records.cursor_unfit"


def following_of(page):
    (url,) = [one["url"] for one in page["link"] if one["relation"] == "next"]
    return url.partition("/fhir/")[2]


def test_in_a_bundle_it_is_the_same(fhir):
    asked = {"resourceType": "Bundle", "type": "batch", "entry": [{"request": {"method": "GET", "url": "Patient/mai/*?_type=Observation"}}]}  # fmt: skip
    (entry,) = read(fhir.post("", asked))["entry"]

    assert entry["response"]["status"].startswith("200")
    assert len(entry["resource"]["entry"]) == 6


def test_an_app_finds_the_types_that_it_may_search():
    stored = people.save_patient(
        {"resourceType": "Patient", "id": "lan", "name": [{"text": "lan"}]}, by=actor.SYSTEM
    )
    access.relate(stored.rid, HOSPITAL, basis="encounter")
    subject = {"subject": {"reference": "Patient/lan"}}
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                {"resourceType": "Condition", "id": "lc", **subject},
                {"resourceType": "Observation", "id": "lo", **subject},
            ],
            by=actor.SYSTEM,
        )
    some = Fhir(HOSPITAL, ["gateway.use_fhir", "system/Condition.rs", "system/Patient.r"])

    assert ids(some.get("Patient/lan/*")) == ["lc"]
    assert some.get("Patient/lan/*?_type=Observation").status_code == 403


def test_by_every_criterion_of_the_compartment(fhir):
    with access.reach(actor.SYSTEM, people="all"):
        rid = records.rid("Patient/mai")
        found = records.search("Observation", within=rid).matches

    assert {each.id for each in found} == {"o0", "o1", "o2", "o3", "o4", "amended", "by-mai"}
