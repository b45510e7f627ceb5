"""Periods of figures: a month, a quarter, a half year, a year; half-open."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from haidang.kernel import errors

_FORM = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])|H([12])))?")


@dataclass(frozen=True, order=True)
class Period:
    """A span of days (kỳ báo cáo).

    start, end    first day, and the day after the last
    """

    start: date
    end: date

    @property
    def label(self):
        """`2026-03`, `2026-Q1`, `2026-H2`, `2026`, or both days."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        year, month = self.start.year, self.start.month
        if self.start.day == self.end.day == 1:
            if months == 1:
                return f"{year}-{month:02}"
            if months == 3 and month % 3 == 1:
                return f"{year}-Q{month // 3 + 1}"
            if months == 6 and month in (1, 7):
                return f"{year}-H{month // 6 + 1}"
            if months == 12 and month == 1:
                return str(year)
        return f"{self.start}/{self.end}"

    @property
    def is_month(self):
        return self.start.day == 1 and self.end == _plus(self.start, 1)

    @property
    def is_quarter(self):
        return (
            self.start.day == 1 and self.start.month % 3 == 1 and self.end == _plus(self.start, 3)
        )

    def months(self):
        """The whole months of it, in their order."""
        found, start = [], self.start
        while _plus(start, 1) <= self.end:
            found.append(Period(start, _plus(start, 1)))
            start = _plus(start, 1)
        return found

    def quarter(self):
        """The quarter that its first day lies in."""
        start = self.start.replace(month=(self.start.month - 1) // 3 * 3 + 1, day=1)
        return Period(start, _plus(start, 3))

    def before(self):
        """The period of the same length right before."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return Period(_plus(self.start, -months), self.start)

    def a_year_ago(self):
        return Period(_plus(self.start, -12), _plus(self.end, -12))


def parse(text):
    """The period of `2026`, `2026-H1`, `2026-Q3` or `2026-03`.

    Raises    Incorrect `analytics.period_unreadable`
    """
    found = _FORM.fullmatch(text or "")
    if not found or not 1900 < int(found[1]) < 2200 or (found[2] and not 1 <= int(found[2]) <= 12):
        raise errors.Incorrect(
            "analytics.period_unreadable",
            _("Kỳ phải có dạng 2026, 2026-H1, 2026-Q3 hoặc 2026-03."),
            given=str(text)[:20],
        )
    year = int(found[1])
    if found[2]:
        first, months = int(found[2]), 1
    elif found[3]:
        first, months = 3 * int(found[3]) - 2, 3
    elif found[4]:
        first, months = 6 * int(found[4]) - 5, 6
    else:
        first, months = 1, 12
    start = date(year, first, 1)
    return Period(start, _plus(start, months))


def _plus(day, months):
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, day.day)
