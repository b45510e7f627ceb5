"""Transaction and batch bundles."""

import base64

import pytest

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, fhirjson

pytestmark = pytest.mark.usefixtures("everything_open")
BY = actor.SYSTEM


def entry(method, url, resource=None, full_url=None, **request):
    made = {"request": {"method": method, "url": url, **request}}
    if resource is not None:
        made["resource"] = resource
    return made | ({"fullUrl": full_url} if full_url else {})


def transaction(*entries, kind="transaction"):
    return records.bundle({"resourceType": "Bundle", "type": kind, "entry": list(entries)}, by=BY)


def patient(number="1", **more):
    return {
        "resourceType": "Patient", "identifier": [{"system": "urn:cccd", "value": number}], **more,
    }  # fmt: skip


def condition(subject):
    return {"resourceType": "Condition", "subject": {"reference": subject}}


def refs(answer):
    return ["/".join(e["response"]["location"].split("/")[:2]) for e in answer["entry"]]


def test_what_is_read_is_read_after_everything_was_written():
    records.save(patient(id="p1"), by=BY)
    patch = [{"op": "add", "path": "/gender", "value": "female"}]
    change = {"resourceType": "Binary", "data": base64.b64encode(fhirjson.dumps(patch)).decode()}

    answer = transaction(
        entry("GET", "Patient/p1"),
        entry("PATCH", "Patient/p1", change),
        entry("HEAD", "Patient/p1"),
    )

    assert answer["entry"][0]["resource"]["gender"] == "female"
    assert answer["entry"][0]["response"]["etag"] == 'W/"2"'
    assert answer["entry"][2].keys() == {"response"}


def test_what_the_asker_knows_is_not_sent_again():
    stored = records.save(patient(id="p1"), by=BY)
    since = stored.at.isoformat()

    answer = transaction(
        entry("GET", "Patient/p1", ifNoneMatch='W/"1"'),
        entry("GET", "Patient/p1", ifNoneMatch='W/"7"'),
        entry("GET", "Patient/p1", ifModifiedSince=since),
        entry("GET", "Patient/p1", ifNoneMatch=5),
        kind="batch",
    )

    statuses = [each["response"]["status"][:3] for each in answer["entry"]]
    assert statuses == ["304", "200", "304", "400"]
    assert "resource" not in answer["entry"][0]


def test_addresses_inside_the_bundle_become_references():
    answer = transaction(
        entry("POST", "Condition", condition("urn:uuid:p"), "urn:uuid:c"),
        entry(
            "POST", "Patient", patient(link=[{"other": {"reference": "urn:uuid:q"}}]), "urn:uuid:p"
        ),
        entry(
            "POST",
            "Patient",
            patient("2", link=[{"other": {"reference": "urn:uuid:p"}}]),
            "urn:uuid:q",
        ),
    )

    made, one, other = refs(answer)
    assert records.get(made).resource["subject"]["reference"] == one
    assert records.get(one).resource["link"][0]["other"]["reference"] == other
    assert records.get(other).resource["link"][0]["other"]["reference"] == one
    assert [e["response"]["status"] for e in answer["entry"]] == ["201 Created"] * 3


def test_what_links_to_an_address_of_the_bundle_is_rewritten_and_nothing_else():
    """R4, http.html#trules: references, uri, url, oid, uuid and the links of the narrative."""
    link = "<a href=\"urn:uuid:p\">x</a><img src='urn:uuid:p'/> urn:uuid:p"
    answer = transaction(
        entry("POST", "Patient", patient(), "urn:uuid:p"),
        entry(
            "POST", "Basic",
            {"resourceType": "Basic", "code": {"text": "urn:uuid:p"},
             "text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{link}</div>'},
             "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:p"}],
             "extension": [{"url": "urn:x", "valueUri": "urn:uuid:p"}, {"url": "urn:x", "valueCanonical": "urn:uuid:p"},
                           {"url": "urn:x", "valueReference": {"reference": "urn:uuid:p"}}]},
        ),
    )  # fmt: skip

    person, made = refs(answer)
    found = records.get(made).resource
    assert found["identifier"][0]["value"] == found["code"]["text"] == "urn:uuid:p"
    assert [each.get("valueUri", each.get("valueCanonical")) for each in found["extension"][:2]] == [person, "urn:uuid:p"]  # fmt: skip
    assert found["extension"][2]["valueReference"]["reference"] == person
    assert f"<a href=\"{person}\">x</a><img src='{person}'/> urn:uuid:p" in found["text"]["div"]


