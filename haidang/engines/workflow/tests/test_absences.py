"""Absence: a deputy takes what waits and what was held, between two days, and gives back the rest."""

from datetime import date

import pytest

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.engines.workflow.tests.test_cases import (
    CLERK,
    DIRECTOR,
    MONDAY,
    OFFICER,
    SECOND_CLERK,
    at,
    waiting,
)
from haidang.kernel import errors

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 24)
WEDNESDAY = at("2026-11-25T09:00")


def away(**changed):
    told = {
        "who": CLERK.ref,
        "who_name": CLERK.name,
        "deputy": OFFICER.ref,
        "deputy_name": OFFICER.name,
        "roles": ["records_clerk"],
        "org": "31",
        "first_on": FIRST,
        "last_on": LAST,
        "by": DIRECTOR,
    }
    return workflow.set_absence(**told | changed)


def test_a_deputy_takes_what_waits_for_somebody_absent(case):
    away()
    task = waiting(case, "receive")

    assert [t.id for t in workflow.work_list(by=OFFICER, on=LAST)] == [task.id]
    assert workflow.work_list(by=OFFICER, on=date(2026, 11, 25)) == []
    with pytest.raises(errors.NotAllowed):
        workflow.claim(task.id, by=OFFICER, at=WEDNESDAY)
    taken = workflow.claim(task.id, by=OFFICER, at=MONDAY)
    assert (taken.holder, taken.acting_for_name) == (OFFICER.ref, CLERK.name)
    claimed = ledger.events(names=("workflow.task.claimed",))[-1]
    assert claimed.facts == {"element": "receive", "acting_for": CLERK.ref}


def test_a_deputy_takes_what_the_absent_one_holds_and_nobody_else_does(case):
    task = waiting(case, "receive")
    workflow.claim(task.id, by=CLERK, at=MONDAY)
    assert workflow.work_list(by=OFFICER, on=FIRST) == []
    away()

    assert [t.id for t in workflow.work_list(by=OFFICER, on=FIRST)] == [task.id]
    with pytest.raises(errors.Conflict):
        workflow.claim(task.id, by=SECOND_CLERK, at=MONDAY)
    assert workflow.claim(task.id, by=OFFICER, at=MONDAY).holder == OFFICER.ref


def test_what_is_not_finished_goes_back_when_the_days_are_over(case):
    away()
    task = waiting(case, "receive")
    workflow.claim(task.id, by=OFFICER, at=MONDAY)

    assert workflow.hand_back(at=at("2026-11-24T23:00")) == 0
    assert workflow.hand_back(at=WEDNESDAY) == 1

    back = workflow.task(task.id)
    assert (back.holder, back.holder_name, back.acting_for) == (CLERK.ref, CLERK.name, "")
    assert [one.id for one in workflow.work_list(by=CLERK, on=WEDNESDAY.date())] == [task.id]


def test_who_is_back_early_has_the_work_back_at_once(case):
    absence = away()
    task = waiting(case, "receive")
    workflow.claim(task.id, by=OFFICER, at=MONDAY)
    with pytest.raises(errors.NotFound):
        workflow.end_absence(absence, org="01", by=DIRECTOR, at=MONDAY)

    workflow.end_absence(absence, org="31", by=DIRECTOR, at=MONDAY)

    assert workflow.task(task.id).holder == CLERK.ref
    assert workflow.absences("31", on=FIRST) == []
    names = [event.name for event in ledger.events(names=("workflow.absence.*",))]
    assert names == ["workflow.absence.set", "workflow.absence.ended"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"last_on": date(2026, 11, 22)}, "workflow.absence_wrong"),
        ({"last_on": date(2028, 11, 22)}, "workflow.absence_wrong"),
        ({"deputy": CLERK.ref}, "workflow.absence_wrong"),
        ({"roles": []}, "workflow.absence_wrong"),
        ({"first_on": LAST, "last_on": date(2026, 11, 30)}, "workflow.absence_overlaps"),
        ({"who": SECOND_CLERK.ref, "deputy": CLERK.ref}, "workflow.deputy_absent"),
    ],
)
def test_an_absence_that_is_not_sound_is_refused(db, changed, code):
    away()

    with pytest.raises(errors.RuleBroken) as refused:
        away(**changed)

    assert refused.value.code == code
    assert len(workflow.absences("31", on=FIRST)) == 1
