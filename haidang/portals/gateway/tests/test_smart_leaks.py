"""No side door: with a token for one person, for a part, or below a label, every way is tried."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.fhir import bulk
from haidang.portals.gateway.tests import smart_app
from haidang.portals.gateway.tests.smart_app import App

HOSPITAL = "31001"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
LABEL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
GRANULAR = f"patient/Observation.rs?category={CATEGORY}|laboratory"
MAI = "launch/patient patient/*.cruds"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def observation(id, person, category="laboratory", label=None):
    made = {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "urn:test", "code": "glucose"}]},
        "category": [{"coding": [{"system": CATEGORY, "code": category}]}],
        "subject": {"reference": f"Patient/{person}"},
        "performer": [{"reference": "Practitioner/ha"}],
    }
    return made | ({"meta": {"security": [{"system": LABEL, "code": label}]}} if label else {})


@pytest.fixture
def house(request):
    """Two people with the same kinds of results, a doctor who made them all, a facility."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")
    for one, name in (("mai", "Lê Thị Mai"), ("nam", "Bùi Văn Nam")):
        resource = {"resourceType": "Patient", "id": one, "name": [{"text": name}]}
        access.relate(people.save_patient(resource, by=actor.SYSTEM).rid, HOSPITAL, basis="encounter")  # fmt: skip
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                {"resourceType": "Practitioner", "id": "ha", "name": [{"text": "Hà"}]},
                observation("mai-lab", "mai"),
                observation("mai-vital", "mai", "vital-signs"),
                observation("mai-hiv", "mai", label="R"),
                observation("mai-secret", "mai", label="V"),
                observation("nam-lab", "nam"),
                {"resourceType": "Provenance", "id": "of-nam", "recorded": "2026-01-01T00:00:00Z",
                 "target": [{"reference": "Observation/nam-lab"}], "agent": [{"who": {"reference": "Practitioner/ha"}}]},
                {"resourceType": "List", "id": "both", "status": "current", "mode": "working",
                 "entry": [{"item": {"reference": f"Observation/{one}"}} for one in ("mai-lab", "nam-lab")]},
            ],
            by=actor.SYSTEM,
        )  # fmt: skip


@pytest.fixture
def app(house):
    return App(smart_app.account("bs.ha", ("doctor", HOSPITAL)))


@pytest.fixture
def of_mai(app):
    return app.fhir(MAI, patient="mai")


READS = [
    "Patient/nam", "Observation/nam-lab", "Observation/mai-hiv", "Observation/mai-secret",
    "Patient/nam/_history", "Observation/nam-lab/_history", "Observation/mai-hiv/_history",
    "Observation/nam-lab/_history/1", "Observation/mai-hiv/_history/1", "Provenance/of-nam",
    "Patient/nam/$everything", "Patient/nam/$summary",
]  # fmt: skip


@pytest.mark.parametrize("path", READS)
def test_what_is_another_persons_or_restricted_is_not_there(of_mai, path):
    answer = of_mai.get(path)

    assert answer.status_code in (403, 404), answer.content
    assert b"nam-lab" not in answer.content


SEARCHES = [
    "Observation", "Observation?_id=nam-lab,mai-hiv,mai-lab,mai-vital,mai-secret",
    "Observation?code=glucose", "Observation?subject=Patient/nam", "Observation?patient=nam",
    "Observation?subject.name=nam", "Observation?subject:Patient.name=bui", "Observation?_list=both",
    f"Observation?_security={LABEL}|R", "Observation?_sort=-_lastUpdated", "Observation?_sort=date",
    "Patient?_has:Observation:subject:code=glucose", "Patient?name=nam", "Patient",
    "Practitioner?_id=ha&_revinclude=Observation:performer", "Practitioner?_revinclude:iterate=Observation:performer",
    "Observation?_include=Observation:subject", "Observation?_include=*", "Patient?_revinclude=Observation:subject",
    "Practitioner?_has:Observation:performer:subject=Patient/nam", "Provenance", "Provenance?target=Observation/nam-lab",
    "Observation/_history", "Patient/_history", "_history", "Patient/mai/$everything",
]  # fmt: skip
OF_OTHERS = {"Patient/nam", "Observation/nam-lab", "Observation/mai-hiv", "Observation/mai-secret", "Provenance/of-nam"}  # fmt: skip


@pytest.mark.parametrize("path", SEARCHES)
def test_no_search_include_chain_or_history_shows_it(of_mai, path):
    assert not set(of_mai.seen(path)) & OF_OTHERS


