"""The door of the records engine."""

from haidang.engines.records.reading import compartment, get, get_many, lock, refs, rid, rids
from haidang.engines.records.search.running import Page, count, search
from haidang.engines.records.stored import Stored
from haidang.engines.records.writing import delete, save, save_all

__all__ = [
    "Page",
    "Stored",
    "compartment",
    "count",
    "delete",
    "get",
    "get_many",
    "lock",
    "refs",
    "rid",
    "rids",
    "save",
    "save_all",
    "search",
]
