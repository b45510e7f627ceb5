"""Reads of the room: what an applicant, an officer and everybody may see."""

from haidang.rooms.procedures.selectors.acting import about as authorisations
from haidang.rooms.procedures.selectors.acting import (
    evidence,
    standing,
    waiting_representatives,
)
from haidang.rooms.procedures.selectors.applicant import (
    answering,
    dossier,
    dossiers_of,
    known_of,
    own_file,
    procedure,
    procedure_choices,
    sectors,
)
from haidang.rooms.procedures.selectors.desk import (
    answering_paper,
    book,
    channels_of_month,
    counter,
    find_people,
    known_at_desk,
    of_clerk,
    paper_dossier,
    person_at_desk,
)
from haidang.rooms.procedures.selectors.everybody import checked, report_of
from haidang.rooms.procedures.selectors.guidance import to_check, verdict
from haidang.rooms.procedures.selectors.officer import (
    case_page,
    catalogue_page,
    file_of_case,
    in_charge,
    in_reach,
    preview_of_case,
    sheet_of_case,
    slip_of_case,
    work,
)
from haidang.rooms.procedures.selectors.own import mine
from haidang.rooms.procedures.selectors.registers import choices as register_choices
from haidang.rooms.procedures.selectors.registers import entry_page
from haidang.rooms.procedures.selectors.registers import search as search_register
from haidang.rooms.procedures.selectors.slips import book_paper, followed, slip_file
from haidang.rooms.procedures.selectors.store import page as data_store
from haidang.rooms.procedures.selectors.store import stored_file

__all__ = [
    "answering",
    "answering_paper",
    "authorisations",
    "book",
    "book_paper",
    "case_page",
    "catalogue_page",
    "channels_of_month",
    "checked",
    "counter",
    "data_store",
    "dossier",
    "dossiers_of",
    "entry_page",
    "evidence",
    "file_of_case",
    "find_people",
    "followed",
    "in_charge",
    "in_reach",
    "known_at_desk",
    "known_of",
    "mine",
    "of_clerk",
    "own_file",
    "paper_dossier",
    "person_at_desk",
    "preview_of_case",
    "procedure",
    "procedure_choices",
    "register_choices",
    "report_of",
    "search_register",
    "sectors",
    "sheet_of_case",
    "slip_file",
    "slip_of_case",
    "standing",
    "stored_file",
    "to_check",
    "verdict",
    "waiting_representatives",
    "work",
]
