"""Reads of the room: what an applicant, an officer and everybody may see."""

from haidang.rooms.procedures.selectors.applicant import (
    answering,
    dossier,
    dossiers_of,
    known_of,
    own_file,
    procedure,
    sectors,
)
from haidang.rooms.procedures.selectors.everybody import checked, report_of
from haidang.rooms.procedures.selectors.officer import (
    EMPTY,
    case_page,
    catalogue_page,
    file_of_case,
    preview,
    versions_of,
    work,
)
from haidang.rooms.procedures.selectors.own import mine

__all__ = [
    "EMPTY",
    "answering",
    "case_page",
    "catalogue_page",
    "checked",
    "dossier",
    "dossiers_of",
    "file_of_case",
    "known_of",
    "mine",
    "own_file",
    "preview",
    "procedure",
    "report_of",
    "sectors",
    "versions_of",
    "work",
]
