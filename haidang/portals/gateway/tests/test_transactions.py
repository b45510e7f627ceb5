"""Transactions and batches as R4 has them (http.html#transaction), over HTTP."""

import pytest

from haidang.portals.gateway.tests.fhir_client import (
    PERSON,
    Fhir,
    code_of,
    last_look,
    looks_since,
    read,
    weight,
)

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("kind", ["batch", "transaction"])
AN = {**PERSON, "id": "an", "identifier": [{"system": "urn:card", "value": "1"}]}
BY_CARD = "Patient?identifier=urn:card%7C1"
OTHER = "https://elsewhere.example/fhir"


@pytest.fixture
def an(hospital):
    assert hospital.put("Patient/an", AN).status_code == 201
    return hospital


def entry(method, url, resource=None, full_url=None, **request):
    made = {"request": {"method": method, "url": url, **request}}
    made |= {} if resource is None else {"resource": resource}
    return made | ({"fullUrl": full_url} if full_url else {})


def sent(fhir, kind, *entries, **headers):
    return fhir.post("", {"resourceType": "Bundle", "type": kind, "entry": [*entries]}, **headers)


def told(fhir, kind, *entries, **headers):
    answer = sent(fhir, kind, *entries, **headers)
    assert answer.status_code == 200, answer.content
    return read(answer)["entry"]


def status(entry):
    return int(entry["response"]["status"][:3])


# ── What comes back ────────────────────────────────────────────────────────────────────────

PATCH = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "operation", "part": [{"name": "type", "valueCode": "replace"},
         {"name": "path", "valueString": "Patient.gender"}, {"name": "value", "valueCode": "other"}]}
    ],
}  # fmt: skip


def _writes():
    return (
        entry("POST", "Observation", weight(AN)),
        entry("PUT", "Observation/w", weight(AN, id="w")),
        entry("PATCH", "Patient/an", PATCH),
        entry("POST", "Basic", {"resourceType": "Basic", "code": {"text": "x"}}, ifNoneExist="_id=none"),
    )  # fmt: skip


@BOTH
@pytest.mark.parametrize("headers", [{}, {"Prefer": "return=minimal"}, {"Prefer": "return=all"}])
def test_a_bundle_says_no_more_than_what_became_of_each_entry(an, kind, headers):
    answers = told(an, kind, *_writes(), **headers)

    assert [status(each) for each in answers] == [201, 201, 200, 201]
    assert all(each.keys() == {"response"} for each in answers)
    assert all(each["response"].keys() == {"status", "location", "etag", "lastModified"} for each in answers)  # fmt: skip


@BOTH
def test_a_bundle_gives_what_it_wrote_to_who_wants_it(an, kind):
    answers = told(an, kind, *_writes(), Prefer="return=representation")

    for each in answers:
        ref = each["response"]["location"].partition("/_history/")[0]
        assert each["fullUrl"] == f"http://testserver/fhir/{ref}"
        assert each["resource"] == read(an.get(ref))
    assert answers[2]["resource"]["gender"] == "other"


@BOTH
def test_a_bundle_tells_of_each_entry_in_an_outcome(an, kind):
    answers = told(an, kind, *_writes(), entry("DELETE", "Patient/none"), Prefer="return=OperationOutcome")  # fmt: skip

    assert all("resource" not in each for each in answers)
    outcomes = [each["response"].get("outcome") for each in answers]
    assert [one["issue"][0]["severity"] for one in outcomes[:4]] == ["information"] * 4
    assert outcomes[4] is None


@BOTH
def test_what_a_conditional_create_met_is_given_and_noted(an, kind):
    before = last_look("Patient/an")
    met = entry("POST", "Patient", PERSON, ifNoneExist="identifier=urn:card|1")

    (answer,) = told(an, kind, met, Prefer="return=representation")

    assert (status(answer), answer["resource"]) == (200, read(an.get("Patient/an")))
    assert looks_since(before, "Patient/an") == ["fhir.bundle", "fhir.read Patient"]


@BOTH
def test_an_outcome_says_whether_anything_was_written(an, kind):
    when, wanted = "identifier=urn:card|1", "return=OperationOutcome"
    alone = an.post("Patient", PERSON, **{"If-None-Exist": when}, Prefer=wanted)

    (inside,) = told(an, kind, entry("POST", "Patient", PERSON, ifNoneExist=when), Prefer=wanted)
    (made,) = told(an, kind, entry("POST", "Patient", PERSON), Prefer=wanted)

    assert (alone.status_code, status(inside), status(made)) == (200, 200, 201)
    assert inside["response"]["outcome"] == read(alone) != made["response"]["outcome"]


