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
from haidang.rooms.open_data.selectors.pages import catalogue_page, dataset_page, release_page
from haidang.rooms.open_data.selectors.tables import file_of, rows
from haidang.rooms.open_data.selectors.work import (
    desk,
    is_desk,
    mine,
    own,
    to_review,
    waiting,
)

__all__ = [
    "catalogue_page",
    "contributed",
    "dataset",
    "dataset_page",
    "desk",
    "everything",
    "file_of",
    "files",
    "find",
    "is_desk",
    "mine",
    "newest",
    "newest_release",
    "own",
    "release",
    "release_page",
    "releases",
    "rows",
    "to_review",
    "waiting",
]
