"""What a keeper of the list does: one function per thing."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors, systems
from haidang.rooms.facilities import fhir


@transaction.atomic
def add_facility(*, by, code, **values):
    """Enter a new facility into the list (thêm cơ sở y tế) and return it.

    values    as `places.save_facility`

    Raises    NotAllowed `facilities.city_only`; Conflict `facilities.code_taken`; and as
              `places.save_facility`
    Records   event `places.facility.saved`
    """
    access.require(by, "facilities.save_facility")
    if not access.is_city_wide(by):
        raise errors.NotAllowed(
            "facilities.city_only",
            _("Cơ sở mới do quản trị viên của thành phố thêm. Hãy liên hệ Sở Y tế."),
        )
    if places.find_facilities([code]):
        raise errors.Conflict(
            "facilities.code_taken", _("Mã này đã có trong danh mục; hãy mở cơ sở đó để sửa.")
        )
    return _save(code, by=by, **values)


@transaction.atomic
def save_facility(code, *, by, **values):
    """Change a facility (sửa cơ sở y tế) and return it.

    Raises    NotAllowed `access.not_permitted`, also for a facility of somebody else;
              NotFound `places.facility_unknown`; and as `places.save_facility`
    Records   event `places.facility.saved`
    """
    access.require(by, "facilities.save_facility", org=code)
    kept = places.facility(code)
    return _save(code, by=by, **values | {"synthetic": kept.synthetic})


def _save(code, *, by, **values):
    """Write the row by which we find it, and the Organization that other systems read."""
    saved = places.save_facility(code, by=by, **values)
    records.save(fhir.to_fhir(saved), by=by)
    return saved


@transaction.atomic
def save_department(facility, *, by, code, name="", active=True):
    """Add or change a department (khoa, phòng) and return it.

    name      empty for the name that the national list gives the code

    Raises    NotAllowed `access.not_permitted`; and as `places.save_department`
    Records   event `places.department.saved`
    """
    access.require(by, "facilities.save_department", org=facility)
    if not name:
        listed = terminology.lookup(systems.codes("department"), code)
        name = listed.display if listed else ""
    return places.save_department(facility, code, name=name, active=active, by=by)