@BOTH
def test_that_a_conditional_create_met_somebody_is_noted(an, kind):
    before = last_look("Patient/an")

    told(an, kind, entry("POST", "Patient", PERSON, ifNoneExist="identifier=urn:card|1"))

    assert looks_since(before, "Patient/an") == ["fhir.bundle"]


@BOTH
def test_who_may_not_read_is_given_nothing(an, kind):
    writer = Fhir("31001", ["gateway.use_fhir", "system/Observation.cu"])

    (answer,) = told(writer, kind, entry("POST", "Observation", weight(AN)), Prefer="return=representation")  # fmt: skip

    assert answer.keys() == {"response"}
    assert answer["response"]["location"].startswith("Observation/")


@BOTH
def test_what_is_read_stands_under_its_full_address(an, kind):
    one, past, found = told(an, kind, entry("GET", "Patient/an"), entry("GET", "Patient/an/_history/1"), entry("GET", "Patient"))  # fmt: skip

    assert one["fullUrl"] == past["fullUrl"] == "http://testserver/fhir/Patient/an"
    assert "fullUrl" not in found


@BOTH
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"ifNoneMatch": 'W/"1"'}, 304), ({"ifNoneMatch": 'W/"7", W/"1"'}, 304), ({"ifNoneMatch": "*"}, 304),
        ({"ifNoneMatch": 'W/"7"'}, 200), ({"ifNoneMatch": "x"}, 200), ({"ifModifiedSince": "2999-01-01T00:00:00Z"}, 304),
        ({"ifModifiedSince": "2001-01-01T00:00:00Z"}, 200),
        ({"ifNoneMatch": 'W/"7"', "ifModifiedSince": "2999-01-01T00:00:00Z"}, 200),
    ],
)  # fmt: skip
def test_what_is_known_is_not_sent_again(an, kind, known, expected):
    for url in ("Patient/an", "Patient/an/_history/1"):
        (answer,) = told(an, kind, entry("GET", url, **known))

        assert (status(answer), "resource" in answer) == (expected, expected == 200)


# ── Deletions ──────────────────────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize("path", ["Patient/none", "Patient/an", BY_CARD, "Patient?identifier=urn:card%7C9"])  # fmt: skip
def test_what_is_not_there_is_deleted_as_well(an, kind, path):
    """R4, http.html#delete: 204 also "if the resource does not exist at all"."""
    alone = [an.delete(path), an.delete(path)]
    (inside,) = told(an, kind, entry("DELETE", path))

    assert [each.status_code for each in alone] == [204, 204]
    assert status(inside) == 204
    assert read(an.get("Patient/an/_history"))["total"] == (1 if "none" in path or "9" in path else 2)  # fmt: skip


def test_a_deletion_that_expects_something_there_is_refused(an):
    star = {"If-Match": "*"}

    for path in ("Patient/none", "Patient?identifier=urn:card%7C9"):
        alone = an.delete(path, **star)
        inside = sent(an, "transaction", entry("DELETE", path, ifMatch="*"))
        assert [alone.status_code, inside.status_code] == [412, 412]
        assert code_of(alone) == code_of(inside) == "records.nothing_to_match"


# ── Order and identity ─────────────────────────────────────────────────────────────────────


def test_deletions_come_first_whatever_the_order(an):
    """So a conditional create does not meet what goes, and a reference by search finds the new one."""
    made = entry("POST", "Patient", {k: v for k, v in AN.items() if k != "id"}, "urn:uuid:p", ifNoneExist="identifier=urn:card|1")  # fmt: skip
    about = entry("POST", "Observation", weight(AN, subject={"reference": BY_CARD}))

    seen, subject, created, gone = told(an, "transaction", entry("GET", BY_CARD), about, made, entry("DELETE", "Patient/an"))  # fmt: skip

    new = created["response"]["location"].partition("/_history")[0]
    assert [status(each) for each in (seen, subject, created, gone)] == [200, 201, 201, 204]
    assert [f"Patient/{e['resource']['id']}" for e in seen["resource"]["entry"]] == [new]
    observation = read(an.get(subject["response"]["location"]))
    assert observation["subject"]["reference"] == new != "Patient/an"
    assert an.get("Patient/an").status_code == 410


