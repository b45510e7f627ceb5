"""Work over many records at once: export, import and reindex, as jobs that survive a restart.

A job is asked for (`ask`), waits its turn, is run by a worker (`run_next`), and is told of by
`status`. `FHIR Bulk Data Access (Flat FHIR) v2.0.0` gives the words and the files their shape.
"""

from haidang.engines.records.bulk.exporting import Wish, wish_of
from haidang.engines.records.bulk.importing import Source
from haidang.engines.records.bulk.jobs import (
    CHANNEL,
    Job,
    Made,
    ask_for_export,
    ask_for_import,
    ask_for_reindex,
    cancel,
    fetch,
    file_of,
    standing_import,
    status,
)
from haidang.engines.records.bulk.running import Manner, run, run_next
from haidang.engines.records.bulk.selecting import members
from haidang.engines.records.bulk.sources import allowed
from haidang.engines.records.bulk.sweeping import sweep

__all__ = [
    "CHANNEL",
    "Job",
    "Made",
    "Manner",
    "Source",
    "Wish",
    "allowed",
    "ask_for_export",
    "ask_for_import",
    "ask_for_reindex",
    "cancel",
    "fetch",
    "file_of",
    "members",
    "run",
    "run_next",
    "standing_import",
    "status",
    "sweep",
    "wish_of",
]
