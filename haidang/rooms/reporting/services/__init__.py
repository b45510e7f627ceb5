"""Writes of the room: one function for each thing that a unit or those above it do."""

from haidang.rooms.reporting.services.exports import FORMATS, export
from haidang.rooms.reporting.services.filling import correct, fill, fill_waiting, write
from haidang.rooms.reporting.services.opening import due_at, open_due, open_period, remind
from haidang.rooms.reporting.services.review import (
    approve,
    lock,
    lock_approved,
    send_back,
    submit,
)

__all__ = [
    "FORMATS",
    "approve",
    "correct",
    "due_at",
    "export",
    "fill",
    "fill_waiting",
    "lock",
    "lock_approved",
    "open_due",
    "open_period",
    "remind",
    "send_back",
    "submit",
    "write",
]
