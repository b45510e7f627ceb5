"""What is told to the portal and when it is tried again; plain rules with their sources.

Source: the one-stop data exchange (DongBoHoSoMC, NoiHoSo, CapNhatTrangThai) and its status codes;
adapter rules: outbox, retry with back-off, idempotency on (MaHoSo, sequence), order, dead letters
"""

from dataclasses import dataclass
from datetime import timedelta

from haidang.kernel import dates

REGISTERED, RECEIVED, NOT_RECEIVED, MORE_WANTED, UNPAID, DECIDED = 1, 2, 3, 5, 6, 9
# What each event of a dossier is when its facts say no state; newer events carry theirs.
STATE_OF_EVENT = {
    "procedures.dossier.submitted": "submitted",
    "procedures.dossier.received": "processing",
    "procedures.dossier.refused": "refused",
    "procedures.supplement.asked": "supplement",
    "procedures.supplement.given": "processing",
    "procedures.dossier.withdrawn": "withdrawn",
    "procedures.dossier.decided": "decided",
    "procedures.dossier.returned": "returned",
}
EVENTS = (*STATE_OF_EVENT, "payments.order.paid")
# A message that is not taken because of its files; the portal is told with which state and why.
TURNED_DOWN = "national_portal.message.turned_down"
PAUSES = tuple(timedelta(seconds=s) for s in (5, 15, 60, 300, 900))
MINUTES_UNTIL_STUCK = 60


@dataclass(frozen=True)
class Item:
    """One thing to tell: a call of the portal, and a state for those that carry one."""

    kind: str
    state: int | None = None


# The state with which a dossier becomes known there, where it is not that of the event itself.
_FIRST = {
    "payments.order.paid": REGISTERED,
    "procedures.dossier.submitted": REGISTERED,
    "procedures.dossier.received": REGISTERED,
    "procedures.dossier.returned": DECIDED,
}


def items_of(event, state, *, owes, known_there):
    """What an event has to tell, in order.

    event         name of the ledger's event
    state         national code of the state that it led to; None for a payment
    owes          whether the dossier waits for a fee
    known_there   the portal has the dossier already: it was filed there, or was told of; one that
                  it does not know, such as from before the exchange was on, is told of first
    """
    first = [] if known_there else [Item("dossier", _FIRST.get(event, state))]
    if event == "payments.order.paid":
        return [*first, Item("payment"), *([Item("state", REGISTERED)] if known_there else [])]
    if event == "procedures.dossier.submitted":
        return [*first, Item("state", UNPAID)] if owes else first
    if event == "procedures.dossier.received":
        return [*first, Item("state", RECEIVED), Item("state", state)]
    if event == "procedures.dossier.returned":
        return [*first, Item("result"), Item("state", state)]
    return first or [Item("state", state)]


def pause_after(tries):
    """How long to wait after so many tries that did not reach the portal; it never gives up."""
    return PAUSES[min(tries, len(PAUSES)) - 1]


def moment(value):
    """A moment as the exchange writes it: yyyyMMddHHmmss in Asia/Ho_Chi_Minh."""
    return value.astimezone(dates.HANOI).strftime("%Y%m%d%H%M%S") if value else ""
