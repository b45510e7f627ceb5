"""Subscriptions on topics: what happened is told to systems that asked, in order and at least once.

Topics are files (`topics/`). The worker looks at the sequence of changes (`matching`), numbers the
events of each subscription and sends them by rest-hook (`delivering`).

Source    FHIR R4, subscription.html; Subscriptions R5 Backport 1.1, R4.
"""

from haidang.engines.records.subscriptions.bundles import status_of
from haidang.engines.records.subscriptions.delivering import Courier, replayed
from haidang.engines.records.subscriptions.desk import (
    change,
    end,
    enrol,
    events,
    mine,
    restart,
    standing,
    sweep,
)
from haidang.engines.records.subscriptions.manners import Manner
from haidang.engines.records.subscriptions.matching import match
from haidang.engines.records.subscriptions.topics import topics

__all__ = [
    "Courier", "Manner", "change", "end", "enrol", "events", "match", "mine", "replayed", "restart", "standing",
    "status_of", "sweep", "topics",
]  # fmt: skip
