"""A merge undone after people have gone on working on what it had moved."""

import itertools
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, errors, systems
from tests.threads import at_once

BY = actor.Actor(ref="Practitioner/clerk", name="Vũ Thị Hồ Sơ", kind="staff", org="31001")
WHY = "Cùng thẻ căn cước, đã đối chiếu với người bệnh"
CARD = (systems.CITIZEN_ID, "031070001234")
LIVELY = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
numbers = itertools.count(1)


def somebody(*identifiers, name="Người Thử"):
    own = (systems.mrn("31001"), f"BN{next(numbers)}")
    return people.resolve(people.Candidate(name, identifiers=[own, *identifiers]), by=BY)


@pytest.fixture
def two(everything_open):
    return somebody(), somebody(name="Trần Khác")


def merged(kept, dropped):
    return people.merge(kept.patient_ref, dropped.patient_ref, by=BY, reason=WHY)


def participant(name, who, status="accepted"):
    return {"type": [{"text": name}], "actor": {"reference": who}, "status": status}


def appointment(participants):
    return {"resourceType": "Appointment", "id": f"a{next(numbers)}", "status": "booked", "participant": participants}  # fmt: skip


def actors(resource):
    return {each["type"][0]["text"]: each["actor"]["reference"] for each in resource["participant"]}


# ── Lists that were changed between a merge and its undoing ────────────────────────────────

WHO = st.sampled_from(["kept", "dropped", "doctor"])
PLACE = st.integers(0, 20)
EDIT = st.one_of(
    st.tuples(st.just("insert"), PLACE, st.sampled_from(["kept", "doctor"])),
    st.tuples(st.just("delete"), PLACE, st.none()),
    st.tuples(st.just("shuffle"), PLACE, st.none()),
    st.tuples(st.just("decline"), PLACE, st.none()),
)


def edited(entries, edit, who, fresh):
    act, place, subject = edit
    entries = list(entries)
    at = place % (len(entries) + 1)
    if act == "insert":
        entries.insert(at, fresh(who[subject]))
    elif act == "shuffle":
        random.Random(place).shuffle(entries)
    elif entries and act == "delete":
        entries.pop(at % len(entries))
    elif entries:
        entries[at % len(entries)] = {**entries[at % len(entries)], "status": "declined"}
    return entries


@LIVELY
@given(st.lists(WHO, min_size=1, max_size=5), st.lists(EDIT, max_size=5))
def test_what_was_moved_goes_back_wherever_it_stands_and_what_is_new_stays(two, whos, edits):
    kept, dropped = two
    who = {"kept": kept.patient_ref, "dropped": dropped.patient_ref, "doctor": "Practitioner/d"}
    was = appointment([participant(f"p{n}", who[one]) for n, one in enumerate(whos)])
    ref = f"Appointment/{was['id']}"
    records.save(was, by=BY)
    first = actors(was)
    number = merged(kept, dropped)

    for edit in edits:
        now = records.get(ref).resource
        entries = edited(
            now["participant"], edit, who, lambda one: participant(f"new{next(numbers)}", one)
        )
        records.save({**now, "participant": entries}, by=BY)
    standing = actors(records.get(ref).resource)
    people.unmerge(number, by=BY)

    assert actors(records.get(ref).resource) == {
        name: first.get(name, subject) for name, subject in standing.items()
    }


