"""Rules of plans, reports and the ranking, without a database."""

from copy import deepcopy

import pytest

from haidang.kernel import errors
from haidang.rooms.plan import domain

PLAN = {
    "key": "thu",
    "title": "Kế hoạch thử",
    "source": "Sở",
    "period": {"start": "2025-07-01", "end": "2025-12-31"},
    "valid_from": "2025-07-01",
    "units": ["general-hospital"],
    "report": {"due_after": 7, "remind_before": 3, "remind_after": [1]},
    "objectives": [{"code": "O1", "title": "Một", "targets": ["T1"]}],
    "targets": [{"code": "T1", "title": "Một", "indicators": ["T1"], "sign": True}],
    "defaults": {"lead": "Sở Y tế", "start": "2025-07-01", "end": "2025-12-31"},
    "tasks": [{"code": "N1", "title": "Việc", "targets": ["T1"]}],
    "ranking": {"criteria": [{"code": "on_time", "title": "Đúng hạn", "points": 100}]},
}
CRITERIA = [
    {"code": "on_time", "points": 30},
    {"code": "first_time", "points": 20},
    {"code": "reached", "points": 30},
    {"code": "evidence", "points": 20},
]


def done(unit, **facts):
    usual = {"on_time": True, "submitted": True, "returns": 0, "reached": 2, "with_source": 2, "tasks": 4, "with_evidence": 4}  # fmt: skip
    return domain.Done(unit=unit, **usual | facts)


def test_a_task_takes_what_it_does_not_say_from_the_defaults():
    plan = domain.read(PLAN)

    assert plan.tasks[0].lead == "Sở Y tế"
    assert plan.tasks[0].end.isoformat() == "2025-12-31"


def test_a_bare_yes_of_yaml_is_the_word_yes():
    assert domain.read(PLAN).targets[0].sign == "yes"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.pop("title"), "thiếu title"),
        (lambda p: p["tasks"].append(dict(p["tasks"][0])), "mã N1 có hai lần"),
        (lambda p: p["tasks"][0].update(targets=["T9"]), "N1 nêu mục tiêu T9"),
        (lambda p: p["ranking"]["criteria"][0].update(points=90), "phải là 100"),
    ],
)
def test_a_wrong_plan_names_its_fault(change, words):
    told = deepcopy(PLAN)
    change(told)

    with pytest.raises(errors.Incorrect) as why:
        domain.read(told)

    assert words in "; ".join(why.value.facts["issues"])


@pytest.mark.parametrize(
    ("state", "to"),
    [
        ("open", "submitted"),
        ("submitted", "returned"),
        ("returned", "submitted"),
        ("submitted", "accepted"),
        ("accepted", "returned"),
        ("accepted", "signed"),
    ],
)
def test_a_report_goes_its_way(state, to):
    assert domain.move(state, to) == to


@pytest.mark.parametrize(
    ("state", "to", "code"),
    [
        ("submitted", "submitted", "plan.already_submitted"),
        ("accepted", "submitted", "plan.already_accepted"),
        ("signed", "submitted", "plan.already_signed"),
        ("signed", "returned", "plan.already_signed"),
        ("open", "accepted", "plan.not_submitted"),
        ("returned", "accepted", "plan.not_submitted"),
    ],
)
def test_a_wrong_step_says_what_stands_in_the_way(state, to, code):
    with pytest.raises(errors.Conflict) as why:
        domain.move(state, to)

    assert why.value.code == code


def test_done_needs_evidence_and_late_needs_a_reason():
    with pytest.raises(errors.RuleBroken) as why:
        domain.check_words(" ", [("N1", "done", "xong", 0), ("N2", "late", "", 0), ("N3", "done", "", 1)])  # fmt: skip

    assert [one["field"] for one in why.value.facts["issues"]] == ["words", "state_N1", "words_N2"]


def test_everything_done_on_time_is_a_hundred_points():
    (place,) = domain.rank([done("a")], CRITERIA)

    assert place.total == 100


@pytest.mark.parametrize(
    ("facts", "total"),
    [
        ({"on_time": False}, 70),
        ({"returns": 1}, 90),
        ({"returns": 2}, 85),
        ({"reached": 1}, 85),
        ({"with_evidence": 1}, 85),
        ({"reached": 0, "with_source": 0}, 100),
        ({"submitted": False, "on_time": False, "with_evidence": 0}, 0),
    ],
)
def test_points_follow_the_criteria(facts, total):
    (place,) = domain.rank([done("a", **facts)], CRITERIA)

    assert place.total == total


def test_equal_points_share_a_place_and_the_next_is_left_out():
    ranks = domain.rank([done("b"), done("a"), done("c", returns=1)], CRITERIA)

    assert [(one.unit, one.rank) for one in ranks] == [("a", 1), ("b", 1), ("c", 3)]


@pytest.mark.parametrize(
    ("sign", "value", "reached", "yes_no", "stands"),
    [
        ("=", None, None, False, ""),
        ("=", 99.0, False, False, "bad"),
        ("=", 100.0, True, False, "ok"),
        ("=", 5.0, None, False, ""),
        ("yes", 1.0, None, True, "ok"),
        ("yes", 0.0, None, True, "bad"),
        ("yes", 18.2, None, False, ""),
    ],
)
def test_a_figure_stands_to_its_target(sign, value, reached, yes_no, stands):
    target = domain.Target("T", "T", ("T",), sign=sign)

    assert domain.stands(target, value, reached, yes_no=yes_no) == stands