def test_a_reverse_chain_does_not_tell_that_it_exists(of_mai):
    assert of_mai.seen("Practitioner?_has:Observation:performer:subject=Patient/nam") == []
    assert of_mai.seen("Practitioner?_has:Observation:performer:subject=Patient/mai") == ["Practitioner/ha"]  # fmt: skip
    assert of_mai.seen(f"Practitioner?_has:Observation:performer:_security={LABEL}|V") == []


def test_counts_tell_of_nothing_more(of_mai):
    answer = fhirjson.loads(of_mai.get("Observation", _summary="count").content)

    assert answer["total"] == 2


@pytest.mark.parametrize("where", ["Observation/mai-lab", "Observation", ""])
def test_the_total_of_a_history_counts_no_version_that_is_kept_back(of_mai, where):
    with access.reach(actor.SYSTEM, people="all"):
        for label in ("R", None):
            records.save(observation("mai-lab", "mai", label=label), by=actor.SYSTEM)
    path = f"{where}/_history".lstrip("/")

    shown = fhirjson.loads(of_mai.get(path).content)["entry"]
    total = fhirjson.loads(of_mai.get(path, _count="0").content)["total"]

    assert total == len(shown)
    assert [e["resource"]["meta"]["versionId"] for e in shown if e["fullUrl"].endswith("mai-lab")] == ["3", "1"]  # fmt: skip


def bundle_of(kind, *paths):
    entries = [{"request": {"method": "GET", "url": url}} for url in paths]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def test_a_bundle_is_no_side_door(of_mai):
    answer = of_mai.send("post", "", bundle_of("batch", *READS, *SEARCHES))

    assert answer.status_code == 200
    for hidden in ("nam-lab", "mai-hiv", "mai-secret", "Văn Nam"):
        assert f'"id":"{hidden}"' not in answer.content.decode()
    assert '"id":"mai-lab"' in answer.content.decode()


@pytest.mark.parametrize("path", [*READS, *SEARCHES])
def test_a_transaction_is_no_side_door(of_mai, path):
    answer = of_mai.send("post", "", bundle_of("transaction", "Observation", path))

    assert answer.status_code == (200 if path in SEARCHES else of_mai.get(path).status_code)
    for hidden in ("nam-lab", "mai-hiv", "mai-secret", "Văn Nam"):
        assert f'"id":"{hidden}"' not in answer.content.decode()


# ── Writing ────────────────────────────────────────────────────────────────────────────────


def fresh(id, person, **more):
    made = observation(id, person, **more)
    made["status"] = "amended"
    return made


