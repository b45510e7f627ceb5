"""Writes of the room: one function for each thing that a unit or the department does."""

from haidang.rooms.plan.services.keeping import keep_city_figures
from haidang.rooms.plan.services.publishing import load_files, publish
from haidang.rooms.plan.services.quarters import open_quarter, remind
from haidang.rooms.plan.services.reports import (
    accept,
    attach,
    compute_missing,
    send_back,
    submit,
    write,
)
from haidang.rooms.plan.services.summary import sign_summary

__all__ = [
    "accept",
    "attach",
    "compute_missing",
    "keep_city_figures",
    "load_files",
    "open_quarter",
    "publish",
    "remind",
    "send_back",
    "sign_summary",
    "submit",
    "write",
]
