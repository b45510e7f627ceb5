"""The door of the room: for the exchange with the national portal."""

from haidang.rooms.procedures.domain import STATES
from haidang.rooms.procedures.selectors.national import Shown, id_of_order, shown, states_of_day
from haidang.rooms.procedures.services.national import (
    Filing,
    fee_paid,
    rate,
    supply,
    take_in,
    withdraw,
)
from haidang.rooms.procedures.services.quality import shared

__all__ = [
    "STATES",
    "Filing",
    "Shown",
    "fee_paid",
    "id_of_order",
    "rate",
    "shared",
    "shown",
    "states_of_day",
    "supply",
    "take_in",
    "withdraw",
]
