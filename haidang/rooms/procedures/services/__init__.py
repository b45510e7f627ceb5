"""Writes of the room: one function for each thing that an applicant or an officer does."""

from haidang.rooms.procedures.services.deciding import decide, paid, signed
from haidang.rooms.procedures.services.dossiers import (
    attach,
    begin,
    rate,
    save_answers,
    submit,
    supply,
    withdraw,
)
from haidang.rooms.procedures.services.publishing import load_files, publish

__all__ = [
    "attach",
    "begin",
    "decide",
    "load_files",
    "paid",
    "publish",
    "rate",
    "save_answers",
    "signed",
    "submit",
    "supply",
    "withdraw",
]