@LIVELY
@given(st.lists(WHO, min_size=1, max_size=5), st.lists(EDIT.filter(lambda e: e[0] in ("insert", "shuffle")), max_size=4))  # fmt: skip
def test_of_entries_that_say_nothing_else_as_many_go_back_as_were_moved(two, whos, edits):
    kept, dropped = two
    who = {"kept": kept.patient_ref, "dropped": dropped.patient_ref, "doctor": "Practitioner/d"}
    was = {"resourceType": "DocumentReference", "id": f"d{next(numbers)}", "status": "current",
           "content": [{"attachment": {"title": "x"}}], "author": [{"reference": who[one]} for one in whos]}  # fmt: skip
    ref = f"DocumentReference/{was['id']}"
    records.save(was, by=BY)
    number = merged(kept, dropped)

    for edit in edits:
        now = records.get(ref).resource
        authors = edited(now["author"], edit, who, lambda one: {"reference": one})
        records.save({**now, "author": authors}, by=BY)
    people.unmerge(number, by=BY)

    written = [each["reference"] for each in records.get(ref).resource["author"]]
    assert written.count(dropped.patient_ref) == whos.count("dropped")
    assert written.count(kept.patient_ref) == whos.count("kept") + sum(e[2] == "kept" for e in edits)  # fmt: skip


PHASES = st.tuples(*[st.lists(EDIT, max_size=2)] * 3)


class Edited:
    """An appointment of three people that is merged and parted, and edited all the while."""

    def __init__(self, whos, phases):
        self.trio = dict(zip("abc", (somebody(name=f"Người {n}").patient_ref for n in "ABC"), strict=True))  # fmt: skip
        was = appointment([participant(f"p{n}", self.trio[one]) for n, one in enumerate(whos)])
        self.ref, self.phases = f"Appointment/{was['id']}", list(phases)
        records.save(was, by=BY)
        self.expected = actors(was)

    def merge(self, keep, drop):
        return people.merge(self.trio[keep], self.trio[drop], by=BY, reason=WHY)

    def edit(self, kept):
        who = {"kept": self.trio[kept], "doctor": "Practitioner/d"}
        for each in self.phases.pop(0):
            now = records.get(self.ref).resource
            entries = edited(
                now["participant"], each, who, lambda one: participant(f"new{next(numbers)}", one)
            )
            records.save({**now, "participant": entries}, by=BY)
            told = actors({"participant": entries})
            self.expected = {name: self.expected.get(name, one) for name, one in told.items()}

    def now(self):
        return actors(records.get(self.ref).resource)


@settings(LIVELY, max_examples=15)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), PHASES)
def test_a_chain_is_parted_from_its_end_whatever_was_edited_in_between(everything_open, whos, phases):  # fmt: skip
    made = Edited(whos, phases)
    inner = made.merge("b", "a")
    made.edit("b")
    outer = made.merge("c", "b")
    made.edit("c")
    people.unmerge(outer, by=BY)
    made.edit("b")
    people.unmerge(inner, by=BY)

    assert made.now() == made.expected


@settings(LIVELY, max_examples=15)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=5), PHASES, st.permutations([0, 1]))
def test_two_merged_into_one_are_parted_in_either_order_whatever_was_edited(everything_open, whos, phases, order):  # fmt: skip
    made, merges = Edited(whos, phases), []
    for dropped in "ab":
        merges.append(made.merge("c", dropped))
        made.edit("c")
    people.unmerge(merges[order[0]], by=BY)
    made.edit("c")
    people.unmerge(merges[order[1]], by=BY)

    assert made.now() == made.expected


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        # An entry before the moved one, and nothing else to know it by than its neighbours.
        (["doctor", "dropped"], ["kept", "doctor", "kept"], ["kept", "doctor", "dropped"]),
        (["dropped", "doctor"], ["doctor", "kept"], ["doctor", "dropped"]),
        (["kept", "doctor", "dropped"], ["doctor", "kept"], ["doctor", "dropped"]),
        (["dropped"], ["doctor"], ["doctor"]),
        (["dropped", "dropped"], ["kept"], ["dropped"]),
    ],
)
def test_neighbours_tell_which_of_two_bare_references_is_which(two, was, now, expected):
    who = {"kept": two[0].patient_ref, "dropped": two[1].patient_ref, "doctor": "Practitioner/d"}

    def observation(names):
        return {"resourceType": "Observation", "id": "o", "status": "final", "code": {"text": "x"},
                "performer": [{"reference": who[name]} for name in names]}  # fmt: skip

    records.save(observation(was), by=BY)
    number = merged(*two)
    records.save(observation(now), by=BY)
    people.unmerge(number, by=BY)

    told = [each["reference"] for each in records.get("Observation/o").resource["performer"]]
    assert told == [who[name] for name in expected]


