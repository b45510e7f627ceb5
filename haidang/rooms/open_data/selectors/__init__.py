"""Reads of the room: the catalogue, releases and their rows, contributions, what machines ask."""

from haidang.rooms.open_data.selectors.catalogue import (
    contributed,
    dataset,
    everything,
    files,
    find,
    newest,
    newest_release,
    release,
    releases,
)
from haidang.rooms.open_data.selectors.tables import file_of, rows

__all__ = [
    "contributed",
    "dataset",
    "everything",
    "file_of",
    "files",
    "find",
    "newest",
    "newest_release",
    "release",
    "releases",
    "rows",
]