def test_a_conditional_create_finds_the_resource_that_is_there():
    there = records.save(patient(), by=BY)

    answer = transaction(
        entry("POST", "Patient", patient(), "urn:uuid:p", ifNoneExist="identifier=urn:cccd|1"),
        entry("POST", "Condition", condition("urn:uuid:p")),
    )

    assert refs(answer)[0] == there.ref
    assert records.get(refs(answer)[1]).patient == there.rid


def test_a_conditional_update_changes_the_one_that_matches():
    there = records.save(patient(), by=BY)

    transaction(entry("PUT", "Patient?identifier=urn:cccd|1", patient(gender="male")))

    assert records.get(there.ref).resource["gender"] == "male"


def test_references_may_name_their_target_by_a_search():
    there = records.save(patient(), by=BY)

    (made,) = refs(
        transaction(entry("POST", "Condition", condition("Patient?identifier=urn:cccd%7C1")))
    )

    assert records.get(made).resource["subject"]["reference"] == there.ref


def test_a_reference_by_search_finds_what_the_same_bundle_creates():
    """R4, http.html#trules: they are resolved after the writes."""
    sought = "Patient?identifier=urn:cccd%7C1"
    answer = transaction(
        entry("POST", "Condition", condition(sought), "urn:uuid:c"),
        entry("POST", "Provenance", {"resourceType": "Provenance", "target": [{"reference": "urn:uuid:c"}]}),
        entry("POST", "Patient", patient()),
    )  # fmt: skip

    made, told, person = refs(answer)
    rid = records.rid(person)
    assert records.get(made).resource["subject"]["reference"] == person
    assert [records.get(each).patient for each in (made, told, person)] == [rid] * 3
    again = [entry("POST", "Condition", condition(sought)), entry("POST", "Patient", patient())]
    with pytest.raises(errors.PreconditionFailed) as refused:  # of one there are two then
        transaction(*again)
    assert refused.value.facts["matches"] == 2
    assert records.count("Patient") == 1


def test_one_record_is_written_once_though_it_is_found_by_search_too():
    both = [entry("PUT", "Patient/one", patient(id="one")) for _time in range(2)]
    with pytest.raises(errors.Incorrect) as refused:
        transaction(*both, entry("POST", "Condition", condition("Patient?identifier=urn:cccd%7C1")))
    assert refused.value.code == "records.twice_in_one_set"


@pytest.mark.parametrize(
    "bad",
    [
        entry("PUT", "Patient/p", patient(birthDate="not a date")),
        entry("PUT", "Patient/p", {"resourceType": "Observation"}),
        entry("PUT", "Patient/p", patient(), ifMatch='W/"7"'),
        entry("DELETE", "Patient/none", ifMatch="*"),
        entry("POST", "Condition", condition("Patient?identifier=urn:cccd|none")),
        entry("GET", "Patient/none"),
    ],
)
def test_one_bad_entry_writes_nothing(bad):
    before = records.count("Patient")

    with pytest.raises(errors.HaidangError):
        transaction(entry("PUT", "Patient/good", patient("9")), bad)

    assert records.rids(["Patient/good"]) == {} or records.current("Patient/good") is None
    assert records.count("Patient") == before


def test_two_entries_of_one_identity_are_an_error():
    twice = [entry("POST", "Patient", patient(), ifNoneExist="identifier=urn:cccd|1") for _ in "ab"]

    with pytest.raises(errors.Incorrect) as refused:
        transaction(*twice)

    assert refused.value.code == "records.twice_in_one_set"


