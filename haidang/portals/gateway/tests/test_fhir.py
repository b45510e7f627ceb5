"""The FHIR door: interactions, conditions, scopes, reach, and the access book behind each answer."""

from decimal import Decimal

import pytest
from django.test import Client

from haidang.engines.ledger import api as ledger
from haidang.portals.gateway.tests.fhir_client import PERSON, Fhir, code_of, read, weight

pytestmark = pytest.mark.django_db


def test_the_statement_is_open_to_all_and_names_what_is_served(client):
    statement = read(client.get("/fhir/metadata"))

    patient = next(r for r in statement["rest"][0]["resource"] if r["type"] == "Patient")
    assert statement["fhirVersion"] == "4.0.1"
    assert {p["name"] for p in patient["searchParam"]} >= {"name", "birthdate", "identifier"}
    assert {"Observation:subject", "Provenance:target"} <= set(patient["searchRevInclude"])
    assert "Observation:encounter" not in patient["searchRevInclude"]


def test_an_update_by_condition_that_none_meets_leaves_another_record_alone(hospital, patient):
    mine = read(hospital.post("Observation", weight(patient)))
    other = weight(patient) | {"status": "amended"}

    taken = hospital.put("Observation?identifier=urn:x|nobody", other | {"id": mine["id"]})
    entry = {"resource": other | {"id": mine["id"]},
             "request": {"method": "PUT", "url": "Observation?identifier=urn:x|nobody"}}  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    within = hospital.post("", bundle)
    free = hospital.put("Observation?identifier=urn:x|nobody", other | {"id": "free"})
    unnamed = hospital.put("Observation?identifier=urn:x|nobody", other)

    assert [(each.status_code, code_of(each)) for each in (taken, within)] == [
        (409, "records.id_taken")
    ] * 2
    assert (free.status_code, read(free)["id"], unnamed.status_code) == (201, "free", 201)
    assert read(hospital.get(f"Observation/{mine['id']}")) == mine


def test_the_statement_and_the_bundles_of_answers_are_valid_themselves(hospital, patient):
    entry = {"request": {"method": "GET", "url": f"Patient/{patient['id']}"}}
    answers = [
        hospital.get("metadata"), hospital.get("metadata?mode=terminology"), hospital.get("Patient?_total=accurate"),
        hospital.get("Patient?_id=none"), hospital.get("Patient?_summary=count"), hospital.get("_history"),
        hospital.get(f"Patient/{patient['id']}/$everything"), hospital.get("Patient/none"), hospital.get("Subscription"),
        *(hospital.post("", {"resourceType": "Bundle", "type": kind, "entry": some})
          for kind in ("batch", "transaction") for some in ([], [entry])),
    ]  # fmt: skip

    for answer in map(read, answers):
        judged = read(hospital.post(f"{answer['resourceType']}/$validate", answer))
        if answer["resourceType"] != "Bundle":  # what is in a bundle may be less than it could be
            assert {issue["severity"] for issue in judged["issue"]} == {"information"}, judged
        assert {issue["severity"] for issue in judged["issue"]} <= {"information", "warning"}, (
            judged
        )


def test_what_is_created_is_read_back_digit_for_digit(hospital, patient):
    made = hospital.post("Observation", weight(patient))

    back = hospital.get(f"Observation/{read(made)['id']}")

    assert (made.status_code, back.status_code) == (201, 200)
    assert b'"value":61.50' in back.content
    assert made["Location"].endswith(f"/fhir/Observation/{read(back)['id']}/_history/1")
    assert back["ETag"] == 'W/"1"'


def test_a_known_version_is_not_sent_again(hospital, patient):
    path = f"Patient/{patient['id']}"

    assert hospital.get(path, **{"If-None-Match": 'W/"1"'}).status_code == 304
    assert hospital.get(path, **{"If-None-Match": 'W/"2"'}).status_code == 200


def test_an_update_needs_the_version_that_it_names(hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))
    path = f"Observation/{made['id']}"
    heavier = weight(patient, "62.0", id=made["id"])

    first = hospital.put(path, heavier, **{"If-Match": 'W/"1"'})
    late = hospital.put(path, weight(patient, "63.0", id=made["id"]), **{"If-Match": 'W/"1"'})

    assert (first.status_code, first["ETag"]) == (200, 'W/"2"')
    assert late.status_code == 412
    assert code_of(late) == "records.version_changed"


