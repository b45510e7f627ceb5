"""Working days: the rules, the day before, the day itself and the day after."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engines.workflow import calendar
from haidang.engines.workflow.calendar import Calendar, Term
from haidang.kernel import dates, errors

PLAIN = Calendar()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=dates.HANOI)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-01", False),  # a Thursday
        ("2026-01-02", True),
        ("2026-02-13", True),  # the Friday before Tết
        ("2026-02-16", False),  # the eve
        ("2026-02-17", False),
        ("2026-02-20", False),  # the third day after
        ("2026-02-23", True),
        ("2026-04-26", False),  # the Hùng kings' day, a Sunday
        ("2026-04-27", False),  # moved here
        ("2026-04-30", False),
        ("2026-05-01", False),
        ("2026-05-04", True),
        ("2026-09-01", False),
        ("2026-09-02", False),
        ("2026-09-03", True),
        ("2026-11-28", False),  # a Saturday
    ],
)
def test_days_off_by_rule(day, works):
    assert PLAIN.works(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        ("2026-11-25T09:00", Term(1), "2026-11-26T17:00"),
        ("2026-11-25T09:00", Term(3), "2026-11-30T17:00"),  # over a weekend
        ("2026-11-28T09:00", Term(1), "2026-11-30T17:00"),  # begun on a Saturday
        ("2026-02-13T16:00", Term(1), "2026-02-23T17:00"),  # over Tết
        ("2026-02-13T16:00", Term(5, "day"), "2026-02-23T17:00"),  # ends inside Tết
        ("2026-11-25T09:00", Term(30, "day"), "2026-12-25T17:00"),
        ("2026-11-25T09:00", Term(2, "hour"), "2026-11-25T11:00"),
        ("2026-11-25T10:30", Term(2, "hour"), "2026-11-25T14:30"),  # over noon
        ("2026-11-25T16:30", Term(1, "hour"), "2026-11-26T08:00"),  # over the night
        ("2026-11-27T18:00", Term(8, "hour"), "2026-12-01T08:00"),  # from Friday evening
    ],
)
def test_when_a_term_ends(start, term, due):
    assert PLAIN.due(at(start), term) == at(due)


def test_declared_days_win_over_the_rules():
    declared = Calendar({date(2026, 11, 26): False, date(2026, 11, 28): True})

    assert declared.due(at("2026-11-25T09:00"), Term(2)) == at("2026-11-28T17:00")
    assert PLAIN.due(at("2026-11-25T09:00"), Term(2)) == at("2026-11-27T17:00")


@pytest.mark.parametrize(
    ("received", "handed_over"),
    [
        ("2026-11-25T15:00", "2026-11-25T15:00"),
        ("2026-11-25T15:01", "2026-11-26T07:30"),
        ("2026-11-27T16:00", "2026-11-30T07:30"),
        ("2026-11-28T09:00", "2026-11-30T07:30"),
    ],
)
def test_a_dossier_is_handed_over_the_same_day_or_the_next(received, handed_over):
    assert PLAIN.handed_over_at(at(received)) == at(handed_over)


@pytest.mark.parametrize(
    ("now", "due", "left"),
    [
        ("2026-11-25T09:00", "2026-11-25T17:00", 0),
        ("2026-11-25T09:00", "2026-11-30T17:00", 3),
        ("2026-11-30T09:00", "2026-11-25T17:00", -3),
        ("2026-11-28T09:00", "2026-11-27T17:00", 0),
    ],
)
def test_working_days_that_are_left(now, due, left):
    assert PLAIN.days_left(at(now), at(due)) == left


@pytest.mark.parametrize("term", [(0, "day"), (-1, "day"), (5, "week"), (10**6, "day")])
def test_a_term_that_makes_no_sense_is_refused(term):
    with pytest.raises(errors.Incorrect):
        Term(*term)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.integers(1, 60),
    st.integers(1, 20),
)
def test_hours_agree_with_the_time_worked(start, hours, more):
    start = start.replace(tzinfo=dates.HANOI)

    due = PLAIN.due(start, Term(hours, "hour"))

    assert PLAIN.worked(start, due) == timedelta(hours=hours)
    assert PLAIN.due(start, Term(hours + more, "hour")) > due


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 40))
def test_working_days_are_counted_one_by_one(day, amount):
    start = datetime.combine(day, datetime.min.time(), tzinfo=dates.HANOI)
    due = PLAIN.due(start, Term(amount))

    between = [day + timedelta(days=n) for n in range(1, (due.date() - day).days + 1)]
    assert sum(map(PLAIN.works, between)) == amount
    assert PLAIN.works(due.date())


def test_every_rule_names_its_source():
    assert all(rule["source"] and rule["name"] for rule in calendar._rules()["holiday"])
