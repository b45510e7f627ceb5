"""Bulk jobs at the FHIR door: what is asked, what is refused, what others may not see."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.fhir import bulk
from haidang.portals.gateway.tests.fhir_client import PERSON, Fhir, code_of, read

ASYNC = {"Prefer": "respond-async"}


@pytest.fixture(autouse=True)
def home(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_IMPORT_FROM = [str(tmp_path / "in")]
    (tmp_path / "in").mkdir()
    return tmp_path


def asked(client, path, **headers):
    answer = client.get(path, **ASYNC, **headers)
    assert answer.status_code == 202, answer.content
    return answer["Content-Location"].partition("/fhir/")[2]


def done(client, path):
    where = asked(client, path)
    bulk.run_next()
    return where, read(client.get(where))


def content(client, manifest, role="output"):
    found = []
    for file in manifest[role]:
        answer = client.get(file["url"].partition("/fhir/")[2], Accept="application/fhir+ndjson")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/fhir+ndjson")
        found += b"".join(answer.streaming_content).splitlines()
    return [fhirjson.loads(line) for line in found]


def test_an_export_is_asked_for_polled_and_fetched(hospital, patient):
    where = asked(hospital, "$export?_type=Patient")

    waiting = hospital.get(where)
    bulk.run_next()
    answer = hospital.get(where)

    manifest = read(answer)
    assert (waiting.status_code, waiting["X-Progress"]) == (202, "waiting, 0 before this one")
    assert int(waiting["Retry-After"]) > 0
    assert (answer.status_code, "Expires" in answer) == (200, True)
    assert manifest["request"].endswith("/fhir/$export?_type=Patient")
    assert manifest["requiresAccessToken"] is True
    assert [(f["type"], f["count"]) for f in manifest["output"]] == [("Patient", 1)]
    assert content(hospital, manifest) == [patient]


def test_each_level_has_its_address(hospital, patient):
    group = {"resourceType": "Group", "type": "person", "actual": True,
             "member": [{"entity": {"reference": f"Patient/{patient['id']}"}}]}  # fmt: skip
    made = read(hospital.post("Group", group))

    for path in (
        "Patient/$export",
        f"Patient/{patient['id']}/$export",
        f"Group/{made['id']}/$export",
    ):
        found = content(hospital, done(hospital, path)[1])
        assert [r["id"] for r in found if r["resourceType"] == "Patient"] == [patient["id"]]
    assert hospital.get("Group/none/$export", **ASYNC).status_code == 404
    assert hospital.get("Patient/none/$export", **ASYNC).status_code == 404


def test_people_may_be_named_in_parameters(hospital, patient):
    hospital.post("Patient", PERSON)
    body = {"resourceType": "Parameters", "parameter": [
        {"name": "patient", "valueReference": {"reference": f"Patient/{patient['id']}"}},
        {"name": "_typeFilter", "valueString": "Patient?gender=female,Observation?status=final,amended"},
    ]}  # fmt: skip

    where = hospital.post("Patient/$export", body, **ASYNC)["Content-Location"].partition("/fhir/")[
        2
    ]
    bulk.run_next()

    assert content(hospital, read(hospital.get(where))) == [patient]


def _group(client, *ids):
    members = [{"entity": {"reference": f"Patient/{id}"}} for id in ids]
    made = {"resourceType": "Group", "type": "person", "actual": True, "member": members}
    return read(client.post("Group", made))["id"]


def test_of_a_group_only_those_who_are_named_go_out(hospital, patient):
    other = read(hospital.post("Patient", PERSON))["id"]
    group = _group(hospital, patient["id"], other)

    _where, manifest = done(hospital, f"Group/{group}/$export?patient=Patient/{other}")

    assert [one["id"] for one in content(hospital, manifest)] == [other]


def test_who_is_not_there_or_not_of_the_group_is_told_at_once(hospital, other_hospital, patient):
    strangers = read(other_hospital.post("Patient", PERSON))["id"]
    group = _group(hospital, patient["id"])
    another = read(hospital.post("Patient", PERSON))["id"]

    for path in (
        "Patient/$export?patient=Patient/none",
        f"Patient/$export?patient=Patient/{patient['id']}&patient=Patient/{strangers}",
        f"Group/{group}/$export?patient=Patient/{another}",
    ):
        answer = hospital.get(path, **ASYNC)
        assert (answer.status_code, code_of(answer)) == (404, "fhir.patient_unknown")


def test_people_cannot_be_named_where_all_or_one_is_asked_for(hospital, patient):
    named = f"patient=Patient/{patient['id']}"

    for path in (f"$export?{named}", f"Patient/{patient['id']}/$export?{named}"):
        answer = hospital.get(path, Prefer="respond-async, handling=lenient")
        assert (answer.status_code, code_of(answer)) == (400, "fhir.parameter_unsupported")


def test_a_plus_that_was_not_escaped_is_one(hospital):
    moment = "2020-01-01T00:00:00+07:00"
    answer = hospital.get(f"$export?_outputFormat=application/fhir+ndjson&_since={moment}", **ASYNC)

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("$export", {}, "fhir.prefer_async"),
        ("$export?_outputFormat=csv", ASYNC, "fhir.only_ndjson"),
        ("$export?_type=Nothing", ASYNC, "fhir.type_unknown"),
        ("$export?_typeFilter=Patient?color=red", ASYNC, "records.search_unknown"),
        ("$export?_typeFilter=Observation?date=yesterday", ASYNC, "records.search_unreadable"),
        (
            "$export?_typeFilter=Patient?active=true&_typeFilter=Patient?birthdate=2020-13",
            ASYNC,
            "records.search_unreadable",
        ),
        ("$export?color=red", ASYNC, "fhir.parameter_unknown"),
        ("$export?purpose=curiosity", ASYNC, "fhir.parameter_unreadable"),
        ("$export?_since=yesterday", ASYNC, "dates.unreadable"),
    ],
)
def test_what_cannot_be_served_is_said_at_once(hospital, path, headers, code):
    answer = hospital.get(path, **headers)

    assert (answer.status_code, code_of(answer)) == (400, code)


def test_a_head_begins_nothing(hospital):
    answer = hospital.http.head("/fhir/$export", headers=ASYNC)

    assert (answer.status_code, "Content-Location" in answer, bulk.run_next()) == (405, False, 0)


def test_a_lenient_client_is_not_held_to_what_we_do_not_know(hospital):
    answer = hospital.get("$export?color=red", Prefer="respond-async, handling=lenient")

    assert answer.status_code == 202


def test_scopes_say_which_types_go_out(hospital, patient):
    narrow = Fhir("31001", ["gateway.use_fhir", "system/Organization.rs", "system/Patient.rs"])
    hospital.post("Observation", {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
                                  "subject": {"reference": f"Patient/{patient['id']}"}})  # fmt: skip

    _where, manifest = done(narrow, "$export")

    assert {f["type"] for f in manifest["output"]} == {"Patient"}
    assert narrow.get("$export?_type=Observation", **ASYNC).status_code == 403
    assert Fhir("31001", ["gateway.use_fhir"]).get("$export", **ASYNC).status_code == 403


def test_another_facility_gets_neither_the_people_nor_the_files(hospital, other_hospital, patient):
    where, manifest = done(hospital, "$export")
    url = manifest["output"][0]["url"].partition("/fhir/")[2]

    _other, others = done(other_hospital, "Patient/$export")

    assert others["output"] == []
    assert other_hospital.get(where).status_code == 404
    assert other_hospital.get(url).status_code == 404
    assert other_hospital.delete(where).status_code == 404
    assert hospital.get(url.replace(".ndjson", "x.ndjson")).status_code == 404
    assert hospital.get(url).status_code == 200


def test_everyone_exported_finds_the_look_in_their_book(hospital, patient):
    done(hospital, "$export?purpose=records")

    look = ledger.looks_at(f"Patient/{patient['id']}")[0]
    assert (look.by_ref, look.what, look.purpose) == (hospital.ref, "fhir.export", "records")


def test_delete_ends_a_job_for_good(hospital, patient):
    waiting = asked(hospital, "$export")
    assert hospital.delete(waiting).status_code == 202
    assert hospital.get(waiting).status_code == 404
    assert bulk.run_next() == 0

    where, manifest = done(hospital, "$export")
    assert hospital.delete(where).status_code == 202
    assert hospital.get(manifest["output"][0]["url"].partition("/fhir/")[2]).status_code == 404


def test_a_withdrawn_system_gets_nothing_more_done(hospital, patient):
    uid = asked(hospital, "$export").rpartition("/")[2]
    access.end_client(hospital.ref.partition("/")[2], by=actor.SYSTEM)

    bulk.run_next()

    asker = actor.Actor(ref=hospital.ref, name="", kind=actor.CLIENT)
    assert records.bulk.status(uid, by=asker).why["code"] == "fhir.client_ended"


def test_why_a_job_failed_is_told_when_it_is_asked_for(hospital):
    """A value set that cannot be listed is found out by the worker."""
    url = "https://example.org/ValueSet/of-nowhere"
    compose = {"include": [{"system": "https://example.org/nowhere"}]}
    made = hospital.post("ValueSet", {"resourceType": "ValueSet", "url": url, "status": "active", "compose": compose})  # fmt: skip
    assert made.status_code == 201, made.content
    where = asked(hospital, f"$export?_typeFilter=Observation?code:in={url}")
    bulk.run_next()

    answer = hospital.get(where)

    (issue,) = read(answer)["issue"]
    assert answer.status_code == 500
    assert issue["details"]["coding"][0]["code"] == "terminology.system_unknown"
    assert issue["code"] == "not-found"


# ── Import ─────────────────────────────────────────────────────────────────────────────────


def put(home, name, *resources):
    path = home / "in" / name
    path.write_bytes(b"\n".join(map(fhirjson.dumps, resources)))
    return str(path)


def import_of(client, *inputs):
    manifest = {"inputFormat": "application/fhir+ndjson", "inputSource": "https://partner.example",
                "input": [{"type": type, "url": url} for type, url in inputs]}  # fmt: skip
    return client._send("post", "$import", manifest, ASYNC, "application/json")


def test_files_are_taken_in_with_errors_told_by_line(hospital, home):
    people = put(
        home, "p.ndjson", {**PERSON, "id": "p1"}, {**PERSON, "id": "p2", "birthDate": "never"}
    )

    answer = import_of(hospital, ("Patient", people))
    bulk.run_next()

    where = answer["Content-Location"].partition("/fhir/")[2]
    report = read(hospital.get(where))
    assert report["output"] == [{"type": "Patient", "inputUrl": people, "count": 1}]
    (told,) = content(hospital, report, "error")
    assert told["extension"][0]["valueInteger"] == 2
    assert hospital.get("Patient/p1").status_code == 200
    assert [e.facts["written"] for e in ledger.events(names=("records.set.imported",))] == [1]


def test_what_has_a_wrong_shape_is_refused_as_everywhere_else(hospital, home):
    people = put(home, "p.ndjson", {**PERSON, "id": "p1"}, {**PERSON, "id": "p2", "colour": "red"})

    answer = import_of(hospital, ("Patient", people))
    bulk.run_next()

    report = read(hospital.get(answer["Content-Location"].partition("/fhir/")[2]))
    (told,) = content(hospital, report, "error")
    assert told["extension"][0]["valueInteger"] == 2
    assert told["issue"][0]["expression"] == ["Patient.colour"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(hospital, home):
    lines = b"\n".join(fhirjson.dumps({**PERSON, "id": id}) for id in ("p1", "p2"))
    path = home / "in" / "p.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + lines)

    answer = import_of(hospital, ("Patient", str(path)))
    bulk.run_next()

    report = read(hospital.get(answer["Content-Location"].partition("/fhir/")[2]))
    assert (report["output"][0]["count"], report["error"]) == (2, [])
    assert hospital.get("Patient/p1").status_code == 200


def test_a_file_that_is_not_there_is_named_without_its_key(hospital, home):
    absent = f"{home}/in/absent.ndjson"

    answer = import_of(hospital, ("Patient", f"{absent}?key=secret"))
    bulk.run_next()

    told = hospital.get(answer["Content-Location"].partition("/fhir/")[2])
    where = fhirjson.loads(read(told)["issue"][0]["diagnostics"])
    assert (where["file"], where["url"], where["from_line"]) == (1, absent, 1)
    assert b"secret" not in told.content


def test_a_request_that_is_too_long_is_told_so(hospital):
    answer = hospital.http.post(
        "/fhir/$import", b" " * 1024 * 1024 + b"{}", content_type="application/json", headers=ASYNC
    )

    assert (answer.status_code, code_of(answer)) == (413, "fhir.body_too_large")


def test_a_request_that_is_no_json_is_told_so(hospital):
    answer = hospital.http.post(
        "/fhir/$import", b"<Parameters/>", content_type="application/fhir+xml", headers=ASYNC
    )

    assert (answer.status_code, code_of(answer)) == (415, "fhir.only_json")


def test_parameters_say_the_same_as_a_manifest(hospital, home):
    url = put(home, "o.ndjson", {"resourceType": "Organization", "id": "o1"})
    body = {"resourceType": "Parameters", "parameter": [
        {"name": "inputFormat", "valueCode": "application/fhir+ndjson"},
        {"name": "input", "part": [{"name": "type", "valueCode": "Organization"}, {"name": "url", "valueUrl": url}]},
    ]}  # fmt: skip

    assert hospital.post("$import", body, **ASYNC).status_code == 202
    bulk.run_next()

    assert hospital.get("Organization/o1").status_code == 200


def test_nothing_is_read_from_places_that_are_not_named(hospital):
    for url in (
        "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "s3://other/x", "http://[1/x",
        "/etc/passwd\0", "", "x",
    ):  # fmt: skip
        answer = import_of(hospital, ("Patient", url))
        assert (answer.status_code, code_of(answer)) == (403, "fhir.source_not_named")


def test_an_import_writes_only_to_people_of_the_facility(hospital, other_hospital, patient, home):
    about = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    theirs = {**about, "id": "x1", "subject": {"reference": f"Patient/{patient['id']}"}}
    nobodys = {**about, "id": "x2"}

    answer = import_of(other_hospital, ("Observation", put(home, "o.ndjson", theirs, nobodys)))
    bulk.run_next()

    report = read(other_hospital.get(answer["Content-Location"].partition("/fhir/")[2]))
    (told,) = content(other_hospital, report, "error")
    assert told["extension"][0]["valueInteger"] == 1
    assert report["output"][0]["count"] == 1
    with access.reach(actor.SYSTEM, people="all"):
        assert records.rids(["Observation/x1"]) == {}


def test_an_import_needs_the_scopes_of_every_type(home):
    reader = Fhir("31001", ["gateway.use_fhir", "system/*.rs"])

    answer = import_of(reader, ("Patient", put(home, "p.ndjson", PERSON)))

    assert (answer.status_code, code_of(answer)) == (403, "fhir.scope_missing")


def test_the_statement_names_the_operations(client):
    rest = read(client.get("/fhir/metadata"))["rest"][0]

    assert {"export", "import"} <= {each["name"] for each in rest["operation"]}
    group = next(r for r in rest["resource"] if r["type"] == "Group")
    assert "export" in {each["name"] for each in group["operation"]}
