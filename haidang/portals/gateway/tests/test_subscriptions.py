"""Subscriptions over HTTP: what is asked for, what is told, and to whom."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.ledger import api as ledger
from haidang.kernel import systems
from haidang.portals.gateway.tests import subscribing
from haidang.portals.gateway.tests.fhir_client import Fhir, code_of, read
from haidang.portals.gateway.tests.subscribing import (
    IG,
    LAB,
    TOPIC,
    events_of,
    facts_of,
    person,
    run,
    state,
    subscribed,
    weigh,
    wish,
)

receiver, clock = subscribing.receiver, subscribing.clock
courier, hospital = subscribing.courier, subscribing.hospital


def test_a_subscription_shakes_hands_then_tells_what_happens(hospital, courier, receiver):
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    patient = person(hospital)
    observation = read(weigh(hospital, patient, 61))
    run(courier)

    hands, told = receiver.got()
    assert facts_of(hands)["type"] == "handshake"
    assert facts_of(told) | {
        "type": "event-notification",
        "topic": f"{TOPIC}/record-changed",
    } == facts_of(told)
    assert events_of(told) == [(1, f"Observation/{observation['id']}")]
    assert told["entry"][1]["resource"] == observation
    assert (told["type"], told["entry"][1]["request"]["method"]) == ("history", "POST")
    assert state(hospital, id)["status"] == "active"


@pytest.mark.parametrize(
    ("content", "focus", "resource"),
    [("empty", False, False), ("id-only", True, False), ("full-resource", True, True)],
)
def test_no_more_is_told_than_was_asked_for(hospital, courier, receiver, content, focus, resource):
    receiver.up()
    subscribed(hospital, courier, receiver, content=content, filters=["Observation?status=final"])
    patient = person(hospital)
    weigh(hospital, patient, 61)
    run(courier)

    told = receiver.got()[-1]
    assert bool(events_of(told)[0][1]) is focus
    assert any("resource" in entry for entry in told["entry"][1:]) is resource
    looks = [
        look.what
        for look in ledger.looks_at(f"Patient/{patient}")
        if look.what == "fhir.subscription"
    ]
    assert len(looks) == (1 if focus else 0)


def test_another_facility_hears_nothing_of_people_whom_it_does_not_care_for(
    hospital, courier, receiver
):
    receiver.up()
    other = Fhir("31002")
    id = subscribed(other, courier, receiver)
    weigh(hospital, person(hospital), 61)
    run(courier)

    assert receiver.events() == []
    assert (
        facts_of({"entry": read(other.get(f"Subscription/{id}/$status"))["entry"]})[
            "events-since-subscription-start"
        ]
        == "0"
    )


def test_scopes_hold_for_what_is_sent(hospital, courier, receiver):
    receiver.up()
    narrow = Fhir("31001", ["gateway.use_fhir", "system/Subscription.crus", "system/Patient.rs"])
    subscribed(narrow, courier, receiver)
    patient = person(hospital)
    weigh(hospital, patient, 61)
    run(courier)

    assert [focus for _n, focus in receiver.events()] == [f"Patient/{patient}"]


def test_events_are_sent_again_from_a_number_and_told_when_asked(hospital, courier, receiver):
    receiver.up()
    id = subscribed(hospital, courier, receiver, filters=["Observation?status=final"])
    patient = person(hospital)
    for kilograms in (60, 61, 62):
        weigh(hospital, patient, kilograms)
    run(courier)
    number = {
        "resourceType": "Parameters",
        "parameter": [{"name": "eventsSinceNumber", "valueInteger": 2}],
    }
    hospital.post(f"Subscription/{id}/$restart", number)
    run(courier)
    asked = read(
        hospital.get(
            f"Subscription/{id}/$events?eventsSinceNumber=2&eventsUntilNumber=2&content=id-only"
        )
    )

    assert [n for n, _focus in receiver.events()] == [1, 2, 3, 2, 3]
    assert [n for n, _focus in events_of(asked)] == [2]
    assert (facts_of(asked)["type"], "resource" in asked["entry"][1]) == ("query-event", False)


def test_a_heartbeat_comes_when_nothing_happens(hospital, courier, receiver, clock):
    receiver.up()
    subscribed(hospital, courier, receiver, **{"heartbeat-period": 60})
    clock.on(seconds=59)
    run(courier)
    assert len(receiver.got()) == 1
    clock.on(seconds=1)
    run(courier)

    assert facts_of(receiver.got()[-1])["type"] == "heartbeat"


def test_the_end_of_a_subscription_is_kept(hospital, courier, receiver, clock):
    receiver.up()
    made = hospital.post("Subscription", wish(receiver) | {"end": "2036-01-01T12:00:00+07:00"})
    id = read(made)["id"]
    run(courier)
    clock.on(days=1)
    person(hospital)
    run(courier)

    assert state(hospital, id)["status"] == "off"
    assert receiver.events() == []


def test_a_discharge_is_told_once_when_it_happens(hospital, courier, receiver):
    receiver.up()
    subscribed(hospital, courier, receiver, topic="discharge")
    visit = {"resourceType": "Encounter", "status": "in-progress", "class": {"code": "IMP"},
             "subject": {"reference": f"Patient/{person(hospital)}"}}  # fmt: skip
    made = read(hospital.post("Encounter", visit))
    for status, priority in (("finished", "a"), ("finished", "b")):
        changed = made | {"status": status, "priority": {"text": priority}}
        made = read(hospital.put(f"Encounter/{made['id']}", changed))
    run(courier)

    assert receiver.events() == [(1, f"Encounter/{made['id']}")]


def test_results_and_notifiable_diagnoses_are_topics(hospital, courier, receiver):
    receiver.up()
    for topic in ("lab-result", "notifiable-diagnosis"):
        subscribed(hospital, courier, receiver, topic=topic)
    patient = person(hospital)
    weigh(hospital, patient, 60)
    result = read(weigh(hospital, patient, 61, category=LAB))["id"]

    def diagnosed(code):
        return read(hospital.post("Condition", {
            "resourceType": "Condition", "subject": {"reference": f"Patient/{patient}"},
            "code": {"coding": [{"system": systems.ICD10, "code": code}]}}))["id"]  # fmt: skip

    measles = diagnosed("B05")
    diagnosed("I10")
    run(courier)

    assert sorted(focus for _n, focus in receiver.events()) == [
        f"Condition/{measles}",
        f"Observation/{result}",
    ]


def test_a_deletion_is_told_to_who_saw_what_it_deleted(hospital, courier, receiver):
    receiver.up()
    patient = person(hospital)
    observation = read(weigh(hospital, patient, 60))["id"]
    subscribed(hospital, courier, receiver, filters=[f"Observation?patient=Patient/{patient}"])
    hospital.delete(f"Observation/{observation}")
    run(courier)

    told = receiver.got()[-1]
    assert events_of(told) == [(1, f"Observation/{observation}")]
    assert told["entry"][1]["request"]["method"] == "DELETE"


def test_headers_go_along_and_are_shown_to_nobody(hospital, courier, receiver):
    receiver.up()
    made = hospital.post(
        "Subscription", wish(receiver, header=["Authorization: Bearer secret-word"])
    )
    id = read(made)["id"]
    again = hospital.put(
        f"Subscription/{id}", state(hospital, id)
    )  # with the value masked, as it was read
    run(courier)

    assert again.status_code == 200
    assert b"secret-word" not in made.content + again.content + hospital.get("Subscription").content
    assert "secret-word" in (receiver.folder / "00000.headers").read_text()


def test_nobody_else_sees_or_changes_a_subscription(hospital, courier, receiver):
    id = read(hospital.post("Subscription", wish(receiver)))["id"]
    other = Fhir("31001")

    assert other.get(f"Subscription/{id}").status_code == 404
    assert other.put(f"Subscription/{id}", wish(receiver) | {"id": id}).status_code == 404
    assert other.get(f"Subscription/{id}/$events").status_code == 404
    assert read(other.get("Subscription"))["total"] == 0
    assert hospital.delete(f"Subscription/{id}").status_code == 200
    assert hospital.get(f"Subscription/{id}").status_code == 404


def test_a_bundle_takes_no_subscription(hospital, receiver):
    entry = {"resource": wish(receiver), "request": {"method": "POST", "url": "Subscription"}}
    refused = hospital.post("", {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})

    assert code_of(refused) == "fhir.stands_alone"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("?_type=Subscription", "fhir.stands_alone"), ("Patient/1/Subscription", "fhir.stands_alone"),
        ("Subscription/1/_history", "fhir.no_history"),
    ],
)  # fmt: skip
def test_among_the_records_nobody_looks_for_subscriptions_in_vain(hospital, path, code):
    assert code_of(hospital.get(path)) == code


def test_a_batch_that_looks_for_subscriptions_is_told_where_they_are(hospital):
    entry = {"request": {"method": "GET", "url": "Subscription?status=active"}}
    answer = read(hospital.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]}))

    told = answer["entry"][0]["response"]["outcome"]["issue"][0]["details"]["coding"][0]["code"]
    assert told == "fhir.stands_alone"


def test_ones_own_subscriptions_are_searched_by_what_the_statement_names(hospital, receiver):
    id = read(hospital.post("Subscription", wish(receiver)))["id"]

    def found(query, **headers):
        answer = hospital.get(f"Subscription?{query}", **headers)
        assert answer.status_code == 200, answer.content
        return [entry["resource"]["id"] for entry in read(answer).get("entry", ())]

    assert found(f"_id={id}&type=rest-hook&status=requested,active&url={receiver.url}") == [id]
    assert found("type=email") == found("payload=text/plain") == []
    assert found("color=red") == [id]
    unasked = read(hospital.get("Subscription?color=red"))["link"][0]["url"]
    assert unasked.endswith("/Subscription")
    refused = hospital.get("Subscription?color=red", Prefer="handling=strict")
    assert code_of(refused) == "records.search_unknown"
    form = "application/x-www-form-urlencoded"
    posted = hospital.http.post("/fhir/Subscription/_search", "type=rest-hook", content_type=form)
    assert read(posted)["total"] == 1
    assert read(posted)["link"][0]["url"].endswith("Subscription?type=rest-hook")


@pytest.mark.parametrize(
    "endpoint",
    ["http://example.org/hook", "https://10.0.0.1/hook", "https://169.254.169.254/latest", "https://localhost/",
     "https://[::1]/", "https://user:word@example.org/", "ftp://example.org/", "https://intranet/", "", "https://[bad"],
)  # fmt: skip
def test_only_public_addresses_are_taken(hospital, settings, endpoint):
    settings.HAIDANG_HOOKS_TO_LOOPBACK = False

    assert code_of(hospital.post("Subscription", wish(endpoint))) == "records.subscription_unfit"


@pytest.mark.parametrize(
    "change",
    [{"criteria": "urn:none"}, {"criteria": None}, {"channel": {"type": "email"}}, {"channel": "x"},
     {"_criteria": {"extension": [{"url": f"{IG}/backport-filter-criteria", "valueString": "Observation?value-quantity=5"}]}},
     {"_criteria": {"extension": [{"url": f"{IG}/backport-filter-criteria", "valueString": "nonsense"}]}}],
)  # fmt: skip
def test_a_wish_that_cannot_be_met_is_refused_at_once(hospital, receiver, change):
    refused = hospital.post("Subscription", wish(receiver) | change)

    assert 400 <= refused.status_code < 500
    assert code_of(refused).partition(".")[0] in ("records", "validation")
    assert read(hospital.get("Subscription"))["total"] == 0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "rest-hook", "off", "a: b", "\x00", "2026-13-01"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["extension", "url", "valueString", "type", "endpoint", "header"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def test_a_change_names_the_subscription_that_it_changes(hospital, courier, receiver):
    id = read(hospital.post("Subscription", wish(receiver)))["id"]

    for sent in (wish(receiver), wish(receiver) | {"id": "another"}):
        answer = hospital.put(f"Subscription/{id}", sent)
        assert (answer.status_code, code_of(answer)) == (400, "fhir.id_differs")
    assert state(hospital, id)["meta"]["versionId"] == "1"


@settings(max_examples=120, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    change=st.dictionaries(
        st.sampled_from(["criteria", "_criteria", "channel", "status", "end", "meta", "id"]),
        _JSON,
        max_size=3,
    ),
    inside=st.dictionaries(
        st.sampled_from(["type", "endpoint", "payload", "_payload", "header", "extension"]),
        _JSON,
        max_size=3,
    ),
    query=st.sampled_from(["", "?status=", "?_id=%00", "?criteria=x&criteria=y"]),
)
def test_whatever_is_sent_the_answer_is_fhir(hospital, change, inside, query):
    sent = wish("https://example.org/hook") | change
    if isinstance(sent["channel"], dict):
        sent["channel"] = sent["channel"] | inside
    for answer in (
        hospital.post("Subscription", sent), hospital.put("Subscription/none", sent),
        hospital.get(f"Subscription{query}"), hospital.get(f"Subscription/x/$events{query}"),
        hospital.post("Subscription/x/$restart", sent), hospital.get(f"Subscription/$status{query}"),
    ):  # fmt: skip
        assert answer.status_code < 500
        assert read(answer)["resourceType"] in ("OperationOutcome", "Subscription", "Bundle")


@pytest.mark.parametrize("path", ["/_history", "/{id}/_history", "/{id}/_history/1"])
def test_a_subscription_has_no_history_and_says_so(hospital, receiver, path):
    made = read(hospital.post("Subscription", wish(receiver)))

    answer = hospital.get("Subscription" + path.format(id=made["id"]))

    assert (answer.status_code, code_of(answer)) == (404, "fhir.no_history")
    assert read(answer)["issue"][0]["code"] == "not-supported"


def test_topics_and_the_statement_tell_what_can_be_subscribed_to(hospital):
    listed = {entry["fullUrl"] for entry in read(hospital.get("Subscription/$topics"))["entry"]}
    (told,) = [
        r
        for r in read(hospital.get("metadata"))["rest"][0]["resource"]
        if r["type"] == "Subscription"
    ]

    assert {f"{TOPIC}/lab-result", f"{TOPIC}/discharge", f"{TOPIC}/notifiable-diagnosis"} <= listed
    assert {one["valueCanonical"] for one in told["extension"]} == listed
    assert {o["name"] for o in told["operation"]} >= {"status", "events", "restart", "topics"}
    assert {p["name"] for p in told["searchParam"]} >= {"status", "criteria", "url", "type"}