def test_history_tells_every_version_and_the_deletion(hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))
    path = f"Observation/{made['id']}"
    hospital.put(path, weight(patient, "62.0", id=made["id"]))
    hospital.delete(path)

    history = read(hospital.get(f"{path}/_history"))

    assert [entry["request"]["method"] for entry in history["entry"]] == ["DELETE", "PUT", "POST"]
    assert hospital.get(path).status_code == 410
    assert read(hospital.get(f"{path}/_history/1"))["valueQuantity"]["value"] == Decimal("61.50")


def test_history_tells_what_was_current_at_a_time(hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))
    path = f"Observation/{made['id']}"
    for kilograms in ("62.0", "63.0"):
        hospital.put(path, weight(patient, kilograms, id=made["id"]))
    moments = [
        read(hospital.get(f"{path}/_history/{n}"))["meta"]["lastUpdated"].replace("+", "%2B")
        for n in (1, 2, 3)
    ]

    def current(at, where=path):
        entries = read(hospital.get(f"{where}/_history?_at={at}")).get("entry", [])
        return [e["resource"]["meta"]["versionId"] for e in entries if e["resource"]["id"] == made["id"]]  # fmt: skip

    assert [current(at) for at in moments] == [["1"], ["2"], ["3"]]
    assert current(moments[0][:10]) == ["3", "2", "1"]  # the whole day
    assert current("2001") == []
    assert current("2120") == current("2120", "Observation") == ["3"]
    assert hospital.get(f"{path}/_history?_at=someday").status_code == 400


def test_a_history_is_asked_by_nothing_that_it_does_not_know(hospital, patient):
    where = f"Patient/{patient['id']}/_history?color=red"

    assert hospital.get(where).status_code == 200
    assert code_of(hospital.get(where, Prefer="handling=strict")) == "fhir.parameter_unknown"


def test_history_goes_on_page_by_page(hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))
    path = f"Observation/{made['id']}"
    for kilograms in ("62.0", "63.0"):
        hospital.put(path, weight(patient, kilograms, id=made["id"]))

    first = read(hospital.get(f"{path}/_history?_count=2"))
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = read(hospital.http.get(following))

    versions = [e["resource"]["meta"]["versionId"] for p in (first, second) for e in p["entry"]]
    assert versions == ["3", "2", "1"]


def test_a_search_finds_pages_and_shows_itself(hospital, patient):
    for kilograms in ("60.0", "61.0", "62.0"):
        hospital.post("Observation", weight(patient, kilograms))

    page = read(hospital.get(f"Observation?patient={patient['id']}&_count=2&_total=accurate"))
    following = next(link["url"] for link in page["link"] if link["relation"] == "next")
    rest = read(hospital.http.get(following))

    assert page["total"] == 3
    assert len(page["entry"]) + len(rest["entry"]) == 3
    assert f"patient={patient['id']}" in page["link"][0]["url"]
    links = {link["relation"]: link["url"] for link in rest["link"]}
    assert links.keys() == {"self", "first", "previous"}
    assert links["self"] == following
    for way in ("first", "previous"):
        assert read(hospital.http.get(links[way]))["entry"] == page["entry"]


def test_a_search_by_form_keeps_parameters_out_of_the_address(hospital, patient):
    answer = hospital.http.post(
        "/fhir/Patient/_search", "name=nguoi", content_type="application/x-www-form-urlencoded"
    )

    assert [entry["resource"]["id"] for entry in read(answer)["entry"]] == [patient["id"]]


def test_an_unknown_parameter_is_refused_only_when_strict(hospital):
    lenient = hospital.get("Patient?colour=red")
    strict = hospital.get("Patient?colour=red", Prefer="handling=strict")

    assert "colour" not in read(lenient)["link"][0]["url"]
    assert (strict.status_code, code_of(strict)) == (400, "records.search_unknown")


def test_a_conditional_create_makes_one(hospital, patient):
    condition = {"If-None-Exist": f"patient={patient['id']}&code=29463-7"}

    first = hospital.post("Observation", weight(patient), **condition)
    second = hospital.post("Observation", weight(patient), **condition)

    assert (first.status_code, second.status_code) == (201, 200)
    assert read(first)["id"] == read(second)["id"]


def test_a_transaction_is_all_or_nothing(hospital, patient):
    good = {"request": {"method": "POST", "url": "Observation"}, "resource": weight(patient)}
    bad = {
        "request": {"method": "PUT", "url": "Observation/x"},
        "resource": {"resourceType": "Patient"},
    }
    send = {"resourceType": "Bundle", "type": "transaction", "entry": [good, bad]}

    refused = hospital.post("", send)

    assert refused.status_code == 400
    assert "entry" not in read(hospital.get(f"Observation?patient={patient['id']}"))