def test_a_contained_resource_is_known_again_by_its_id(two):
    kept, dropped = two

    def related(id, who):
        return {"resourceType": "RelatedPerson", "id": id, "patient": {"reference": who}}

    was = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Group/g"},
           "contained": [related("one", dropped.patient_ref)], "asserter": {"reference": "#one"}}  # fmt: skip
    records.save(was, by=BY)
    number = merged(*two)
    before, one = related("new", kept.patient_ref), related("one", kept.patient_ref)
    changed = {**one, "relationship": [{"text": "mẹ"}], "gender": "female", "active": True}
    records.save({**was, "contained": [before, changed]}, by=BY)
    people.unmerge(number, by=BY)

    new, old = records.get("Condition/c").resource["contained"]
    assert new["patient"] == {"reference": kept.patient_ref}
    assert old["patient"] == {"reference": dropped.patient_ref}


def test_a_reference_to_a_version_or_by_address_says_again_what_it_said(two):
    dropped = two[1].patient_ref
    words = [f"{dropped}/_history/1", f"{systems.BASE}/{dropped}"]
    was = appointment([participant(f"p{n}", one) for n, one in enumerate(words)])
    records.save(was, by=BY)
    number = merged(*two)
    now = records.get(f"Appointment/{was['id']}").resource
    records.save({**now, "comment": "đã gọi"}, by=BY)
    people.unmerge(number, by=BY)

    assert list(actors(records.get(f"Appointment/{was['id']}").resource).values()) == words


def test_what_was_gathered_in_later_does_not_hide_what_the_merge_itself_moved(two):
    kept, dropped = two
    was = appointment([participant("mẹ", dropped.patient_ref), participant("bé", dropped.patient_ref)])  # fmt: skip
    ref = f"Appointment/{was['id']}"
    records.save(was, by=BY)
    number = merged(*two)
    mother, child = records.get(ref).resource["participant"]
    late = [mother, {**child, "actor": {"reference": dropped.patient_ref}}]
    records.save({**records.get(ref).resource, "participant": late}, by=BY)
    assert people.gather() == 1

    people.unmerge(number, by=BY)

    assert set(actors(records.get(ref).resource).values()) == {dropped.patient_ref}


def test_what_points_at_what_points_at_a_moved_visit_goes_back_too(two):
    kept, dropped = two
    stay = {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"},
            "subject": {"reference": dropped.patient_ref}}  # fmt: skip
    records.save(stay, by=BY)
    number = merged(*two)
    for id, target in (("near", "Encounter/e"), ("far", "Provenance/near")):
        about = {"resourceType": "Provenance", "id": id, "recorded": "2026-02-01T00:00:00Z",
                 "target": [{"reference": target}], "agent": [{"who": {"display": "x"}}]}  # fmt: skip
        assert records.save(about, by=BY).patient == kept.patient_rid

    people.unmerge(number, by=BY)

    assert records.get("Provenance/near").patient == dropped.patient_rid
    assert records.get("Provenance/far").patient == dropped.patient_rid


# ── The two Patients ───────────────────────────────────────────────────────────────────────


def said(resource):
    return {(each["system"], each["value"]) for each in resource.get("identifier", ())}


