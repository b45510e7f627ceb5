"""The door of the ledger engine."""

from haidang.engines.ledger.book import close as close_book
from haidang.engines.ledger.checker import __file__ as CHECKER
from haidang.engines.ledger.checking import Fault, Report, verify
from haidang.engines.ledger.checks import Verification, ask_to_verify, verifications
from haidang.engines.ledger.checks import run_waiting as run_verifications
from haidang.engines.ledger.entries import (
    Entry,
    Event,
    event,
    events,
    events_about,
    latest_events,
    record,
    record_many,
)
from haidang.engines.ledger.heads import (
    Inclusion,
    TreeHead,
    consistency_proof,
    head,
    heads,
    inclusion_proof,
    seal,
)
from haidang.engines.ledger.keys import known_keys, public_pem
from haidang.engines.ledger.looks import Look, look, looked, looked_many, looks_at, looks_by
from haidang.engines.ledger.outbox import (
    ParkedEvent,
    dispatch,
    parked,
    retry_parked,
    subscriber,
)

__all__ = [
    "CHECKER",
    "Entry",
    "Event",
    "Fault",
    "Inclusion",
    "Look",
    "ParkedEvent",
    "Report",
    "TreeHead",
    "Verification",
    "ask_to_verify",
    "close_book",
    "consistency_proof",
    "dispatch",
    "event",
    "events",
    "events_about",
    "head",
    "heads",
    "inclusion_proof",
    "latest_events",
    "known_keys",
    "look",
    "looked",
    "looked_many",
    "looks_at",
    "looks_by",
    "parked",
    "public_pem",
    "record",
    "record_many",
    "retry_parked",
    "run_verifications",
    "seal",
    "subscriber",
    "verifications",
    "verify",
]
