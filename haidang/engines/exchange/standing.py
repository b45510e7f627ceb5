"""Which telling of a visit counts (bản nào có hiệu lực): pure rules over order keys.

The same visit may arrive many times, in any order, in several processes at once. These rules
depend only on the set of tellings and never on the order in which they were judged, so every
order ends in the same state:

- the newest telling without errors is `accepted`, and its records are the visit;
- a telling is `superseded` when a newer one is accepted;
- a rejected telling is also `superseded` by a newer rejected one, because only the last refusal
  asks something of the sender;
- a check-in (XML0) always gives way to a dossier of the same visit.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

ACCEPTED, REJECTED, SUPERSEDED = "accepted", "rejected", "superseded"
CHECK_IN, DOSSIER = 0, 1


class Key(NamedTuple):
    """The order of tellings: what kind, the day the sender made it (NGAYLAP), then arrival."""

    rank: int
    made_on: date
    seq: int
    position: int


class Telling(NamedTuple):
    """One telling of one visit.

    state   where it stands now: `accepted` or `rejected` by its own merit when it has just been
            judged; `waiting` or `failed` when it could not be judged yet
    """

    key: Key
    state: str


def settle(tellings: Iterable[Telling]) -> dict[Key, str]:
    """The state of each telling of one visit, seen beside the others."""
    newest_first = sorted(tellings, key=lambda telling: telling.key, reverse=True)
    states, accepted, refused = {}, False, False
    for key, state in newest_first:
        if accepted or (refused and state == REJECTED):
            state = SUPERSEDED
        accepted = accepted or state == ACCEPTED
        refused = refused or state == REJECTED
        states[key] = state
    return states


def order_day(made_on: date | None, received_on: date) -> date:
    """The day that counts for the order: a day missing or in the future is the day of arrival.

    Otherwise one file dated 2099 would shut out every later correction.
    """
    return received_on if made_on is None else min(made_on, received_on)