def test_a_person_and_the_first_visit_arrive_in_one_bundle(hospital):
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": "urn:uuid:0b0d7d5c-5a0b-4b55-8f1e-0d0f0f0a0001"},
    }
    entries = [
        {
            "fullUrl": "urn:uuid:0b0d7d5c-5a0b-4b55-8f1e-0d0f0f0a0001",
            "request": {"method": "POST", "url": "Patient"},
            "resource": PERSON,
        },
        {"request": {"method": "POST", "url": "Encounter"}, "resource": visit},
    ]

    answer = read(
        hospital.post("", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    )

    refs = [entry["response"]["location"].split("/_history")[0] for entry in answer["entry"]]
    assert read(hospital.get(refs[1]))["subject"]["reference"] == refs[0]


def test_a_patch_changes_what_it_names(hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))

    answer = hospital.patch(
        f"Observation/{made['id']}", [{"op": "replace", "path": "/status", "value": "amended"}]
    )

    assert (answer.status_code, read(answer)["status"]) == (200, "amended")


def test_another_facility_sees_nothing_of_the_person(hospital, other_hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))

    read_alone = other_hospital.get(f"Observation/{made['id']}")
    searched = read(other_hospital.get("Observation?code=29463-7&_total=accurate"))
    everything = other_hospital.get(f"Patient/{patient['id']}/$everything")
    history = other_hospital.get(f"Observation/{made['id']}/_history")

    assert [a.status_code for a in (read_alone, everything, history)] == [404, 404, 404]
    assert searched["total"] == 0


def test_another_facility_cannot_write_into_the_record(other_hospital, hospital, patient):
    refused = other_hospital.post("Observation", weight(patient))

    assert (refused.status_code, code_of(refused)) == (403, "access.no_relationship")
    assert "entry" not in read(hospital.get(f"Observation?patient={patient['id']}"))


def test_a_scope_that_only_reads_does_not_write(patient):
    reader = Fhir("31001", ["gateway.use_fhir", "system/Patient.rs"])

    assert reader.get(f"Patient/{patient['id']}").status_code == 200
    assert code_of(reader.post("Patient", PERSON)) == "fhir.scope_missing"
    assert code_of(reader.get("Observation")) == "fhir.scope_missing"


def test_a_system_without_the_permission_is_refused(patient):
    claims_only = Fhir("31001", ["system/*.cruds"])

    refused = claims_only.get(f"Patient/{patient['id']}")

    assert (refused.status_code, code_of(refused)) == (403, "access.not_permitted")


def test_nobody_is_asked_for_a_token(client):
    refused = client.get("/fhir/Patient")

    assert (refused.status_code, code_of(refused)) == (401, "access.token_missing")


def test_each_look_is_in_the_access_book(hospital, patient):
    hospital.get(f"Patient/{patient['id']}")
    hospital.get("Patient?name=nguoi")

    looks = ledger.looks_at(f"Patient/{patient['id']}")

    assert [look.what for look in looks][:2] == ["fhir.search Patient", "fhir.read Patient"]
    assert {look.by_ref for look in looks} == {hospital.ref}


def test_everything_brings_the_whole_record(hospital, patient):
    made = read(hospital.post("Observation", weight(patient)))

    bundle = read(hospital.get(f"Patient/{patient['id']}/$everything"))

    assert {e["resource"]["id"] for e in bundle["entry"]} == {patient["id"], made["id"]}


def test_everything_with_a_count_of_none_tells_the_total_alone(hospital, patient):
    hospital.post("Observation", weight(patient))

    bundle = read(hospital.get(f"Patient/{patient['id']}/$everything?_count=0"))
    searched = read(hospital.get(f"Observation?patient={patient['id']}&_count=0"))

    assert bundle["total"] == 2
    assert [link["relation"] for link in bundle["link"]] == ["self"]
    assert bundle.keys() == searched.keys()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("Nothing/1", 404, "fhir.type_unknown"),
        ("Observation/$export", 404, "fhir.address_unknown"),
        ("Patient/none", 404, "records.not_found"),
        ("Patient/1/_history/x", 404, "records.not_found"),
        ("Patient?_cursor=made-up", 400, "records.cursor_unfit"),
        ("Patient/_history?_count=many", 400, "fhir.parameter_unreadable"),
        ("Observation?date=yesterday", 400, None),
    ],
)
def test_a_wrong_question_gets_an_outcome(hospital, path, status, code):
    answer = hospital.get(path, Prefer="handling=strict")

    assert answer.status_code == status
    assert code in (None, code_of(answer))


