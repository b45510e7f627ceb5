"""What a facility was called and where it stood on an earlier day."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from haidang.engines.places import facilities
from haidang.kernel import dates


@dataclass(frozen=True)
class Change:
    """One saved change; `changes` is {field: (before, after)}, `department` its code or empty."""

    at: datetime
    by_name: str
    department: str
    changes: dict

    @property
    def is_first(self):
        """Whether this is how the facility or the department came into the list."""
        return all(before is None for before, _ in self.changes.values())


def history(code, *, limit=None):
    """The changes of a facility and its departments, newest first.

    Raises    NotFound `places.facility_unknown`
    """
    rows = facilities.row_of(code).changes.order_by("-at", "-id")[:limit]
    return [_change(row) for row in rows]


def facility_on(code, day):
    """The facility as it was at the end of `day`: later changes are taken back.

    A day before the first entry gives the earliest state we know.

    Raises    NotFound `places.facility_unknown`
    """
    row = facilities.row_of(code)
    found = facilities.describe(row)
    later = row.changes.filter(department="", at__date__gt=day).order_by("-at", "-id")
    for change in map(_change, later):
        if not change.is_first:
            found = replace(found, **_before(change))
    return found


def _change(row):
    changes = {field: tuple(pair) for field, pair in row.changes.items()}
    return Change(row.at.astimezone(dates.HANOI), row.by_name, row.department, changes)


def _before(change):
    values = {field: before for field, (before, _) in change.changes.items()}
    if values.get("closed_on"):
        values["closed_on"] = date.fromisoformat(values["closed_on"])
    return values
