"""What a form is, how a report goes, and what its cells come to; plain rules."""

from haidang.rooms.reporting.domain.checks import Fault, faults_of
from haidang.rooms.reporting.domain.forms import (
    LEVELS,
    REMIND,
    Cell,
    Circular,
    Column,
    Form,
    Row,
    read,
)
from haidang.rooms.reporting.domain.spans import PERIODS, dhis2_period, label_of, span
from haidang.rooms.reporting.domain.states import (
    DEPARTMENT,
    EDITABLE,
    LABELS,
    check_four_eyes,
    check_reason,
    move,
)
from haidang.rooms.reporting.domain.values import Given, Result, evaluate, exact, number

__all__ = [
    "DEPARTMENT",
    "EDITABLE",
    "LABELS",
    "LEVELS",
    "PERIODS",
    "REMIND",
    "Cell",
    "Circular",
    "Column",
    "Fault",
    "Form",
    "Given",
    "Result",
    "Row",
    "check_four_eyes",
    "check_reason",
    "dhis2_period",
    "evaluate",
    "exact",
    "faults_of",
    "label_of",
    "move",
    "number",
    "read",
    "span",
]
