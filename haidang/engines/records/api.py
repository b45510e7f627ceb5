"""The door of the records engine.

Everything here works in the caller's transaction, or in one of its own when there is none, and
sees what the caller's reach (`access.reach`) lets it see.
"""

from haidang.engines.records import attachments, bulk, consents, lens, subscriptions, validation
from haidang.engines.records.bundled import readable as bundled
from haidang.engines.records.bundles import bundle, searchset
from haidang.engines.records.conditional import create as create_if_none
from haidang.engines.records.conditional import delete as delete_matching
from haidang.engines.records.conditional import patch as patch_matching
from haidang.engines.records.conditional import read as read_if_changed
from haidang.engines.records.conditional import update as update_matching
from haidang.engines.records.drafts import ANY
from haidang.engines.records.everything import EverythingPage, everything, everything_page
from haidang.engines.records.index.own import mark as parameters_mark
from haidang.engines.records.index.parameters import of_type as parameters
from haidang.engines.records.kinds import NAMES as TYPES
from haidang.engines.records.outcomes import of_entry, of_issues, outcome, saying
from haidang.engines.records.patching import patch
from haidang.engines.records.purge import Purged, purge
from haidang.engines.records.reading import (
    compartment,
    current,
    filled,
    get,
    get_many,
    lock,
    referring,
    refs,
    rid,
    rids,
)
from haidang.engines.records.search.running import Page, count, search, search_types
from haidang.engines.records.search.several import types
from haidang.engines.records.search.showing import Shape
from haidang.engines.records.stored import Stored
from haidang.engines.records.valuesets import stored as stored_value_set
from haidang.engines.records.versions import (
    Change,
    HistoryPage,
    changes,
    history,
    vread,
    vread_many,
)
from haidang.engines.records.writing import delete, save, save_all

__all__ = [
    "ANY",
    "TYPES",
    "Change",
    "EverythingPage",
    "HistoryPage",
    "Page",
    "Purged",
    "Shape",
    "Stored",
    "attachments",
    "bulk",
    "bundle",
    "bundled",
    "changes",
    "compartment",
    "consents",
    "count",
    "create_if_none",
    "current",
    "delete",
    "delete_matching",
    "everything",
    "everything_page",
    "filled",
    "get",
    "get_many",
    "history",
    "lens",
    "lock",
    "of_entry",
    "of_issues",
    "outcome",
    "parameters",
    "parameters_mark",
    "patch",
    "patch_matching",
    "purge",
    "read_if_changed",
    "referring",
    "refs",
    "rid",
    "rids",
    "save",
    "save_all",
    "saying",
    "search",
    "search_types",
    "searchset",
    "stored_value_set",
    "subscriptions",
    "types",
    "update_matching",
    "validation",
    "vread",
    "vread_many",
]
