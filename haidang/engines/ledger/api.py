"""The door of the ledger engine."""

from haidang.engines.ledger.book import close as close_book
from haidang.engines.ledger.entries import (
    Entry,
    Event,
    event,
    events,
    events_about,
    record,
    record_many,
)
from haidang.engines.ledger.looks import Look, look, looked, looked_many, looks_at, looks_by

__all__ = [
    "Entry",
    "Event",
    "Look",
    "close_book",
    "event",
    "events",
    "events_about",
    "look",
    "looked",
    "looked_many",
    "looks_at",
    "looks_by",
    "record",
    "record_many",
]