PERSON_OF_CARD = {k: v for k, v in AN.items() if k != "id"}
OVERLAPPING = [
    (entry("PUT", "Patient/an", AN), entry("PUT", "Patient/an", AN)),
    (entry("PUT", "Patient/an", AN), entry("DELETE", "Patient/an")),
    (entry("PUT", "Patient/an", AN), entry("PATCH", "Patient/an", PATCH)),
    (entry("PATCH", "Patient/an", PATCH), entry("PATCH", BY_CARD, PATCH)),
    (entry("PATCH", "Patient/an", PATCH), entry("DELETE", BY_CARD)),
    (entry("PUT", "Patient/an", AN), entry("PUT", BY_CARD, PERSON_OF_CARD)),
    (entry("DELETE", "Patient/an"), entry("DELETE", BY_CARD)),
    (entry("PUT", "Patient?identifier=urn:card%7C2", {**PERSON, "identifier": [{"system": "urn:card", "value": "2"}]}),
     entry("POST", "Patient", {**PERSON, "identifier": [{"system": "urn:card", "value": "2"}]})),
    (entry("POST", "Patient", PERSON, "urn:uuid:x"), entry("POST", "Patient", PERSON, "urn:uuid:x")),
]  # fmt: skip


@pytest.mark.parametrize("entries", OVERLAPPING, ids=lambda each: " ".join(e["request"]["method"] for e in each))  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_one_identity_may_stand_in_one_entry_only(an, entries, turned):
    answer = sent(an, "transaction", *(reversed(entries) if turned else entries))

    assert answer.status_code in (400, 412), answer.content
    assert len(read(an.get("Patient/_history"))["entry"]) == 1


# ── References ─────────────────────────────────────────────────────────────────────────────


def test_references_of_another_server_become_ours(hospital):
    """R4, bundle.html#references: a relative one is completed by the base of its own fullUrl."""
    there = weight(AN, id="o9", subject={"reference": "Patient/p9"}, focus=[{"reference": f"{OTHER}/Patient/p9"}],
                   performer=[{"reference": "Patient/p9/_history/4"}, {"reference": "Patient/p8"}])  # fmt: skip

    made, person = told(
        hospital, "transaction",
        entry("POST", "Observation", there, f"{OTHER}/Observation/o9"),
        entry("POST", "Patient", {**PERSON, "id": "p9"}, f"{OTHER}/Patient/p9"),
    )  # fmt: skip

    new = person["response"]["location"].partition("/_history")[0]
    observation = read(hospital.get(made["response"]["location"]))
    assert new not in ("Patient/p9",) and observation["id"] != "o9"
    assert observation["subject"]["reference"] == observation["focus"][0]["reference"] == new
    assert [each["reference"] for each in observation["performer"]] == [f"{new}/_history/1", "Patient/p8"]  # fmt: skip


def test_a_relative_reference_stays_where_its_own_address_says_no_base(an):
    made, _person = told(
        an, "transaction",
        entry("POST", "Observation", weight(AN), "urn:uuid:o"),
        entry("POST", "Patient", PERSON, f"{OTHER}/Patient/an"),
    )  # fmt: skip

    assert read(an.get(made["response"]["location"]))["subject"]["reference"] == "Patient/an"


def test_a_binary_is_created_and_read_in_a_bundle(hospital):
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "eGluIGNow6Bv"}

    made, _put = told(hospital, "transaction", entry("POST", "Binary", binary), entry("PUT", "Binary/b", {**binary, "id": "b"}))  # fmt: skip
    seen, head = told(hospital, "batch", entry("GET", "Binary/b"), entry("HEAD", "Binary/b"))

    assert status(made) == 201
    assert seen["resource"]["data"] == binary["data"]
    assert "resource" not in head


def test_answers_come_in_the_order_of_the_entries(an):
    entries = [
        entry("GET", "Patient/an"), entry("PATCH", "Patient/an", PATCH), entry("PUT", "Observation/w", weight(AN, id="w")),
        entry("POST", "Observation", weight(AN)), entry("DELETE", "Observation/none"), entry("HEAD", "Observation/w"),
    ]  # fmt: skip

    answers = told(an, "transaction", *entries)

    assert [status(each) for each in answers] == [200, 200, 201, 201, 204, 200]
    assert answers[0]["resource"]["gender"] == "other"
    assert answers[5]["response"]["etag"] == 'W/"1"'