def test_what_was_said_of_the_two_patients_meanwhile_stays(two):
    kept, dropped = two
    also = {"other": {"reference": dropped.patient_ref}, "type": "seealso"}
    one = records.get(kept.patient_ref).resource
    people.save_patient({**one, "link": [also]}, by=BY)
    number = merged(*two)
    one, other = (records.get(each.patient_ref).resource for each in two)
    people.save_patient({**one, "active": False}, by=BY)
    people.save_patient({**other, "gender": "male"}, by=BY)

    people.unmerge(number, by=BY)

    one, other = (records.get(each.patient_ref).resource for each in two)
    assert (one["active"], one["link"]) == (False, [also])
    assert "active" not in other
    assert (other["gender"], other.get("link")) == ("male", None)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_merges_into_one_either_is_undone_first(everything_open, order):
    kept, *others = somebody(), somebody(CARD, name="Lê Một"), somebody(name="Lê Hai")
    second = records.get(others[1].patient_ref).resource
    card = {"system": CARD[0], "value": CARD[1]}
    people.save_patient({**second, "identifier": [*second["identifier"], card]}, by=BY)
    whos = [others[0], kept, others[1], others[0], others[1]]
    was = {"resourceType": "DocumentReference", "id": "d", "status": "current",
           "content": [{"attachment": {"title": "x"}}],
           "author": [{"reference": each.patient_ref} for each in whos]}  # fmt: skip
    records.save(was, by=BY)
    before = {ref: records.get(ref).body for ref in ("DocumentReference/d", *(each.patient_ref for each in (kept, *others)))}  # fmt: skip
    merges = [merged(kept, other) for other in others]

    people.unmerge(merges[order[0]], by=BY)
    between = said(records.get(kept.patient_ref).resource)
    people.unmerge(merges[order[1]], by=BY)

    assert CARD in between
    assert {ref: records.get(ref).body for ref in before} == before


def test_a_number_that_the_kept_person_had_stays_when_the_merge_is_undone(everything_open):
    kept, dropped = somebody(CARD, name="Lê Một"), somebody(name="Lê Hai")
    number = merged(kept, dropped)
    other = records.get(dropped.patient_ref).resource
    card = {"system": CARD[0], "value": CARD[1]}
    people.save_patient({**other, "identifier": [*other["identifier"], card]}, by=BY)
    people.save_patient({**records.get(kept.patient_ref).resource, "gender": "male"}, by=BY)

    people.unmerge(number, by=BY)

    assert CARD in said(records.get(kept.patient_ref).resource)


def test_a_merge_of_somebody_who_is_gone_for_good_is_not_undone(two):
    number = merged(*two)
    records.purge(two[1].patient_ref, by=BY, reason="Theo yêu cầu")
    people.catch_up()

    with pytest.raises(errors.NotFound) as refusal:
        people.unmerge(number, by=BY)

    assert refusal.value.code == "people.no_person"


def test_who_edits_a_list_while_a_merge_is_undone_loses_nothing(own_database):
    """Each writer adds itself to one list, again and again, and the merge is undone in between."""
    from haidang.engines.access import api as access

    with access.reach(BY, people="all"):
        kept, dropped = somebody(), somebody(name="Trần Khác")
        was = appointment([participant("mình", dropped.patient_ref)])
        ref = f"Appointment/{was['id']}"
        records.save(was, by=BY)
        number = merged(kept, dropped)

    def add(writer):
        for turn in range(6):
            while not added(f"{writer}-{turn}"):
                continue

    def added(name):
        try:
            with access.reach(BY, people="all"):
                now = records.get(ref)
                entries = [participant(name, kept.patient_ref), *now.resource["participant"]]
                changed = {**now.resource, "participant": entries}
                records.save(changed, by=BY, expected_version=now.version)
        except errors.HaidangError:
            return False
        return True

    acts = [lambda n=n: add(n) for n in range(3)]
    at_once(lambda act: act(), [*acts, lambda: people.unmerge(number, by=BY)])

    with access.reach(BY, people="all"):
        told = actors(records.get(ref).resource)
    assert told.pop("mình") == dropped.patient_ref
    assert len(told) == 18
    assert set(told.values()) == {kept.patient_ref}
