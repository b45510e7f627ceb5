"""The door of the room: for the exchange with the national portal, and for the archive."""

from haidang.rooms.procedures.domain import STATES
from haidang.rooms.procedures.selectors.matters import Matter, matters
from haidang.rooms.procedures.selectors.national import Shown, id_of_order, shown, states_of_day
from haidang.rooms.procedures.services.national import (
    Brought,
    Filing,
    fee_paid,
    keep_filed,
    keep_supplement,
    rate,
    supply,
    take_in,
    turned_down,
    withdraw,
)
from haidang.rooms.procedures.services.quality import shared

__all__ = [
    "STATES",
    "Brought",
    "Filing",
    "Matter",
    "Shown",
    "fee_paid",
    "id_of_order",
    "keep_filed",
    "keep_supplement",
    "matters",
    "rate",
    "shared",
    "shown",
    "states_of_day",
    "supply",
    "take_in",
    "turned_down",
    "withdraw",
]
