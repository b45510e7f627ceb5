"""Writes of the room: releases, contributions, and what is decided about them."""

from haidang.rooms.open_data.services.contributing import report, submit, upload, withdraw
from haidang.rooms.open_data.services.releases import release, release_due, revise
from haidang.rooms.open_data.services.reviewing import accept, refuse, send_back

__all__ = [
    "accept",
    "refuse",
    "release",
    "release_due",
    "report",
    "revise",
    "send_back",
    "submit",
    "upload",
    "withdraw",
]
