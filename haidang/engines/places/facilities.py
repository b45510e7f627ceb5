"""Facilities and departments, by the codes that claims and cards carry: reading."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haidang.engines.places import models
from haidang.kernel import errors, text

#: Kinds of facility and how people call them.
KINDS = {
    "general-hospital": _("Bệnh viện đa khoa"),
    "specialised-hospital": _("Bệnh viện chuyên khoa"),
    "health-centre": _("Trung tâm y tế"),
    "polyclinic": _("Phòng khám đa khoa"),
    "clinic": _("Phòng khám"),
    "commune-station": _("Trạm y tế"),
    "maternity-home": _("Nhà hộ sinh"),
    "disease-control-centre": _("Trung tâm kiểm soát bệnh tật"),
    "ambulance": _("Cấp cứu ngoại viện"),
    "laboratory": _("Phòng xét nghiệm"),
    "pharmacy": _("Nhà thuốc"),
    "other": _("Cơ sở khác"),
}

#: Levels of the Law on Medical Examination and Treatment 2023, Article 104.
LEVELS = {
    "primary": _("Cấp ban đầu"),
    "basic": _("Cấp cơ bản"),
    "specialised": _("Cấp chuyên sâu"),
}


@dataclass(frozen=True)
class Facility:
    """One place of care or public health, by its insurance code (cơ sở y tế, MA_CSKCB)."""

    code: str
    name: str
    kind: str
    level: str
    commune: str
    active: bool
    organization_ref: str
    address: str = ""
    phone: str = ""
    synthetic: bool = False
    closed_on: date | None = None
    successor: str = ""

    @property
    def kind_name(self):
        """What people call this kind of facility."""
        return KINDS.get(self.kind, self.kind)

    @property
    def level_name(self):
        """The level of the law, in words."""
        return LEVELS.get(self.level, "")


@dataclass(frozen=True)
class Department:
    """One department of a facility (khoa)."""

    code: str
    name: str
    active: bool


def facility(code):
    """A facility by its code.

    Raises    NotFound `places.facility_unknown` (facts: facility)
    """
    return describe(row_of(code))


def find_facilities(codes):
    """Facilities by code, as a dictionary; unknown codes are absent."""
    return {row.code: describe(row) for row in models.Facility.objects.filter(code__in=codes)}


def facilities(kind=None, *, commune=None, query="", active=None, codes=None):
    """Facilities by name, in the order of their names.

    query     words that must all occur in name or code, marks or not
    codes     only these facilities
    """
    wanted = {"kind": kind, "commune": commune, "active": active, "code__in": codes}
    rows = models.Facility.objects.filter(
        **{k: v for k, v in wanted.items() if v not in (None, "")}
    )
    for word in text.fold(query).split():
        rows = rows.filter(search__contains=word)
    return [describe(row) for row in rows.order_by("search", "code")]


def departments(code):
    """The departments of a facility, by code.

    Raises    NotFound `places.facility_unknown`
    """
    rows = row_of(code).departments.order_by("code")
    return [Department(row.code, row.name, row.active) for row in rows]


def row_of(code):
    """The table row of a facility, for this engine's own use."""
    row = models.Facility.objects.filter(code=code).first()
    if row is None:
        raise errors.NotFound(
            "places.facility_unknown", gettext("Không có cơ sở y tế này."), facility=code
        )
    return row


def describe(row):
    """A table row as the plain value that callers get."""
    return Facility(**{name: getattr(row, name) for name in Facility.__dataclass_fields__})
