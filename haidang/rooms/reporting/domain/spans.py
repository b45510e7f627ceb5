"""Periods of reports: which there are, where one is cut, and what DHIS2 calls it."""

import re
from datetime import date

from haidang.kernel import errors

_ = str  # marks sentences that whoever shows them translates

#: Kinds of period and their length in months.
PERIODS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
#: Years that a report can be of; what lies outside is a slip of the pen.
_YEARS = range(2000, 2101)
_LABEL = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?")


def label_of(kind, day):
    """The label of the period of that kind in which a day lies: `2026-11`, `2026-Q4`, `2026-H2`, `2026`."""
    return {
        "month": f"{day.year}-{day.month:02}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "half": f"{day.year}-H{(day.month + 5) // 6}",
        "year": str(day.year),
    }[kind]


def span(kind, label, cut="calendar"):
    """First day of a period, and the day after its last.

    cut       `calendar`, or `day15`: from the 15th of the month before to the 14th of its last
              month

    Raises    Incorrect `reporting.period_wrong`
    Source    NĐ 09/2019/NĐ-CP, Điều 12 (day15); statistics of health keep the calendar
    """
    found = _LABEL.fullmatch(label or "")
    if not found or _kind(found) != kind or int(found[1]) not in _YEARS:
        raise errors.Incorrect(
            "reporting.period_wrong", _("Kỳ báo cáo không đúng loại kỳ của biểu này.")
        )
    months = PERIODS[kind]
    part = int(found[2] or found[3] or found[4] or 1)
    first = int(found[1]) * 12 + (part - 1) * months
    if cut == "day15":
        return _month(first - 1, 15), _month(first + months - 1, 15)
    return _month(first), _month(first + months)


def _kind(found):
    return next(
        (k for k, n in (("month", 2), ("quarter", 3), ("half", 4)) if found[n]),
        "year",
    )


def _month(number, day=1):
    return date(number // 12, number % 12 + 1, day)


def dhis2_period(label):
    """A period in DHIS2's syntax: `202611`, `2026Q4`, `2026S2`, `2026`.

    A period that is cut on the 15th has no syntax of its own there and goes by the same name; the
    data set says how it is cut.
    """
    return label.replace("-H", "S").replace("-Q", "Q").replace("-", "")
