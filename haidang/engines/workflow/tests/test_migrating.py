"""Running cases on another version: shown before it is done, many at once, nobody trapped."""

import pytest

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.engines.workflow.tests.examples import LICENCE
from haidang.engines.workflow.tests.test_cases import (
    CLERK,
    DIRECTOR,
    INSPECTOR,
    MONDAY,
    OFFICER,
    begun,
    decide,
    waiting,
)
from haidang.kernel import errors

NEWER = LICENCE.replace('name="Ký"', 'name="Ký số"').replace("3 working_day", "2 working_day")
OTHER_DESK = LICENCE.replace('"receive"', '"admit"')


def publish(text):
    return workflow.publish("licence", text.encode(), by=DIRECTOR)


def test_a_running_case_moves_to_a_new_version(case):
    decide(case, "receive", CLERK, "accept")
    before = workflow.claim(waiting(case, "verify").id, by=OFFICER, at=MONDAY)
    newer = publish(NEWER)

    moved = workflow.migrate(case.id, newer.number, by=DIRECTOR, at=MONDAY)

    assert (moved.number, moved.open_elements) == (2, ("inspect", "verify"))
    after = waiting(moved, "verify")
    assert (after.id, after.holder, after.opened_at) == (before.id, OFFICER.ref, before.opened_at)
    assert after.due_at < before.due_at
    decide(moved, "verify", OFFICER)
    decide(moved, "inspect", INSPECTOR)
    assert waiting(moved, "sign").name == "Ký số"


def test_a_case_that_cannot_move_stays_where_it_is(case):
    decide(case, "receive", CLERK, "accept")
    publish(OTHER_DESK)

    with pytest.raises(errors.Conflict) as refused:
        workflow.migrate(case.id, 2, by=DIRECTOR, at=MONDAY)

    assert refused.value.facts["element"] == "receive"
    assert workflow.case(case.id).number == 1


def test_what_was_known_at_the_beginning_is_known_on_the_new_version(db):
    text = LICENCE.replace("outcome == 'refuse'", "outcome == 'refuse' or fee_vnd == None")
    publish(text)
    told = {"title": "Cấp giấy phép", "about": "Dossier/9", "org": "31", "by": CLERK, "at": MONDAY}
    found = workflow.start("licence", **told, data={"fee_vnd": 5})
    decide(found, "receive", CLERK, "accept")
    publish(text.replace('name="Ký"', 'name="Ký số"'))

    assert workflow.migrate(found.id, 2, by=DIRECTOR, at=MONDAY).open_elements == (
        "inspect",
        "verify",
    )


def three_places():
    """Cases at the desk, further on, and waiting for the applicant."""
    desk, further, waits = [begun(f"Dossier/{n}") for n in range(3)], begun("Dossier/8"), None
    decide(further, "receive", CLERK, "accept")
    waits = begun("Dossier/9")
    workflow.pause(waits.id, by=CLERK, at=MONDAY, reason="Chờ bổ sung")
    return desk, further, waits


def test_where_each_case_would_stand_is_shown_before_anything_is_done(model):
    desk, further, waits = three_places()
    publish(OTHER_DESK)

    ways = workflow.plan("licence")

    told = [(way.count, way.at, way.to, bool(way.why)) for way in ways]
    assert told[0] == (3, ("Tiếp nhận",), ("Tiếp nhận",), False)
    assert (1, ("Thẩm định hồ sơ", "Thẩm định thực tế"), (), True) not in told
    assert sorted(told[1:]) == [
        (1, ("Thẩm định thực tế", "Thẩm định hồ sơ"), (), True),
        (1, ("Tiếp nhận",), (), True),
    ]
    why = {way.state: way.why for way in ways if way.why}
    assert "«Tiếp nhận»" in why["running"]
    assert "tạm dừng" in why["paused"]
    assert {workflow.case(one.id).number for one in (*desk, further, waits)} == {1}


def test_all_that_can_move_do_and_the_ledger_counts_them(model):
    desk, further, waits = three_places()
    held = workflow.claim(waiting(desk[0], "receive").id, by=CLERK, at=MONDAY)
    publish(OTHER_DESK)

    first = workflow.migrate_all("licence", by=DIRECTOR, at=MONDAY, most=2)
    second = workflow.migrate_all("licence", by=DIRECTOR, at=MONDAY)

    assert (first.moved, first.stayed, first.left) == (2, 2, 1)
    assert (second.moved, second.stayed, second.left) == (1, 2, 0)
    assert [workflow.case(one.id).number for one in (*desk, further, waits)] == [2, 2, 2, 1, 1]
    assert workflow.task(held.id).state == "cancelled"  # the new desk is another step
    for one in desk:
        decide(one, "admit", CLERK, "accept")
        assert workflow.case(one.id).open_elements == ("inspect", "verify")
    events = ledger.events(names=("workflow.case.migrated", "workflow.cases.migrated"))
    counts = [(e.facts["moved"], e.facts["stayed"]) for e in events if "moved" in e.facts]
    assert (len(events), counts) == (5, [(2, 2), (1, 2)])


def test_no_case_moves_to_where_it_would_end_unseen(case):
    decide(case, "receive", CLERK, "accept")
    text = LICENCE.replace(
        '<sequenceFlow id="f4" sourceRef="complete" targetRef="again"/>',
        '<sequenceFlow id="f4" sourceRef="complete" targetRef="refused"/>'
        '<sequenceFlow id="f4c" sourceRef="complete" targetRef="again">'
        "<conditionExpression>outcome == 'slow'</conditionExpression></sequenceFlow>",
    )
    publish(text)

    with pytest.raises(errors.Conflict) as refused:
        workflow.migrate(case.id, 2, by=DIRECTOR, at=MONDAY)

    assert refused.value.code == "workflow.would_end"
    assert workflow.plan("licence")[0].why