@pytest.mark.parametrize(
    ("said", "code", "wanted"),
    [
        ({}, "access.token_missing", 'Bearer realm="HaiDang"'),
        ({"Authorization": "Basic eDp5"}, "access.token_missing", 'Bearer realm="HaiDang"'),
        (
            {"Authorization": "Bearer hd_x_y"},
            "access.token_unknown",
            'Bearer realm="HaiDang", error="invalid_token"',
        ),
    ],
)
@pytest.mark.parametrize("address", ["/fhir/Patient", "/gateway/claims/x"])
def test_who_is_not_known_is_told_how_to_say_who_it_is(db, address, said, code, wanted):
    answer = Client(headers=said).get(address)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, wanted)
    assert code in answer.content.decode()


def test_who_asks_too_often_is_told_when_to_come_back(hospital, settings):
    settings.HAIDANG_MATCHES_PER_MINUTE = 0

    answer = hospital.post("Patient/$match", PERSON)

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


def test_only_json_is_spoken(hospital):
    assert hospital.get("Patient", Accept="application/fhir+xml").status_code == 406
    assert hospital.http.post("/fhir/Patient", "<a/>", content_type="text/xml").status_code == 415


def test_every_write_shows_what_is_preferred(hospital):
    content = PERSON | {"identifier": [{"system": "urn:x", "value": "1"}]}
    when = {"If-None-Exist": "identifier=urn:x|1"}

    minimal = hospital.post("Patient", content, Prefer="return=minimal", **when)
    told = hospital.post("Patient", content, Prefer="return=OperationOutcome", **when)
    updated = hospital.put("Patient?identifier=urn:x|1", content | {"gender": "other"}, Prefer="return=minimal")  # fmt: skip

    assert (minimal.status_code, minimal.content) == (201, b"")
    assert (told.status_code, read(told)["resourceType"]) == (200, "OperationOutcome")
    assert (updated.status_code, updated.content, updated["ETag"]) == (200, b"", 'W/"2"')


def test_one_resource_may_be_asked_for_in_part(hospital, patient):
    where = f"Patient/{patient['id']}"

    part = read(hospital.get(f"{where}?_elements=gender"))
    version = read(hospital.get(f"{where}/_history/1?_summary=text"))

    assert set(part) == {"resourceType", "id", "meta", "gender"}
    assert part["meta"]["tag"][-1]["code"] == version["meta"]["tag"][-1]["code"] == "SUBSETTED"
    assert "name" not in version
    assert "tag" not in read(hospital.get(f"{where}?_summary=false"))["meta"]
    assert hospital.get(f"{where}?_summary=count").status_code == 400


# ── Several types at once ──────────────────────────────────────────────────────────────────


def _found(bundle):
    return [f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in bundle["entry"]]


def test_several_types_are_searched_at_once_and_paged_to_the_end(hospital, patient):
    weights = [read(hospital.post("Observation", weight(patient))) for _ in range(3)]
    wanted = [f"Patient/{patient['id']}", *(f"Observation/{each['id']}" for each in weights)]

    found, page = [], read(hospital.get("?_type=Patient,Observation&_sort=_lastUpdated&_count=3"))
    assert page["link"][0]["url"].endswith(
        "/fhir?_type=Patient%2CObservation&_sort=_lastUpdated&_count=3"
    )
    while True:
        found += _found(page)
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            break
        page = read(hospital.http.get(following[0]))

    assert found == wanted


def test_parameters_of_a_search_over_types_may_come_in_a_form(hospital, patient):
    answer = hospital.http.post(
        "/fhir/_search",
        f"_type=Patient,Observation&_id={patient['id']}",
        content_type="application/x-www-form-urlencoded",
    )

    assert _found(read(answer)) == [f"Patient/{patient['id']}"]


def test_who_was_seen_in_a_search_over_types_stands_in_the_book(hospital, patient):
    hospital.get("?_type=Patient,Observation")

    looks = ledger.looks_at(f"Patient/{patient['id']}")
    assert looks[0].what == "fhir.search *"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("_type=Patient,Nothing", 400, "fhir.type_unknown"),
        ("_type=Patient,Observation&gender=male", 400, "records.search_unknown"),
        ("_type=Patient&_cursor=x", 400, "records.cursor_unfit"),
    ],
)
def test_what_cannot_be_searched_over_types_is_refused(hospital, query, status, code):
    answer = hospital.get(f"?{query}", Prefer="handling=strict")

    assert (answer.status_code, code_of(answer)) == (status, code)


def test_a_type_outside_of_the_scopes_is_refused_by_name_and_left_out_without():
    some = Fhir("31001", ["gateway.use_fhir", "system/Observation.rs"])

    named, unnamed = some.get("?_type=Patient,Observation"), some.get("")

    assert (named.status_code, code_of(named)) == (403, "fhir.scope_missing")
    assert "entry" not in read(unnamed)
