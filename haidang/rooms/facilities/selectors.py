"""What the room's pages show; always told who asks."""

from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import dates

PAGE = 25
MOST_ACCOUNTS = 1000
HISTORY = 60
LABELS = {
    "name": gettext_lazy("Tên"),
    "kind": gettext_lazy("Loại cơ sở"),
    "level": gettext_lazy("Cấp chuyên môn"),
    "commune": gettext_lazy("Xã, phường"),
    "address": gettext_lazy("Địa chỉ"),
    "phone": gettext_lazy("Điện thoại"),
    "active": gettext_lazy("Hoạt động"),
    "closed_on": gettext_lazy("Ngày đóng cửa"),
    "successor": gettext_lazy("Cơ sở tiếp nhận"),
    "synthetic": gettext_lazy("Dữ liệu mô phỏng"),
}


@dataclass(frozen=True)
class Line:
    """One facility in the list."""

    code: str
    name: str
    kind: str
    level: str
    commune: str
    active: bool


@dataclass(frozen=True)
class List:
    """One page of the list; `total` counts all that fit the filters."""

    lines: list[Line]
    total: int
    number: int

    @property
    def has_next(self):
        """Whether another page follows."""
        return self.number * PAGE < self.total


@dataclass(frozen=True)
class Past:
    """One change: when, who, and (what, before, after) for each thing that changed.

    Departments that one person added one after the other are told together, by `names`.
    """

    at: object
    by_name: str
    title: str
    steps: list[tuple] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Everything on the page of one facility."""

    facility: places.Facility
    facts: list[tuple]
    departments: list[places.Department]
    past: list[Past]
    accounts: int | None
    successor: places.Facility | None
    may_save: bool
    may_save_department: bool


def facilities(*, by, query="", kind="", commune="", active=None, number=1):
    """Return one page of facilities that fit, by name."""
    access.require(by, "facilities.see_facilities")
    found = places.facilities(kind, query=query, commune=commune, active=active)
    first = (number - 1) * PAGE
    return List([_line(one) for one in found[first : first + PAGE]], len(found), number)


def _line(facility):
    unit = places.find_unit(facility.commune)
    return Line(
        facility.code,
        facility.name,
        facility.kind_name,
        facility.level_name,
        unit.full_name if unit else "",
        facility.active,
    )


def facility(code, *, by):
    """Return the page of one facility.

    Raises    NotFound `places.facility_unknown`
    """
    access.require(by, "facilities.see_facilities")
    found = places.facility(code)
    return Page(
        facility=found,
        facts=_facts(found),
        departments=places.departments(code),
        past=list(_pasts(places.history(code, limit=HISTORY))),
        accounts=_accounts(by, code),
        successor=places.find_facilities([found.successor]).get(found.successor),
        may_save=access.may(by, "facilities.save_facility", org=code),
        may_save_department=access.may(by, "facilities.save_department", org=code),
    )


def _facts(facility):
    return [
        (_("Mã cơ sở"), facility.code),
        (LABELS["kind"], facility.kind_name),
        (LABELS["level"], facility.level_name),
        (LABELS["commune"], places.address(facility.commune)),
        (LABELS["address"], facility.address),
        (LABELS["phone"], facility.phone),
    ]


def _accounts(by, code):
    """How many accounts work here, for those who keep accounts; None for everybody else."""
    if not access.may(by, "accounts.see_accounts", org=code):
        return None
    return len(access.find_accounts(by, org=code, active=True, limit=MOST_ACCOUNTS))


def _pasts(changes):
    """The changes as the page tells them, newest first."""
    for (added, by_name), group in groupby(changes, key=lambda one: (_adds(one), one.by_name)):
        found = list(group)
        if added:
            yield _added(found, by_name)
        else:
            yield from (Past(one.at, by_name, _title(one), _steps(one)) for one in found)


def _adds(change):
    """Whether the change brought a department into the list."""
    return bool(change.department) and change.is_first


def _added(changes, by_name):
    count = len(changes)
    title = ngettext("Thêm %(count)s khoa, phòng", "Thêm %(count)s khoa, phòng", count)
    names = [change.changes["name"][1] for change in reversed(changes)]
    return Past(changes[0].at, by_name, title % {"count": count}, names=names)


def _title(change):
    if change.department:
        return _("Sửa khoa %(code)s") % {"code": change.department}
    return _("Đưa vào danh mục") if change.is_first else _("Sửa thông tin")


def _steps(change):
    """(what, before, after); a facility that is new has no before worth telling."""
    if change.is_first:
        return []
    return [
        (LABELS[name], _shown(name, before), _shown(name, after))
        for name, (before, after) in change.changes.items()
        if name in LABELS
    ]


def _shown(name, value):
    """A kept value in the words of the page."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if not value:
        return ""
    match name:
        case "kind":
            return places.FACILITY_KINDS.get(value, value)
        case "level":
            return places.FACILITY_LEVELS.get(value, value)
        case "commune":
            unit = places.find_unit(value)
            return unit.full_name if unit else value
        case "closed_on":
            return dates.show(value)
    return value


def communes():
    """The city's units as (code, full name), by name, for a choice."""
    return [(unit.code, unit.full_name) for unit in places.communes()]
