"""What each event has to tell, and when it is told again. Source: the exchange's status codes."""

from datetime import UTC, datetime, timedelta

import pytest

from haidang.rooms.national_portal import domain
from haidang.rooms.national_portal.domain import Item

SUBMITTED = "procedures.dossier.submitted"


@pytest.mark.parametrize(
    ("event", "state", "owes", "known", "items"),
    [
        (SUBMITTED, 1, False, False, [Item("dossier", 1)]),
        (SUBMITTED, 6, True, False, [Item("dossier", 1), Item("state", 6)]),
        (SUBMITTED, 1, False, True, []),  # filed on the portal
        (SUBMITTED, 6, True, True, [Item("state", 6)]),
        ("payments.order.paid", None, False, True, [Item("payment"), Item("state", 1)]),
        ("procedures.dossier.received", 4, False, True, [Item("state", 2), Item("state", 4)]),
        ("procedures.supplement.asked", 5, False, True, [Item("state", 5)]),
        ("procedures.supplement.given", 1, False, True, [Item("state", 1)]),
        ("procedures.dossier.refused", 3, False, True, [Item("state", 3)]),
        ("procedures.dossier.withdrawn", 7, False, True, [Item("state", 7)]),
        ("procedures.dossier.decided", 9, False, True, [Item("state", 9)]),
        ("procedures.dossier.returned", 10, False, True, [Item("result"), Item("state", 10)]),
    ],
)
def test_what_an_event_tells(event, state, owes, known, items):
    assert domain.items_of(event, state, owes=owes, known_there=known) == items


@pytest.mark.parametrize(
    ("event", "state", "items"),
    [
        (
            "procedures.dossier.received",
            4,
            [Item("dossier", 1), Item("state", 2), Item("state", 4)],
        ),
        ("procedures.dossier.decided", 9, [Item("dossier", 9)]),
        (
            "procedures.dossier.returned",
            10,
            [Item("dossier", 9), Item("result"), Item("state", 10)],
        ),
        ("payments.order.paid", None, [Item("dossier", 1), Item("payment")]),
    ],
)
def test_a_dossier_from_before_the_exchange_becomes_known_first(event, state, items):
    assert domain.items_of(event, state, owes=False, known_there=False) == items


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 15), (5, 900), (6, 900), (500, 900)])
def test_pauses_grow_to_a_quarter_of_an_hour_and_never_end(tries, seconds):
    assert domain.pause_after(tries) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "text"),
    [(datetime(2026, 11, 25, 17, 30, 5, tzinfo=UTC), "20261126003005"), (None, "")],
)
def test_moments_are_written_in_the_time_of_hanoi(value, text):
    assert domain.moment(value) == text
