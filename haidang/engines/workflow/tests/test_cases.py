"""Cases: tasks, clocks, two clerks, absence, another version, and the past played again."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.engines.workflow import tasks
from haidang.engines.workflow.tests.examples import LICENCE
from haidang.kernel import actor, dates, errors


def person(name, *roles, org="31"):
    return actor.Actor(
        ref=f"Practitioner/{name}", name=name, kind="staff", org=org, roles=frozenset(roles)
    )


CLERK = person("van-thu", "records_clerk")
SECOND_CLERK = person("van-thu-hai", "records_clerk")
OFFICER = person("chuyen-vien", "officer")
INSPECTOR = person("thanh-tra", "inspector")
DIRECTOR = person("lanh-dao", "director")
ELSEWHERE = person("noi-khac", "records_clerk", org="01")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=dates.HANOI)


MONDAY = at("2026-11-23T09:00")


def begun(about="Dossier/1"):
    return workflow.start(
        "licence",
        title="Cấp giấy phép hành nghề",
        about=about,
        org="31",
        by=CLERK,
        at=MONDAY,
        term=workflow.Term(10),
    )


def waiting(found, element):
    return next(
        t for t in workflow.tasks_of(found.id) if t.element == element and t.state == "open"
    )


def decide(found, element, by, outcome="", when=MONDAY):
    data = {"outcome": outcome} if outcome else {}
    return workflow.complete(waiting(found, element).id, by=by, at=when, data=data)


def test_a_case_goes_from_desk_to_desk_to_its_end(case):
    decide(case, "receive", CLERK, "accept")
    decide(case, "verify", OFFICER)
    decide(case, "inspect", INSPECTOR)
    done = decide(case, "sign", DIRECTOR, "accept", when=at("2026-11-25T10:00"))

    assert (done.state, done.outcome, done.open_elements) == ("ended", "accept", ())
    names = [event.name for event in ledger.events(names=("workflow.*",))]
    assert names.count("workflow.task.done") == 4
    assert names[-1] == "workflow.case.ended"


def test_the_clock_of_the_case_and_of_each_task(case):
    assert case.due_at == at("2026-12-07T17:00")
    assert waiting(case, "receive").due_at == at("2026-11-23T15:00")
    assert workflow.time_left(case, at=at("2026-12-08T09:00")) == -1


def test_a_work_list_shows_ones_own_role_at_ones_own_place(case):
    on = MONDAY.date()

    assert [t.element for t in workflow.work_list(by=CLERK, on=on)] == ["receive"]
    assert workflow.work_list(by=OFFICER, on=on) == []
    assert workflow.work_list(by=ELSEWHERE, on=on) == []


def test_a_list_pages_by_its_last_line(model):
    for number in range(5):
        begun(f"Dossier/{number}")
    first = workflow.work_list(by=CLERK, on=MONDAY.date(), limit=3)
    after = (first[-1].due_at, first[-1].id)

    rest = workflow.work_list(by=CLERK, on=MONDAY.date(), limit=3, after=after)

    assert len({t.id for t in first + rest}) == 5


def test_tasks_without_a_term_come_last_and_on_every_page(db):
    text = LICENCE.replace(' haidang:term="4 hour"', "")
    workflow.publish("licence", text.encode(), by=DIRECTOR)
    for number in range(4):
        begun(f"Dossier/{number}")
    workflow.publish("licence", LICENCE.encode(), by=DIRECTOR)
    for number in range(4, 6):
        begun(f"Dossier/{number}")

    found, after = [], None
    while page := workflow.work_list(by=CLERK, on=MONDAY.date(), limit=2, after=after):
        found += page
        after = (page[-1].due_at, page[-1].id)

    assert [one.due_at is None for one in found] == [False, False, True, True, True, True]
    assert len({one.id for one in found}) == 6


def test_a_claimed_task_is_nobody_elses(case):
    task = waiting(case, "receive")
    workflow.claim(task.id, by=CLERK, at=MONDAY)

    for act in (
        lambda: workflow.claim(task.id, by=SECOND_CLERK, at=MONDAY),
        lambda: decide(case, "receive", SECOND_CLERK, "accept"),
        lambda: workflow.release(task.id, by=SECOND_CLERK, at=MONDAY),
    ):
        with pytest.raises(errors.Conflict) as refused:
            act()
        assert refused.value.code == "workflow.task_held"
    assert workflow.work_list(by=SECOND_CLERK, on=MONDAY.date()) == []
    workflow.release(task.id, by=CLERK, at=MONDAY)
    assert workflow.claim(task.id, by=SECOND_CLERK, at=MONDAY).holder == SECOND_CLERK.ref


@pytest.mark.parametrize("somebody", [OFFICER, ELSEWHERE])
def test_a_task_is_claimed_only_by_role_and_place(case, somebody):
    with pytest.raises(errors.NotAllowed):
        workflow.claim(waiting(case, "receive").id, by=somebody, at=MONDAY)


def test_a_head_hands_a_task_on(case):
    task = waiting(case, "receive")

    with pytest.raises(errors.NotAllowed):
        workflow.delegate(task.id, to=CLERK.ref, to_name="x", by=SECOND_CLERK, at=MONDAY)
    handed = workflow.delegate(task.id, to=CLERK.ref, to_name="Văn thư", by=DIRECTOR, at=MONDAY)

    assert handed.holder == CLERK.ref


def test_an_outcome_that_the_step_does_not_know_is_refused(case):
    with pytest.raises(errors.Incorrect) as refused:
        decide(case, "receive", CLERK, "maybe")

    assert refused.value.facts["outcomes"] == ["accept", "refuse"]
    assert waiting(case, "receive").state == "open"


def test_a_pause_keeps_what_is_left_of_the_term(case):
    paused = workflow.pause(case.id, by=CLERK, at=at("2026-11-25T09:00"), reason="Chờ bổ sung")
    assert (paused.due_at, paused.pause_reason) == (None, "Chờ bổ sung")
    with pytest.raises(errors.Conflict):
        decide(case, "receive", CLERK, "accept")

    resumed = workflow.resume(case.id, by=CLERK, at=at("2026-12-02T09:00"))

    # Eight working days and six hours of office time were left.
    assert resumed.due_at == at("2026-12-14T17:00")


def test_a_completed_dossier_starts_the_term_afresh(case):
    workflow.pause(case.id, by=CLERK, at=at("2026-11-25T09:00"), reason="Chờ bổ sung")

    resumed = workflow.resume(case.id, by=CLERK, at=at("2026-12-02T09:00"), afresh=True)

    assert resumed.due_at == at("2026-12-16T17:00")


def test_a_result_is_put_off_once(case):
    later = at("2026-12-10T17:00")
    workflow.extend(case.id, by=OFFICER, at=MONDAY, until=later, reason="Chờ ý kiến Bộ Y tế")

    for until, code in [
        (at("2026-12-11T17:00"), "workflow.extended_once"),
    ]:
        with pytest.raises(errors.RuleBroken) as refused:
            workflow.extend(case.id, by=OFFICER, at=MONDAY, until=until, reason="x")
        assert refused.value.code == code
    assert workflow.case(case.id).due_at == later


@pytest.mark.parametrize(
    ("until", "reason"), [("2026-12-07T17:00", "x"), ("2026-12-09T17:00", " ")]
)
def test_a_new_date_is_later_and_has_a_reason(case, until, reason):
    with pytest.raises(errors.RuleBroken):
        workflow.extend(case.id, by=OFFICER, at=MONDAY, until=at(until), reason=reason)


def test_a_stopped_case_has_no_tasks_left(case):
    workflow.stop(case.id, by=CLERK, at=MONDAY, reason="Người nộp rút hồ sơ")

    assert workflow.work_list(by=CLERK, on=MONDAY.date()) == []
    with pytest.raises(errors.Conflict):
        workflow.stop(case.id, by=CLERK, at=MONDAY, reason="lần nữa")
    assert begun().state == "running"  # the matter can be opened again


def test_one_matter_has_one_case(case):
    with pytest.raises(errors.Conflict):
        begun()


def test_a_holiday_that_is_declared_late_moves_running_clocks(case):
    moved = workflow.declare_day(
        date(2026, 11, 24), works=False, name="Nghỉ lễ", source="Quyết định", by=DIRECTOR
    )

    assert moved == 1
    assert workflow.case(case.id).due_at == at("2026-12-08T17:00")
    again = workflow.declare_day(
        date(2026, 11, 24), works=True, name="Bỏ nghỉ", source="Quyết định", by=DIRECTOR
    )
    assert (again, workflow.case(case.id).due_at) == (1, at("2026-12-07T17:00"))


def test_a_late_task_is_told_once(case):
    later = at("2026-11-24T09:00")

    assert [tasks.tell_late(at=MONDAY), tasks.tell_late(at=later), tasks.tell_late(at=later)] == [
        0,
        1,
        0,
    ]


def test_the_past_is_played_on_a_changed_process(model):
    for number in range(3):
        found = begun(f"Dossier/{number}")
        decide(found, "receive", CLERK, "accept", when=MONDAY + timedelta(hours=1))
        decide(found, "verify", OFFICER, when=at("2026-11-24T09:00"))
        decide(found, "inspect", INSPECTOR, when=at("2026-11-27T09:00"))
        decide(found, "sign", DIRECTOR, "accept", when=at("2026-11-27T10:00"))
    without_visit = LICENCE.replace('haidang:term="5 working_day"', 'haidang:term="1 hour"')
    without_visit = without_visit.replace('"inspect"', '"remote"')

    same = workflow.simulate(
        "licence", LICENCE.encode(), since=MONDAY, until=MONDAY + timedelta(days=1)
    )
    changed = workflow.simulate(
        "licence", without_visit.encode(), since=MONDAY, until=MONDAY + timedelta(days=1)
    )

    assert (same.played, same.stuck) == (3, [])
    assert same.median_hours == same.was_median_hours == 31
    assert changed.median_hours < same.median_hours
    assert changed.load_hours["inspector"] == 3
    assert (same.judged, same.late, same.was_late) == (3, 0, 0)
    assert [(one.element, one.times) for one in same.load] == [
        (one.element, one.times) for one in same.was_load
    ]
    assert [one.times for one in changed.load if one.element == "remote"] == [3]


def test_a_simulation_knows_what_was_known_and_plays_no_more_than_asked(db):
    text = LICENCE.replace("outcome == 'refuse'", "outcome == 'refuse' or fee_vnd == 5")
    workflow.publish("licence", text.encode(), by=DIRECTOR)
    for number in range(5):
        found = workflow.start(
            "licence",
            title="Cấp giấy phép",
            about=f"Dossier/{number}",
            org="31",
            by=CLERK,
            at=MONDAY,
            term=workflow.Term(1, "hour"),
            data={"fee_vnd": 5},
        )
        decide(found, "receive", CLERK, "accept", when=MONDAY + timedelta(hours=1 + number / 2))

    played = workflow.simulate(
        "licence", text.encode(), since=MONDAY, until=MONDAY + timedelta(days=1), most=3
    )

    assert (played.known, played.played, played.hours) == (5, 3, played.was_hours)
    assert (played.judged, played.late, played.was_late) == (3, 2, 2)


def test_the_picture_shows_where_the_case_is(case):
    decide(case, "receive", CLERK, "accept")
    process = workflow.model("licence").process

    drawing = workflow.draw(
        process, done=["receive"], open_now=workflow.case(case.id).open_elements
    )

    states = {shape.id: shape.state for shape in drawing.shapes if shape.state}
    assert states == {"receive": "done", "verify": "open", "inspect": "open"}
    places = [(shape.x, shape.y) for shape in drawing.shapes]
    assert len(places) == len(set(places))


def test_two_clerks_who_decide_at_once_decide_once(own_database):
    workflow.publish("licence", LICENCE.encode(), by=DIRECTOR)
    found = begun()
    task, start, outcomes = waiting(found, "receive"), threading.Barrier(6, timeout=60), []

    def run(by):
        start.wait()
        try:
            workflow.complete(task.id, by=by, at=MONDAY, data={"outcome": "accept"})
            outcomes.append("done")
        except errors.Conflict as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in [CLERK, SECOND_CLERK] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", *["workflow.task_not_open"] * 5]
    assert workflow.case(found.id).open_elements == ("inspect", "verify")
