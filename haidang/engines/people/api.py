"""The door of the people engine."""

from haidang.engines.people.candidate import Candidate
from haidang.engines.people.families import (
    Guard,
    Home,
    Member,
    end_guardian,
    family_of,
    guardians,
    household,
    household_of,
    save_household,
    set_guardian,
)
from haidang.engines.people.finding import PersonHit, find
from haidang.engines.people.matching import Evidence, Match
from haidang.engines.people.merging import (
    Merged,
    Plan,
    gather,
    hold,
    merge,
    merge_of,
    merges,
    preview_merge,
    preview_unmerge,
    standing_merge_of,
    unmerge,
)
from haidang.engines.people.patient import candidate_of, resource_of
from haidang.engines.people.persons import Completeness, Person, person, persons
from haidang.engines.people.resolving import Resolution, claim, resolve, resolve_many
from haidang.engines.people.retiring import retire, revive, revive_filled
from haidang.engines.people.reviews import (
    Pair,
    count_open,
    duplicate,
    duplicates,
    duplicates_of,
    mark_different,
)
from haidang.engines.people.saving import catch_up, follow, reindex, save_patient
from haidang.engines.people.seeking import Sought, match

__all__ = [
    "Candidate",
    "Completeness",
    "Evidence",
    "Guard",
    "Home",
    "Match",
    "Member",
    "Merged",
    "Pair",
    "Person",
    "PersonHit",
    "Plan",
    "Resolution",
    "Sought",
    "candidate_of",
    "claim",
    "catch_up",
    "count_open",
    "duplicate",
    "duplicates",
    "duplicates_of",
    "end_guardian",
    "family_of",
    "find",
    "follow",
    "gather",
    "guardians",
    "household",
    "household_of",
    "mark_different",
    "match",
    "hold",
    "merge",
    "merge_of",
    "merges",
    "person",
    "persons",
    "preview_merge",
    "preview_unmerge",
    "reindex",
    "resolve",
    "resolve_many",
    "resource_of",
    "retire",
    "revive",
    "revive_filled",
    "save_household",
    "save_patient",
    "set_guardian",
    "standing_merge_of",
    "unmerge",
]