WRITES = [
    ("post", "Observation", observation("x", "nam")),
    ("put", "Observation/nam-lab", fresh("nam-lab", "nam")),
    ("put", "Observation/nam-lab", fresh("nam-lab", "mai")),
    ("put", "Observation/mai-lab", fresh("mai-lab", "nam")),
    ("put", "Observation/mai-hiv", fresh("mai-hiv", "mai")),
    ("put", "Observation?_id=nam-lab", fresh("nam-lab", "nam")),
    ("put", "Patient/mai", {"resourceType": "Patient", "id": "mai", "name": [{"text": "Ai đó"}]}),
    ("put", "Patient/nam", {"resourceType": "Patient", "id": "nam"}),
    ("post", "Patient", {"resourceType": "Patient", "name": [{"text": "Người mới"}]}),
    ("put", "Practitioner/ha", {"resourceType": "Practitioner", "id": "ha", "active": False}),
    ("post", "Organization", {"resourceType": "Organization", "name": "Phòng khám"}),
    ("post", "Provenance", {"resourceType": "Provenance", "recorded": "2026-01-01T00:00:00Z",
     "target": [{"reference": "Observation/nam-lab"}], "agent": [{"who": {"display": "x"}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "resource"), WRITES)
def test_nothing_of_others_is_written(of_mai, method, path, resource):
    answer = of_mai.send(method, path, resource)

    assert answer.status_code in (403, 404), answer.content
    with access.reach(actor.SYSTEM, people="all"):
        assert records.get("Observation/nam-lab").version == 1
        assert records.get("Patient/mai").version == records.get("Practitioner/ha").version == 1
        assert records.count("Patient") == 2


@pytest.mark.parametrize("path", ["Observation/nam-lab", "Observation/mai-hiv", "Observation?_id=nam-lab", "Patient/nam"])  # fmt: skip
def test_nothing_of_others_is_deleted(of_mai, path):
    assert of_mai.delete(path).status_code == (204 if "?" in path else 403)
    with access.reach(actor.SYSTEM, people="all"):
        assert records.count("Observation") == 5


def test_a_condition_does_not_tell_whether_another_has_it(of_mai):
    """With If-None-Exist the answer would otherwise be somebody else's resource."""
    made = observation("ignored", "mai")

    answer = of_mai.send("post", "Observation", made, **{"If-None-Exist": "_id=nam-lab"})

    assert answer.status_code == 201
    assert b"nam" not in answer.content


def test_the_own_is_written_and_read_back(of_mai):
    made = of_mai.send("post", "Observation", observation("x", "mai", "vital-signs"))

    id = fhirjson.loads(made.content)["id"]
    assert made.status_code == 201
    assert of_mai.get(f"Observation/{id}").status_code == 200
    assert of_mai.send("put", f"Observation/{id}", fresh(id, "mai")).status_code == 200
    assert of_mai.delete(f"Observation/{id}").status_code == 204


# ── A part of a type, and letters ──────────────────────────────────────────────────────────


def test_a_granular_token_sees_that_part_only(app):
    part = app.fhir(f"launch/patient {GRANULAR}", patient="mai")

    assert part.seen("Observation") == ["Observation/mai-lab"]
    assert part.get("Observation/mai-vital").status_code == 404
    assert part.get("Observation/mai-vital/_history/1").status_code == 404
    assert part.get("Patient/mai").status_code == 403
    assert part.seen("Observation?_include=Observation:subject&_include=Observation:performer") == ["Observation/mai-lab"]  # fmt: skip
    assert part.seen("Observation?subject.name=mai") == []
    assert part.get("Condition").status_code == 403
    assert part.get("_history").status_code == 403


def test_a_granular_token_writes_that_part_only(app):
    part = app.fhir(f"launch/patient patient/Observation.cu?category={CATEGORY}|vital-signs", patient="mai")  # fmt: skip

    assert part.send("post", "Observation", observation("x", "mai", "vital-signs")).status_code == 201  # fmt: skip
    assert part.send("post", "Observation", observation("x", "mai")).status_code == 403
    assert part.send("put", "Observation/mai-vital", fresh("mai-vital", "mai", category="vital-signs")).status_code == 200  # fmt: skip
    assert part.send("put", "Observation/mai-vital", fresh("mai-vital", "mai")).status_code == 403
    assert part.send("put", "Observation/mai-lab", fresh("mai-lab", "mai", category="vital-signs")).status_code == 403  # fmt: skip
    assert part.delete("Observation/mai-vital").status_code == 403
    assert part.get("Observation/mai-vital").status_code == 403


def test_a_granular_token_deletes_that_part_only_by_whatever_door(app):
    part = f"patient/Observation.d?category={CATEGORY}|vital-signs"
    scopes = f"launch/patient patient/Observation.rs patient/Observation.cu {part}"
    fhir = app.fhir(scopes, patient="mai")

    def in_a_bundle(url):
        entry = {"request": {"method": "DELETE", "url": url}}
        return fhir.send("post", "", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})  # fmt: skip

    outside = [fhir.delete(f"Observation{where}mai-lab") for where in ("/", "?_id=")]
    outside += [in_a_bundle(f"Observation{where}mai-lab") for where in ("/", "?_id=")]
    vital = fhir.delete("Observation?_id=mai-vital")
    made = fhirjson.loads(fhir.send("post", "Observation", observation("x", "mai", "vital-signs")).content)  # fmt: skip

    assert [answer.status_code for answer in outside] == [403] * 4
    assert fhir.get("Observation/mai-lab").status_code == 200
    assert vital.status_code == 204
    assert fhir.get("Observation/mai-vital").status_code == 410
    assert in_a_bundle(f"Observation/{made['id']}").status_code == 200


def test_one_who_is_held_to_a_part_in_all_deletes_what_it_finds_there(app):
    fhir = app.fhir(f"launch/patient patient/Observation.cruds?category={CATEGORY}|vital-signs", patient="mai")  # fmt: skip
    changed = fresh("mai-vital", "mai", category="vital-signs")
    assert fhir.send("put", "Observation/mai-vital", changed).status_code == 200

    assert fhir.delete("Observation?_id=mai-vital").status_code == 204
    assert fhir.delete("Observation?_id=mai-lab").status_code == 204  # none that it finds
    with access.reach(actor.SYSTEM, people="all"):
        assert records.current("Observation/mai-vital").deleted
        assert not records.current("Observation/mai-lab").deleted


def test_reading_is_not_searching(app):
    reader = app.fhir("launch/patient patient/Observation.r", patient="mai")

    assert reader.get("Observation/mai-lab").status_code == 200
    assert reader.get("Observation").status_code == 403
    assert reader.send("post", "Observation", observation("x", "mai")).status_code == 403


def test_the_words_of_version_1_still_count(app):
    old = app.fhir("launch/patient patient/Observation.read", patient="mai")

    assert old.seen("Observation") == ["Observation/mai-lab", "Observation/mai-vital"]
    assert old.send("post", "Observation", observation("x", "mai")).status_code == 403


# ── Labels, and what the person may see ────────────────────────────────────────────────────


def test_what_is_sensitive_needs_a_yes_of_its_own(app):
    told = app.fhir("launch/patient patient/Observation.rs sensitive", patient="mai")

    assert told.seen("Observation") == ["Observation/mai-hiv", "Observation/mai-lab", "Observation/mai-vital"]  # fmt: skip
    assert told.get("Observation/mai-secret").status_code == 404


def test_a_token_of_the_user_sees_what_the_user_may_see(app, house):
    other = App(smart_app.account("bs.xa", ("doctor", "31002")))

    assert {"Patient/mai", "Patient/nam"} <= set(app.fhir("user/Patient.rs").seen("Patient"))
    assert other.fhir("user/Patient.rs").seen("Patient") == []
    assert other.fhir("user/Observation.rs").seen("Observation") == []


def test_a_citizen_sees_the_own_record_and_no_other(house):
    app = App(smart_app.account("mai.dan", patient="mai"))

    wide = app.fhir("user/*.rs")

    assert wide.seen("Patient") == ["Patient/mai"]
    assert wide.seen("Observation") == ["Observation/mai-lab", "Observation/mai-vital"]
    assert app.post(MAI, {"step": "allow", "patient": "nam"}).status_code == 200  # asked again


def test_scopes_of_the_patient_and_of_the_user_stay_apart(app):
    both = app.fhir("launch/patient patient/Observation.rs user/Patient.rs", patient="mai")

    assert both.seen("Patient") == ["Patient/mai", "Patient/nam"]
    assert both.seen("Observation") == ["Observation/mai-lab", "Observation/mai-vital"]
    assert both.get("Observation/nam-lab").status_code == 404


def test_nobody_is_found_by_matching(app):
    wanted = {"resourceType": "Patient", "name": [{"text": "Bùi Văn Nam"}]}
    asked = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": wanted}]}
    of_mai = app.fhir(MAI, patient="mai")

    assert b"Patient/nam" not in of_mai.send("post", "Patient/$match", asked).content


# ── Export ─────────────────────────────────────────────────────────────────────────────────


def exported(fhir, path="$export"):
    """Ids of everything that an export of this token brings, or the status of its refusal."""
    asked = fhir.http.get(f"/fhir/{path}", headers={"Prefer": "respond-async"})
    if asked.status_code != 202:
        return asked.status_code
    bulk.run_next()
    where = asked["Content-Location"].partition("/fhir/")[2]
    manifest = fhirjson.loads(fhir.get(where).content)
    found = set()
    for file in manifest["output"]:
        answer = fhir.http.get(file["url"].partition("testserver")[2], headers={"Accept": "*/*"})
        lines = b"".join(answer.streaming_content).splitlines()
        found |= {f"{one['resourceType']}/{one['id']}" for one in map(fhirjson.loads, lines)}
    return found


@pytest.fixture
def committed(own_database, settings, tmp_path):
    """A database of its own: an export opens a transaction that sees what is committed."""
    settings.HAIDANG_FILES = str(tmp_path / "files")


def test_an_app_of_a_person_exports_nothing(committed, house):
    app = App(smart_app.account("bs.ha", ("doctor", HOSPITAL)))

    for fhir in (app.fhir(MAI, patient="mai"), app.fhir("user/*.rs")):
        for path in ("$export", "Patient/$export", "Patient/mai/$export", "Patient/nam/$export"):
            assert exported(fhir, path) in (403, 404)


def test_an_export_brings_the_part_that_the_scopes_open(committed, house):
    part = GRANULAR.replace("patient/", "system/")
    scopes = ["gateway.use_fhir", part]
    _client, token = access.create_client("Kho dữ liệu", scopes, HOSPITAL, actor.SYSTEM)

    found = exported(smart_app.Bearer(token))

    assert found == {f"Observation/{one}" for one in ("mai-lab", "mai-hiv", "mai-secret", "nam-lab")}  # fmt: skip
