"""Writes of the room: one function for each thing that an applicant or an officer does."""

from haidang.rooms.procedures.services.authorising import (
    authorise,
    confirm_representative,
    represent,
    revoke,
)
from haidang.rooms.procedures.services.counter import (
    attach_scan,
    bring_paper_up_to_date,
    find_or_make_person,
    keep_paper_answers,
    receive_paper,
    send_paper,
    supply_at_desk,
)
from haidang.rooms.procedures.services.deciding import (
    apologise,
    apologise_for_late,
    decide,
    paid,
    signed,
)
from haidang.rooms.procedures.services.dossiers import (
    attach,
    begin,
    bring_up_to_date,
    choose_return,
    rate,
    save_answers,
    submit,
    supply,
    withdraw,
)
from haidang.rooms.procedures.services.publishing import load_files, publish
from haidang.rooms.procedures.services.registers import expire, revoke_result, warn_of_ends
from haidang.rooms.procedures.services.slips import sign_slips, slip_signed

__all__ = [
    "apologise",
    "apologise_for_late",
    "attach",
    "attach_scan",
    "authorise",
    "begin",
    "bring_paper_up_to_date",
    "bring_up_to_date",
    "choose_return",
    "confirm_representative",
    "decide",
    "expire",
    "find_or_make_person",
    "keep_paper_answers",
    "load_files",
    "paid",
    "publish",
    "rate",
    "receive_paper",
    "represent",
    "revoke",
    "revoke_result",
    "save_answers",
    "send_paper",
    "sign_slips",
    "signed",
    "slip_signed",
    "submit",
    "supply",
    "supply_at_desk",
    "warn_of_ends",
    "withdraw",
]
