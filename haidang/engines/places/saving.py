"""Facilities and departments: writing, with the change and who made it kept beside the row."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.places import facilities, models, units
from haidang.kernel import errors, ids, text

CODE = re.compile(r"[0-9]{2}[0-9A-Z]{3}")


def save_facility(code, *, name, kind, by, level="", commune="", address="", phone="",
                  active=True, closed_on=None, successor="", synthetic=False):  # fmt: skip
    """Create or change a facility (cơ sở y tế) and return it; the same again changes nothing.

    code       MA_CSKCB: two digits of the province and three digits or letters
    commune    code of one of today's units, or empty
    closed_on  the day it stopped working; it is then no longer active
    successor  code of the facility that took over its work

    Raises    Incorrect `places.facility_code_shape`, `places.facility_kind_unknown`,
              `places.facility_level_unknown`, `places.facility_name_missing`;
              NotFound `places.unit_unknown`, `places.facility_unknown` (its successor);
              RuleBroken `places.facility_own_successor`, `places.unit_former` (facts: successors)
    Records   event `places.facility.saved` (facts: code, changed)
    """
    values = {
        "name": text.tidy(name or ""),
        "kind": kind,
        "level": level,
        "commune": commune,
        "address": text.tidy(address),
        "phone": phone.strip(),
        "active": active and closed_on is None,
        "closed_on": closed_on,
        "successor": successor,
        "synthetic": synthetic,
    }
    _check(code, values)
    with transaction.atomic():
        row = models.Facility.objects.select_for_update().filter(code=code).first()
        row = row or models.Facility(code=code, organization_ref=organization_ref(code))
        changes = _apply(row, values)
        if changes:
            row.search = text.fold(f"{code} {row.name}")
            row.save()
            _note(row, changes, by=by)
            facts = {"code": code, "changed": sorted(changes)}
            ledger.record(
                "places.facility.saved", by=by, org=code, record=row.organization_ref, facts=facts
            )
    return facilities.describe(row)


def organization_ref(code):
    """The FHIR Organization that stands for a facility, whether it is registered yet or not."""
    return f"Organization/{ids.stable_id('facility', code)}"


def save_department(facility_code, code, *, name, by, active=True):
    """Create or change a department (khoa) of a facility and return it.

    Raises    NotFound `places.facility_unknown`; Incorrect `places.department_code_missing`
    Records   event `places.department.saved` (facts: facility, code, changed)
    """
    values = {"name": text.tidy(name), "active": active}
    if not code or not values["name"]:
        raise errors.Incorrect("places.department_code_missing", _("Nhập cả mã khoa và tên khoa."))
    with transaction.atomic():
        facility = facilities.row_of(facility_code)
        row = facility.departments.select_for_update().filter(code=code).first()
        row = row or models.Department(facility=facility, code=code)
        changes = _apply(row, values)
        if changes:
            row.save()
            _note(facility, changes, by=by, department=code)
            facts = {"facility": facility_code, "code": code, "changed": sorted(changes)}
            ledger.record("places.department.saved", by=by, org=facility_code, facts=facts)
    return facilities.Department(row.code, row.name, row.active)


def _check(code, values):
    if not CODE.fullmatch(code or ""):
        raise errors.Incorrect(
            "places.facility_code_shape",
            _("Mã cơ sở gồm 5 ký tự: hai chữ số mã tỉnh và ba chữ số hoặc chữ cái in hoa."),
        )
    if not values["name"]:
        raise errors.Incorrect("places.facility_name_missing", _("Nhập tên cơ sở."))
    if values["kind"] not in facilities.KINDS:
        raise errors.Incorrect(
            "places.facility_kind_unknown", _("Chọn loại cơ sở trong danh sách.")
        )
    if values["level"] and values["level"] not in facilities.LEVELS:
        raise errors.Incorrect(
            "places.facility_level_unknown", _("Chọn cấp chuyên môn trong danh sách.")
        )
    _check_neighbours(code, values)


def _check_neighbours(code, values):
    if values["commune"]:
        _check_of_today(units.unit(values["commune"]))
    if values["successor"] == code:
        raise errors.RuleBroken(
            "places.facility_own_successor", _("Cơ sở tiếp nhận phải khác cơ sở đã đóng cửa.")
        )
    if values["successor"]:
        facilities.row_of(values["successor"])


def _check_of_today(unit):
    if unit.is_former:
        names = ", ".join(units.unit(code).full_name for code in unit.successors)
        raise errors.RuleBroken(
            "places.unit_former",
            _("Đơn vị này không còn từ 01/7/2025; hãy chọn đơn vị hiện nay: %(names)s.")
            % {"names": names},
            unit=unit.code,
            successors=list(unit.successors),
        )


def _apply(row, values):
    """Set what differs on the row; return {field: [before, after]} as JSON can hold it."""
    changes = {}
    for field, value in values.items():
        before = None if row.pk is None else getattr(row, field)
        if row.pk is None or before != value:
            changes[field] = [_plain(before), _plain(value)]
            setattr(row, field, value)
    return changes


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value


def _note(facility, changes, *, by, department=""):
    models.Change.objects.create(
        facility=facility, department=department, by_ref=by.ref, by_name=by.name, changes=changes
    )
