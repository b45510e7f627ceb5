"""A merge against everything that can name a person, checked by walking all resources."""

import threading

import pytest
from django.db import connection

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from tests.threads import meet

BY = actor.Actor(ref="Practitioner/clerk", name="Vũ Thị Hồ Sơ", kind="staff", org="31001")
WHY = "Cùng thẻ căn cước, đã đối chiếu với người bệnh"
NEAREST_KIN = systems.extension("nearest-kin")


def somebody(number):
    identifiers = [(systems.mrn("31001"), number)]
    return people.resolve(people.Candidate(f"Người Thử {number}", identifiers=identifiers), by=BY)


def record_of(ref, other, mark):
    """Resources that name a Patient in every way there is, found by search or not."""
    me, they = {"reference": ref}, {"reference": other}
    return [
        {"resourceType": "Encounter", "id": f"e{mark}", "status": "finished", "class": {"code": "AMB"}, "subject": me},
        {"resourceType": "Observation", "id": f"o{mark}", "status": "final", "code": {"text": "x"}, "subject": me,
         "performer": [me, {"reference": "Practitioner/d"}], "encounter": {"reference": f"Encounter/e{mark}"}},
        {"resourceType": "Observation", "id": f"v{mark}", "status": "final", "code": {"text": "x"},
         "subject": {"reference": f"{ref}/_history/1"}},
        {"resourceType": "Observation", "id": f"w{mark}", "status": "final", "code": {"text": "x"},
         "subject": {"reference": f"{systems.BASE}/{ref}"}},
        {"resourceType": "Basic", "id": f"n{mark}", "code": {"text": "x"},
         "extension": [{"url": NEAREST_KIN, "valueReference": {"reference": f"{systems.BASE}/{ref}"}}]},
        {"resourceType": "Condition", "id": f"c{mark}", "subject": they,
         "extension": [{"url": NEAREST_KIN, "valueReference": me}]},
        {"resourceType": "Condition", "id": f"i{mark}", "subject": they,
         "contained": [{"resourceType": "RelatedPerson", "id": "r", "patient": me}],
         "asserter": {"reference": "#r"}},
        {"resourceType": "Basic", "id": f"b{mark}", "code": {"text": f'"reference":"{ref}"'},
         "extension": [{"url": NEAREST_KIN, "extension": [{"url": "who", "valueReference": me}]}]},
        {"resourceType": "Provenance", "id": f"p{mark}", "recorded": "2026-01-01T00:00:00Z",
         "target": [{"reference": f"Encounter/e{mark}"}], "agent": [{"who": {"display": "x"}}]},
        {"resourceType": "Provenance", "id": f"q{mark}", "recorded": "2026-01-01T00:00:00Z",
         "target": [me], "agent": [{"who": me}]},
        {"resourceType": "Group", "id": f"g{mark}", "type": "person", "actual": True,
         "member": [{"entity": me}, {"entity": they}]},
        {"resourceType": "List", "id": f"l{mark}", "status": "current", "mode": "working",
         "entry": [{"item": {"reference": f"Observation/o{mark}"}}]},
        {"resourceType": "Appointment", "id": f"a{mark}", "status": "booked", "participant": [{"actor": me, "status": "accepted"}]},
        {"resourceType": "Coverage", "id": f"k{mark}", "status": "active", "beneficiary": me, "payor": [me], "subscriber": they},
    ]  # fmt: skip


