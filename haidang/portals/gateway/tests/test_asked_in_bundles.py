"""Histories, operations, compartments and full addresses in bundles: each as it is alone."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, systems
from haidang.portals.gateway.fhir import bundles
from haidang.portals.gateway.tests.fhir_client import PERSON, Fhir, code_of, read, weight
from haidang.portals.gateway.tests.test_consents import consent, deny

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("kind", ["batch", "transaction"])
CARD = {"system": systems.CITIZEN_ID, "value": "031070000001"}


@pytest.fixture
def mai():
    """A person with a result that was changed once."""
    made = {"resourceType": "Patient", "id": "mai", "name": [{"text": "Mai"}], "identifier": [CARD]}
    stored = people.save_patient(made, by=actor.SYSTEM)
    access.relate(stored.rid, "31001", basis="encounter")
    with access.reach(actor.SYSTEM, people="all"):
        for value in ("60.0", "61.0"):
            records.save(weight({"id": "mai"}, value, id="w"), by=actor.SYSTEM)
    return stored.ref


def sent(fhir, kind, *entries, **headers):
    """The answer to a bundle of (method, url) or (method, url, resource)."""
    made = [
        {"request": {"method": method, "url": url}} | ({"resource": more[0]} if more else {})
        for method, url, *more in entries
    ]
    return fhir.post("", {"resourceType": "Bundle", "type": kind, "entry": made}, **headers)


def told(fhir, kind, *entries, **headers):
    answer = sent(fhir, kind, *entries, **headers)
    assert answer.status_code == 200, answer.content
    return read(answer)["entry"]


def parameters(**values):
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": name, "resource": value} for name, value in values.items()],
    }


# ── As it is alone ─────────────────────────────────────────────────────────────────────────

PATHS = [
    "Observation/w/_history", "Observation/_history?_count=1", "_history?_count=3", "Patient/mai/_history",
    "Observation/w/_history?_at=2001-01-01", "Patient/mai/$everything", "Patient/mai/$everything?_type=Observation&_count=1",
    "DocumentReference/$docref?patient=Patient/mai&on-demand=false", "Observation/w/$validate",
    "Patient/mai/Observation", "Patient/mai/Observation?status=final&_total=accurate", "metadata",
    "?_id=w", "?_lastUpdated=gt2020&_count=1&_pretty=true", "/?_id=mai",
]  # fmt: skip


@BOTH
@pytest.mark.parametrize("path", PATHS)
def test_what_is_asked_in_a_bundle_is_answered_as_alone(mai, hospital, kind, path):
    alone = hospital.get(path.removeprefix("/"))

    (entry,) = told(hospital, kind, ("GET", path))

    assert (alone.status_code, entry["response"]["status"]) == (200, "200 OK")
    assert entry["resource"] == read(alone)


@BOTH
def test_head_says_no_more_than_that_it_is_there(mai, hospital, kind):
    (entry,) = told(hospital, kind, ("HEAD", "Patient/mai/_history"))

    assert entry == {"response": {"status": "200 OK"}}


@BOTH
def test_a_summary_and_a_match_are_given_in_a_bundle(mai, hospital, kind):
    wanted = {"resourceType": "Patient", "identifier": [CARD]}

    summary, match, judged = told(
        hospital, kind,
        ("GET", "Patient/mai/$summary?_language=en"),
        ("POST", "Patient/$match", parameters(resource=wanted)),
        ("POST", "Patient/$validate", {"resourceType": "Patient", "gender": "x"}),
    )  # fmt: skip

    assert summary["resource"]["type"] == "document"
    assert [e["resource"]["id"] for e in match["resource"]["entry"]] == ["mai"]
    assert judged["resource"]["issue"][0]["severity"] == "error"
    assert read(hospital.get("Patient?_summary=count"))["total"] == 1


@BOTH
def test_code_lists_answer_in_a_bundle_too(asker, kind):
    lookup = f"CodeSystem/$lookup?system={systems.codes('fruit')}&code=lime"
    alone = asker.get(lookup)

    (entry,) = told(asker, kind, ("GET", lookup))

    assert entry["resource"] == read(alone)


@BOTH
def test_what_was_just_written_is_in_the_history(mai, hospital, kind):
    history, _put = told(
        hospital, kind,
        ("GET", "Observation/w/_history"), ("PUT", "Observation/w", weight({"id": "mai"}, "62.0", id="w")),
    )  # fmt: skip

    assert history["resource"]["total"] == 3


# ── Refused ────────────────────────────────────────────────────────────────────────────────

NOT_SERVED = [
    ("POST", "Patient/$merge"), ("POST", "Patient/$unmerge"), ("POST", "Patient/mai/$purge"), ("GET", "$export"),
    ("GET", "Patient/$export"), ("POST", "$import"), ("POST", "$reindex"), ("GET", "$sql-run"), ("POST", "$sql-export"),
    ("POST", "Subscription/x/$restart"), ("GET", "$bulk/x"), ("GET", "Patient/mai/$summary/pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "url"), NOT_SERVED)
def test_what_writes_or_makes_files_is_refused_by_itself_or_with_all(mai, hospital, method, url):
    asked = (method, url, {"resourceType": "Parameters"})

    refused, made = told(hospital, "batch", asked, ("POST", "Patient", PERSON))
    whole = sent(hospital, "transaction", asked, ("POST", "Patient", PERSON))

    assert refused["response"]["status"] == "422"
    code = refused["response"]["outcome"]["issue"][0]["details"]["coding"][0]["code"]
    assert code == "fhir.not_in_a_bundle"
    assert made["response"]["status"] == "201 Created"
    assert (whole.status_code, code_of(whole)) == (422, "fhir.not_in_a_bundle")
    assert read(hospital.get("Patient?_summary=count"))["total"] == 2


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (("GET", "Patient/mai/$nothing"), 404), (("GET", "a/b/c"), 404), (("GET", "Patient/nobody/_history"), 404),
        (("GET", "Patient/mai/_history?_count=x"), 400), (("GET", "Patient/$match"), 405),
        (("POST", "Patient/$match", {"resourceType": "Parameters"}), 400), (("GET", "Patient/mai/Nothing"), 404),
    ],
)  # fmt: skip
def test_what_fails_alone_fails_the_same_in_a_batch_and_ends_a_transaction(mai, hospital, asked, status):  # fmt: skip
    refused, made = told(hospital, "batch", asked, ("POST", "Patient", PERSON))
    whole = sent(hospital, "transaction", asked, ("POST", "Patient", PERSON))

    assert refused["response"]["status"] == str(status)
    assert made["response"]["status"] == "201 Created"
    assert whole.status_code == status
    assert read(hospital.get("Patient?_summary=count"))["total"] == 2


def test_an_entry_that_fails_names_the_element_as_it_does_alone(mai, hospital):
    asked = ("Patient/$validate", weight({"id": "mai"}))
    (alone,) = read(hospital.post(*asked))["issue"]

    (entry,) = told(hospital, "batch", ("POST", *asked))

    (inside,) = entry["response"]["outcome"]["issue"]
    assert inside["expression"] == alone["expression"] == ["resourceType"]
    assert "diagnostics" not in inside


def test_a_bundle_asks_for_no_end_of_records(mai, hospital, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_ASKED", 2)
    three = [("GET", "Patient/mai/_history")] * 3

    answers = told(hospital, "batch", *three)

    assert [each["response"]["status"][:3] for each in answers] == ["200", "200", "413"]
    assert sent(hospital, "transaction", *three).status_code == 413


# ── No side door ───────────────────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize("scope", ["system/Patient.rs", "system/Observation.s", "system/Observation.c"])  # fmt: skip
@pytest.mark.parametrize("path", PATHS)
def test_a_scope_holds_in_a_bundle_as_alone(mai, kind, scope, path):
    some = Fhir("31001", ["gateway.use_fhir", scope])
    alone = some.get(path.removeprefix("/"))

    inside = sent(some, kind, ("GET", path))

    if alone.status_code == 200:
        (entry,) = read(inside)["entry"]
        assert entry == {"response": {"status": "200 OK"}, "resource": read(alone)}
    elif kind == "batch":
        (entry,) = read(inside)["entry"]
        assert (entry["response"]["status"], "resource" in entry) == (str(alone.status_code), False)
    else:
        assert (inside.status_code, code_of(inside)) == (alone.status_code, code_of(alone))


@BOTH
@pytest.mark.parametrize("path", [each for each in PATHS if each != "metadata"])
def test_whoever_is_closed_off_sees_nothing_in_a_bundle_either(mai, hospital, kind, path):
    with access.reach(actor.SYSTEM, people="all"):
        records.save(consent(deny("31001")), by=actor.SYSTEM)
    alone = hospital.get(path.removeprefix("/"))

    inside = sent(hospital, kind, ("GET", path))

    assert b'"id":"w"' not in inside.content
    assert b'"id":"mai"' not in inside.content
    if kind == "batch":
        (entry,) = read(inside)["entry"]
        assert int(entry["response"]["status"][:3]) == alone.status_code
    else:
        assert inside.status_code == alone.status_code


@BOTH
def test_a_match_of_whom_it_does_not_care_for_tells_what_it_tells_alone(mai, kind):
    stranger = Fhir("31002")
    asked = parameters(resource={"resourceType": "Patient", "identifier": [CARD]})
    alone = read(stranger.post("Patient/$match", asked))

    (open_,) = told(stranger, kind, ("POST", "Patient/$match", asked))
    with access.reach(actor.SYSTEM, people="all"):
        records.save(consent(deny("31002")), by=actor.SYSTEM)
    denied = read(stranger.post("Patient/$match", asked))
    (closed,) = told(stranger, kind, ("POST", "Patient/$match", asked))

    assert open_["resource"] == alone
    assert closed["resource"] == denied
    assert (alone["total"], denied["total"]) == (1, 0)


@BOTH
def test_every_match_in_a_bundle_is_counted(mai, hospital, settings, kind):
    settings.HAIDANG_MATCHES_PER_MINUTE = 2
    asked = ("POST", "Patient/$match", parameters(resource=PERSON))

    if kind == "batch":
        statuses = [e["response"]["status"][:3] for e in told(hospital, kind, *[asked] * 3)]
        assert statuses == ["200", "200", "429"]
    else:
        assert sent(hospital, kind, *[asked] * 3).status_code == 429


@BOTH
@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("Observation/w/_history", "fhir.history Observation"), ("_history", "fhir.history *"),
        ("Patient/mai/$everything", "fhir.everything"), ("Patient/mai/$summary", "fhir.summary"),
        ("Patient/mai/Observation", "fhir.search Observation"), ("Observation/w/$validate", "fhir.validate Observation"),
    ],
)  # fmt: skip
def test_what_was_shown_is_in_the_access_book(mai, hospital, kind, path, what):
    told(hospital, kind, ("GET", path))

    (look,) = ledger.looks_by(hospital.ref)
    assert (look.about, look.what, look.allowed) == (mai, what, True)


# ── Addresses of this server ───────────────────────────────────────────────────────────────


@BOTH
@pytest.mark.parametrize("base", ["http://testserver/fhir", systems.BASE])
def test_the_full_address_of_this_server_is_taken(mai, hospital, kind, base):
    made, read_, found, past, every, any_type, gone = told(
        hospital, kind,
        ("POST", f"{base}/Observation", weight({"id": "mai"}, "70.0")),
        ("GET", f"{base}/Observation/w"),
        ("GET", f"{base}/Patient?_id=mai"),
        ("GET", f"{base}/Observation/w/_history/1"),
        ("GET", f"{base}/Patient/mai/$everything?_type=Patient"),
        ("GET", f"{base}?_id=mai"),
        ("DELETE", f"{base}/Observation?_id=none"),
    )  # fmt: skip

    assert made["response"]["status"] == "201 Created"
    assert (read_["resource"]["id"], past["resource"]["meta"]["versionId"]) == ("w", "1")
    assert [
        each["resource"]["entry"][0]["resource"]["id"] for each in (found, every, any_type)
    ] == ["mai"] * 3
    assert gone["response"]["status"] == "204 No Content"


@pytest.mark.parametrize(
    "url", ["http://elsewhere/fhir/Patient/mai", "http://testserver/fhirs/Patient/mai", "http://testserver/Patient/mai"]
)  # fmt: skip
def test_the_address_of_another_server_is_not(mai, hospital, url):
    (entry,) = told(hospital, "batch", ("GET", url))

    assert entry["response"]["status"] in ("400", "404")
    assert "resource" not in entry


def test_a_full_address_is_judged_by_the_scope_of_its_type(mai):
    some = Fhir("31001", ["gateway.use_fhir", "system/Patient.rs"])
    base = "http://testserver/fhir"

    seen, refused = told(some, "batch", ("GET", f"{base}/Patient/mai"), ("GET", f"{base}/Observation/w"))  # fmt: skip

    assert (seen["response"]["status"], refused["response"]["status"]) == ("200 OK", "403")


@BOTH
def test_a_slash_at_the_end_of_a_value_belongs_to_it(hospital, kind):
    made = hospital.post("Basic", {"resourceType": "Basic", "code": {"text": "x"}, "identifier": [{"system": "urn:a", "value": "b/"}]})  # fmt: skip
    assert made.status_code == 201

    (found,) = told(hospital, kind, ("GET", "Basic?identifier=urn:a|b/"))

    assert [each["resource"]["id"] for each in found["resource"]["entry"]] == [read(made)["id"]]


# ── If-Match: * ────────────────────────────────────────────────────────────────────────────


def conditional(method, url, value=None):
    entry = {"request": {"method": method, "url": url, "ifMatch": "*"}}
    return entry | ({"resource": value} if value else {})


PATCH = {
    "resourceType": "Parameters",
    "parameter": [
        {"name": "operation", "part": [{"name": "type", "valueCode": "replace"},
         {"name": "path", "valueString": "Observation.status"}, {"name": "value", "valueCode": "amended"}]}
    ],
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("where", ["/{}", "?_id={}"])
def test_a_star_in_a_bundle_means_whichever_there_is(mai, hospital, kind, where):
    there, absent = (f"Observation{where.format(id)}" for id in ("w", "none"))

    def answered(entry):
        return hospital.post("", {"resourceType": "Bundle", "type": kind, "entry": [entry]})

    changed = answered(conditional("PUT", there, weight({"id": "mai"}, "70.0", id="w")))
    patched = answered(conditional("PATCH", there, PATCH))
    refused = answered(conditional("PUT", absent, weight({"id": "mai"}, "71.0", id="none")))
    gone = answered(conditional("DELETE", there))
    again = answered(conditional("PUT", "Observation/w", weight({"id": "mai"}, "72.0", id="w")))

    for answer, status in ((changed, "200 OK"), (patched, "200 OK"), (gone, "204 No Content")):
        assert read(answer)["entry"][0]["response"]["status"] == status
    for answer in (refused, again):
        status = answer.status_code if kind == "transaction" else int(read(answer)["entry"][0]["response"]["status"])  # fmt: skip
        assert status == 412
    assert [hospital.get(f"Observation/{id}").status_code for id in ("w", "none")] == [410, 404]


@BOTH
def test_a_patch_in_a_bundle_is_held_to_the_version_it_names(mai, hospital, kind):
    entry = {"request": {"method": "PATCH", "url": "Observation/w", "ifMatch": 'W/"1"'}, "resource": PATCH}  # fmt: skip

    answer = hospital.post("", {"resourceType": "Bundle", "type": kind, "entry": [entry]})

    status = answer.status_code if kind == "transaction" else int(read(answer)["entry"][0]["response"]["status"])  # fmt: skip
    assert status == 412
    assert hospital.get("Observation/w")["ETag"] == 'W/"2"'


def test_a_star_with_a_condition_means_whichever_it_finds(mai, hospital):
    star = {"If-Match": "*"}

    changed = hospital.put("Observation?_id=w", weight({"id": "mai"}, "70.0"), **star)
    absent = hospital.put("Observation?_id=none", weight({"id": "mai"}, "70.0"), **star)
    late = hospital.delete("Observation?_id=w", **{"If-Match": 'W/"1"'})
    gone = hospital.delete("Observation?_id=w", **star)

    assert (changed.status_code, changed["ETag"]) == (200, 'W/"3"')
    assert (absent.status_code, code_of(absent)) == (412, "records.nothing_to_match")
    assert (late.status_code, code_of(late)) == (412, "records.version_changed")
    assert gone.status_code == 204
