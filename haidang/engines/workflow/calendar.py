"""Working days and office hours (ngày làm việc, giờ hành chính), and the clocks that count them.

Rules are data (`data/holidays.toml`); declared days of the table win over them. A holiday on a
weekend moves to the next working day. A term does not count its first day; one that ends on a day
off ends at the end of the next working day.
Source: Bộ luật Lao động 45/2019/QH14, Điều 111 and 112; Bộ luật Dân sự 91/2015/QH13, Điều 147, 148
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.engines.workflow import lunar
from haidang.kernel import dates, errors

_FILE = Path(__file__).parent / "data" / "holidays.toml"
WORKING_DAYS, DAYS, HOURS = "working_day", "day", "hour"
UNITS = (WORKING_DAYS, DAYS, HOURS)
_LONGEST = 3660


@dataclass(frozen=True)
class Term:
    """How long something may take: 20 working days, 30 calendar days, 8 office hours."""

    amount: int
    unit: str = WORKING_DAYS

    def __post_init__(self):
        if self.unit not in UNITS or not 0 < self.amount <= _LONGEST:
            raise errors.Incorrect(
                "workflow.term_wrong", _("Thời hạn phải là một số ngày hoặc giờ hợp lý.")
            )


@cache
def _rules():
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def _hours():
    return [tuple(time.fromisoformat(t) for t in pair) for pair in _rules()["office_hours"]]


@lru_cache(maxsize=128)
def holidays(year):
    """The holidays of a year by rule: {day: name}, those moved off a weekend among them."""
    found = {}
    for rule in _rules()["holiday"]:
        middle = _day_of(rule, year)
        for offset in range(-rule.get("days_before", 0), rule.get("days_after", 0) + 1):
            found[middle + timedelta(days=offset)] = rule["name"]
    for day, name in sorted(found.items()):
        if day.weekday() >= 5:
            _move(found, day, name)
    return found


def _day_of(rule, year):
    if "solar" in rule:
        return date.fromisoformat(f"{year}-{rule['solar']}")
    month, day = map(int, rule["lunar"].split("-"))
    return lunar.solar(year, month, day)


def _move(found, day, name):
    free = day
    while free.weekday() >= 5 or free in found:
        free += timedelta(days=1)
    found[free] = name


@dataclass(frozen=True)
class Calendar:
    """The calendar with what was declared: {day: True} works, {day: False} is off."""

    declared: Mapping[date, bool] = field(default_factory=dict)

    def works(self, day):
        """Whether a day is a working day."""
        if day in self.declared:
            return self.declared[day]
        return day.weekday() < 5 and day not in holidays(day.year)

    def next_working(self, day):
        """The first working day on or after a day."""
        for offset in range(_LONGEST):
            found = day + timedelta(days=offset)
            if self.works(found):
                return found
        raise errors.RuleBroken("workflow.no_working_day", _("Lịch làm việc không còn ngày nào."))

    def due(self, started_at, term):
        """The moment at which a term that starts at `started_at` ends."""
        local = started_at.astimezone(dates.HANOI)
        if term.unit == HOURS:
            return self.after(local, timedelta(hours=term.amount))
        if term.unit == DAYS:
            last = self.next_working(local.date() + timedelta(days=term.amount))
        else:
            last = self._after_working_days(local.date(), term.amount)
        return datetime.combine(last, _hours()[-1][1], tzinfo=dates.HANOI)

    def _after_working_days(self, day, amount):
        while amount:
            day = self.next_working(day + timedelta(days=1))
            amount -= 1
        return day

    def after(self, moment, left):
        """The moment at which so much office time, a timedelta, has passed."""
        moment = moment.astimezone(dates.HANOI)
        day = moment.date()
        while True:
            for start, end in self._spans(day):
                begin = max(start, moment)
                if begin < end:
                    if end - begin >= left:
                        return begin + left
                    left -= end - begin
            day = self.next_working(day + timedelta(days=1))

    def _spans(self, day):
        if not self.works(day):
            return []
        return [
            (
                datetime.combine(day, start, tzinfo=dates.HANOI),
                datetime.combine(day, end, tzinfo=dates.HANOI),
            )
            for start, end in _hours()
        ]

    def worked(self, since, until):
        """Office time between two moments, as a timedelta; zero when `until` is not later."""
        since, until = since.astimezone(dates.HANOI), until.astimezone(dates.HANOI)
        total, day = timedelta(), since.date()
        while day <= until.date():
            for start, end in self._spans(day):
                begin, stop = max(start, since), min(end, until)
                total += max(stop - begin, timedelta())
            day += timedelta(days=1)
        return total

    def days_left(self, now, due_at):
        """Working days between two days: 0 on the last one, below zero when it is past."""
        today, last = (moment.astimezone(dates.HANOI).date() for moment in (now, due_at))
        first, end = sorted((today, last))
        count = sum(self.works(first + timedelta(days=n)) for n in range(1, (end - first).days + 1))
        return count if last >= today else -count

    def handed_over_at(self, received_at):
        """When a dossier reaches the specialised unit: the same day, after 15:00 the next one.

        Source: NĐ 309/2026/NĐ-CP, Điều 18
        """
        local = received_at.astimezone(dates.HANOI)
        until = time.fromisoformat(_rules()["handover_until"])
        if not self.works(local.date()):
            after = self.next_working(local.date())
        elif local.time() <= until:
            return local
        else:
            after = self.next_working(local.date() + timedelta(days=1))
        return datetime.combine(after, _hours()[0][0], tzinfo=dates.HANOI)