def everything():
    """Every current resource: {ref: (body, whose record)}."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rid FROM records_resource WHERE NOT deleted")
        rids = [row[0] for row in cursor.fetchall()]
    stored = records.get_many(records.refs(rids).values())
    return {one.ref: (one.body, one.patient) for one in stored}


def _plain(reference):
    return str(reference).removeprefix(f"{systems.BASE}/").split("/_history/")[0]


def naming(ref):
    """Which resources name a Patient, by walking all of them."""

    def walk(value):
        if isinstance(value, list):
            return any(map(walk, value))
        if isinstance(value, dict):
            return any(k == "reference" and _plain(v) == ref or walk(v) for k, v in value.items())
        return False

    refs = list(everything())
    return {one.ref for one in records.get_many(refs) if walk(one.resource)} - {ref}


@pytest.fixture
def two(everything_open):
    kept, dropped = somebody("1"), somebody("2")
    records.save_all(record_of(kept.patient_ref, dropped.patient_ref, "k"), by=BY)
    records.save_all(record_of(dropped.patient_ref, kept.patient_ref, "d"), by=BY)
    return kept, dropped


def merged(two):
    kept, dropped = two
    return people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)


def test_whoever_names_a_patient_is_found(two):
    for one in two:
        found = {each.ref for each in records.referring(one.patient_ref)}
        assert found == naming(one.patient_ref)


def test_after_a_merge_nothing_names_the_dropped_person_but_the_kept_one(two):
    kept, dropped = two
    merged(two)

    assert naming(dropped.patient_ref) == {kept.patient_ref}
    whose = {ref: patient for ref, (_body, patient) in everything().items()}
    assert [ref for ref, rid in whose.items() if rid == dropped.patient_rid] == [
        dropped.patient_ref
    ]
    assert whose["Provenance/pd"] == whose["List/ld"] == kept.patient_rid


def test_undoing_brings_back_every_resource_and_whose_it_is(two):
    before = everything()
    number = merged(two)

    people.unmerge(number, by=BY)

    assert everything() == before


def test_undoing_touches_nothing_that_was_written_since(two):
    kept, dropped = two
    before = everything()
    number = merged(two)
    fresh = record_of(kept.patient_ref, kept.patient_ref, "n")
    records.save_all(fresh, by=BY)
    since = {ref: found for ref, found in everything().items() if ref not in before}

    people.unmerge(number, by=BY)

    now = everything()
    assert {ref: now[ref] for ref in before} == before
    assert {ref: now[ref] for ref in since} == since


def test_what_is_said_since_about_a_moved_visit_goes_back_with_it(two):
    number = merged(two)
    about = {"resourceType": "Provenance", "id": "late", "recorded": "2026-02-01T00:00:00Z",
             "target": [{"reference": "Encounter/ed"}], "agent": [{"who": {"display": "x"}}]}  # fmt: skip
    assert records.save(about, by=BY).patient == two[0].patient_rid

    people.unmerge(number, by=BY)

    assert records.get("Provenance/late").patient == two[1].patient_rid


def test_a_deleted_resource_stays_deleted_when_a_merge_is_undone(two):
    number = merged(two)
    records.delete("Observation/od", by=BY)

    people.unmerge(number, by=BY)

    assert records.current("Observation/od").deleted


def test_what_is_written_to_the_old_id_is_gathered_in_and_given_back(two):
    kept, dropped = two
    number = merged(two)
    late = record_of(dropped.patient_ref, kept.patient_ref, "late")
    records.save_all(late, by=BY)
    written = {ref: found for ref, found in everything().items() if "late" in ref}

    assert people.gather() == len(late)
    assert people.gather() == 0
    assert naming(dropped.patient_ref) == {kept.patient_ref}
    people.unmerge(number, by=BY)

    now = everything()
    assert {ref: now[ref] for ref in written} == written


def test_a_source_that_writes_the_old_id_again_and_again_is_followed(two):
    kept, dropped = two
    before = everything()
    number = merged(two)
    again = records.vread("Observation/od", 1).resource
    records.save({**again, "status": "amended"}, by=BY)
    people.gather()
    assert records.get("Observation/od").patient == kept.patient_rid

    people.unmerge(number, by=BY)

    now = everything()
    assert records.get("Observation/od").resource["subject"] == {"reference": dropped.patient_ref}
    assert {ref: now[ref] for ref in before if ref != "Observation/od"} == {
        ref: found for ref, found in before.items() if ref != "Observation/od"
    }


def test_latecomers_follow_a_chain_of_merges_to_its_end(two):
    kept, dropped = two
    third = somebody("3")
    merged(two)
    people.merge(third.patient_ref, kept.patient_ref, by=BY, reason=WHY)
    records.save_all(record_of(dropped.patient_ref, dropped.patient_ref, "late"), by=BY)

    while people.gather():
        pass

    assert records.get("Observation/olate").patient == third.patient_rid


def test_a_preview_counts_what_would_move_and_changes_nothing(two):
    kept, dropped = two
    before = everything()

    plan = people.preview_merge(kept.patient_ref, dropped.patient_ref, by=BY)

    assert everything() == before
    assert plan.match.rule == "unlike"
    number = merged(two)
    assert sum(plan.counts.values()) + 2 == people.merge_of(number).moved
    assert {link["type"] for link in plan.patient["link"]} == {"replaces"}
    undo = people.preview_unmerge(number, by=BY)
    assert undo.counts == plan.counts
    assert people.merge_of(number).undone_at is None


def _in_threads(*acts):
    gate, faults = threading.Barrier(len(acts), timeout=60), []

    def run(act):
        try:
            gate.wait()
            act()
        except Exception as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def _tried_again(make):
    """Write a set as an intake does: one transaction, and again when others were in the way."""
    while True:
        try:
            with access.reach(BY, people="all"):
                return records.save_all(make(), by=BY)
        except errors.Conflict:
            continue


def test_writers_at_the_same_moment_lose_nothing(own_database):
    """Three sources write to both records, again and again, while they are merged and parted."""
    with access.reach(BY, people="all"):
        kept, dropped = somebody("1"), somebody("2")
        records.save_all(record_of(kept.patient_ref, dropped.patient_ref, "k"), by=BY)
        records.save_all(record_of(dropped.patient_ref, kept.patient_ref, "d"), by=BY)
    rounds = 12

    def write(source):
        for turn in range(rounds):
            name = f"-{source}-{turn}"
            _tried_again(lambda name=name: record_of(dropped.patient_ref, kept.patient_ref, name))
            phone, day = f"09{source}{turn:07d}", f"2027-01-{turn + 1:02d}"
            numbers = [(systems.mrn("31001"), "2")]
            people.resolve(
                people.Candidate("Người Thử 2", identifiers=numbers, phone=phone, said_at=day),
                by=BY,
            )

    _in_threads(lambda: write(1), lambda: write(2), lambda: merged((kept, dropped)))

    with access.reach(BY, people="all"):
        while people.gather():
            pass
        assert naming(dropped.patient_ref) == {kept.patient_ref}
        assert len(everything()) == 2 + 14 * 2 + 14 * 2 * rounds
        number = people.merges()[0].id
        people.unmerge(number, by=BY)
        mine = naming(dropped.patient_ref)
        expected = {f"Observation/o-{s}-{t}" for s in (1, 2) for t in range(rounds)}
        assert expected <= mine
        assert records.get("Observation/od").patient == dropped.patient_rid
        assert records.get("Observation/ok").patient == kept.patient_rid


@pytest.mark.parametrize("turned", [False, True], ids=["merge first", "result first"])
def test_a_result_of_a_visit_that_a_merge_is_moving_goes_to_the_kept_person(own_database, turned):
    """It names nobody itself, so no merge looks for it."""
    with access.reach(BY, people="all"):
        kept, dropped = somebody("1"), somebody("2")
        records.save(
            {"resourceType": "Encounter", "id": "e", "subject": {"reference": dropped.patient_ref}}, by=BY
        )  # fmt: skip
    stay = {"reference": "Encounter/e"}
    works = [
        lambda: merged((kept, dropped)),
        lambda: records.save({"resourceType": "Observation", "id": "r", "encounter": stay}, by=BY),
    ]

    results = meet(*works[:: -1 if turned else 1])

    assert [each for each in results if isinstance(each, Exception)] == []
    with access.reach(BY, people="all"):
        assert {records.get(ref).patient for ref in ("Encounter/e", "Observation/r")} == {kept.patient_rid}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True], ids=["merge first", "result first"])
def test_what_names_the_old_record_while_it_is_merged_is_gathered_in(own_database, turned):
    with access.reach(BY, people="all"):
        kept, dropped = somebody("1"), somebody("2")
    subject = {"reference": dropped.patient_ref}
    works = [
        lambda: merged((kept, dropped)),
        lambda: records.save({"resourceType": "Observation", "id": "r", "subject": subject}, by=BY),
    ]

    results = meet(*works[:: -1 if turned else 1])
    while people.gather():
        pass

    assert [each for each in results if isinstance(each, Exception)] == []
    with access.reach(BY, people="all"):
        stored = records.get("Observation/r")
    assert (stored.patient, stored.resource["subject"]) == (kept.patient_rid, {"reference": kept.patient_ref})  # fmt: skip
