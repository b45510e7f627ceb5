"""Reads of the room: forms, reports, figures for cells, who has reported what."""

from haidang.rooms.reporting import domain
from haidang.rooms.reporting.selectors.catalogue import (
    cell_name,
    circulars,
    column_name,
    dhis2,
    form,
    forms,
    heads,
    successor,
)
from haidang.rooms.reporting.selectors.figures import Figures, key_of
from haidang.rooms.reporting.selectors.overview import (
    locked_of,
    matrix,
    obligations,
    periods,
)
from haidang.rooms.reporting.selectors.reports import (
    find,
    form_of,
    is_desk,
    own,
    page,
    same_cell_before,
    sees_many,
    sources_of,
    units_of,
)

DEPARTMENT = domain.DEPARTMENT

__all__ = [
    "DEPARTMENT",
    "Figures",
    "cell_name",
    "circulars",
    "column_name",
    "dhis2",
    "find",
    "form",
    "form_of",
    "forms",
    "heads",
    "is_desk",
    "key_of",
    "locked_of",
    "matrix",
    "obligations",
    "own",
    "page",
    "periods",
    "same_cell_before",
    "sees_many",
    "sources_of",
    "successor",
    "units_of",
]