def test_a_batch_answers_each_entry_by_itself():
    answer = transaction(
        entry("PUT", "Patient/good", patient()),
        entry("PUT", "Patient/bad", patient(birthDate="nonsense")),
        entry("GET", "Patient?identifier=urn:cccd|1"),
        kind="batch",
    )

    first, second, third = answer["entry"]
    assert first["response"]["status"] == "201 Created"
    assert second["response"]["status"] == "400"
    assert (
        second["response"]["outcome"]["issue"][0]["details"]["coding"][0]["code"]
        == "records.value_unreadable"
    )
    assert [e["resource"]["id"] for e in third["resource"]["entry"]] == ["good"]


def test_a_patch_in_a_bundle_changes_one_value():
    records.save(patient(id="p"), by=BY)
    operations = [{"op": "add", "path": "/gender", "value": "female"}]
    data = base64.b64encode(fhirjson.dumps(operations)).decode()

    transaction(entry("PATCH", "Patient/p", {"resourceType": "Binary", "data": data}))

    assert records.get("Patient/p").resource["gender"] == "female"


def test_a_patch_may_not_change_who_a_resource_is():
    records.save(patient(id="p"), by=BY)

    with pytest.raises(errors.RuleBroken):
        records.patch("Patient/p", [{"op": "replace", "path": "/id", "value": "q"}], by=BY)


def test_what_a_bundle_wrote_is_told_whatever_the_reach_shows():
    content = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [entry("PUT", "Patient/new", patient())],
    }
    written = []

    with access.reach(BY):
        records.bundle(content, by=BY, done=written.extend)
        assert records.current("Patient/new") is None
    content["entry"] = [entry("DELETE", "Patient/new")]
    records.bundle(content, by=BY, done=written.extend)

    assert [(each.ref, each.version, each.deleted) for each in written] == [
        ("Patient/new", 1, False), ("Patient/new", 2, True),
    ]  # fmt: skip


def test_each_entry_of_a_batch_stands_and_falls_alone():
    records.save(patient(id="p"), by=BY)

    answer = transaction(
        entry("GET", "Patient/p"),
        entry("GET", "Nothing/p"),
        entry("FETCH", "Patient/p"),
        entry("POST", "Patient"),
        entry("POST", ""),
        entry("PUT", "Patient/q", patient("2")),
        entry("GET", "Patient/p/$everything"),
        entry("GET", "?_type=Patient,Observation&_sort=_lastUpdated"),
        entry("GET", "?_lastUpdated=gt2020"),
        kind="batch",
    )

    told = [each["response"]["status"][:3] for each in answer["entry"]]
    assert told == ["200", "400", "400", "400", "400", "201", "400", "200", "400"]
    assert [e["resource"]["id"] for e in answer["entry"][7]["resource"]["entry"]] == ["p", "q"]
    issue = answer["entry"][2]["response"]["outcome"]["issue"][0]
    assert issue["details"]["coding"][0]["code"] == "records.bundle_unreadable"


def test_who_is_asked_first_refuses_a_transaction_whole_and_of_a_batch_the_entry():
    def admit(asked):
        if asked.method == "DELETE":
            raise errors.NotAllowed("test.no", "không")

    records.save(patient(id="p"), by=BY)
    entries = [entry("PUT", "Patient/q", patient("2")), entry("DELETE", "Patient/p")]
    content = {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    with pytest.raises(errors.NotAllowed):
        records.bundle(content, by=BY, admit=admit)
    assert records.current("Patient/q") is None

    answer = records.bundle(content | {"type": "batch"}, by=BY, admit=admit)

    assert [e["response"]["status"] for e in answer["entry"]] == ["201 Created", "403"]
    assert records.current("Patient/p") is not None


def test_what_is_refused_after_it_was_written_is_taken_back_for_that_entry_alone():
    def done(written):
        if any(each.id == "bad" for each in written):
            raise errors.RuleBroken("test.no", "không")

    entries = [entry("PUT", f"Patient/{id}", patient(id)) for id in ("good", "bad", "fine")]
    content = {"resourceType": "Bundle", "type": "batch", "entry": entries}

    answer = records.bundle(content, by=BY, done=done)

    assert [e["response"]["status"] for e in answer["entry"]] == [
        "201 Created",
        "422",
        "201 Created",
    ]
    found = [records.current(f"Patient/{id}") for id in ("good", "bad", "fine")]
    assert [each is not None for each in found] == [True, False, True]
