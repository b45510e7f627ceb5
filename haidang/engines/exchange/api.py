"""The door of the exchange engine."""

from haidang.engines.exchange.adapters.claims.model import Problem
from haidang.engines.exchange.checking import Checked, CheckedDossier, check
from haidang.engines.exchange.faults import words_of
from haidang.engines.exchange.folder import sweep as sweep_folder
from haidang.engines.exchange.folder import watched as watched_folder
from haidang.engines.exchange.inbox import (
    Receipt,
    limit_of,
    limits,
    name_of,
    read_file,
    read_limited,
    receive,
    receive_many,
)
from haidang.engines.exchange.pipeline import process, process_pending
from haidang.engines.exchange.pool import see_through, work_off
from haidang.engines.exchange.queue import backlog
from haidang.engines.exchange.replays import replay
from haidang.engines.exchange.reports import (
    COUNTED,
    GROUPED,
    Dossier,
    Filters,
    Group,
    Message,
    Report,
    count,
    count_states,
    dead_letters,
    dossier,
    dossiers_with,
    groups,
    messages,
    messages_with,
    raw,
    report,
    senders_of,
    states,
    telling_of,
    tellings,
)
from haidang.engines.exchange.sending import export_visit
from haidang.engines.exchange.signatures import Told as SignatureTold
from haidang.engines.exchange.signatures import check_waiting as check_signatures

__all__ = [
    "COUNTED",
    "GROUPED",
    "Checked",
    "CheckedDossier",
    "Dossier",
    "Filters",
    "Group",
    "Message",
    "Problem",
    "Receipt",
    "Report",
    "SignatureTold",
    "backlog",
    "check",
    "check_signatures",
    "count",
    "count_states",
    "dead_letters",
    "dossier",
    "dossiers_with",
    "export_visit",
    "groups",
    "limit_of",
    "limits",
    "messages",
    "messages_with",
    "name_of",
    "process",
    "process_pending",
    "raw",
    "read_file",
    "read_limited",
    "receive",
    "receive_many",
    "replay",
    "report",
    "see_through",
    "senders_of",
    "states",
    "sweep_folder",
    "telling_of",
    "tellings",
    "watched_folder",
    "work_off",
    "words_of",
]
