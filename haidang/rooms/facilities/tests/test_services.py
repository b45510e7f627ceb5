"""Who may change what in the list of facilities, and what the ledger says of it."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.kernel import errors
from haidang.rooms.facilities import services
from haidang.rooms.facilities.tests.conftest import CLINIC, STATION, UNIT

NEW = {"name": "Trạm y tế mới", "kind": "commune-station", "commune": UNIT}


def _saved():
    return list(ledger.events(names=["places.facility.saved"]))


def test_the_citys_keeper_adds_a_facility(keeper):
    by = access.actor_of(keeper)

    services.add_facility(by=by, code="31Z03", **NEW)

    assert places.facility("31Z03").name == "Trạm y tế mới"
    assert (_saved()[-1].by_ref, _saved()[-1].facts["code"]) == (by.ref, "31Z03")


def test_other_systems_read_the_facility_as_an_organization(keeper):
    saved = services.add_facility(by=access.actor_of(keeper), code="31Z03", **NEW)

    organization = records.get(saved.organization_ref).resource
    assert organization["identifier"][0]["value"] == "31Z03"
    assert organization["name"] == "Trạm y tế mới"


def test_a_clinics_keeper_adds_none(clinic_keeper):
    before = len(_saved())

    with pytest.raises(errors.NotAllowed) as refused:
        services.add_facility(by=access.actor_of(clinic_keeper), code="31Z03", **NEW)

    assert refused.value.code == "facilities.city_only"
    assert len(_saved()) == before


def test_a_code_is_given_once(keeper):
    with pytest.raises(errors.Conflict):
        services.add_facility(by=access.actor_of(keeper), code=CLINIC, **NEW)

    assert places.facility(CLINIC).kind == "polyclinic"


@pytest.mark.parametrize(("code", "allowed"), [(CLINIC, True), (STATION, False)])
def test_a_clinics_keeper_changes_the_own_facility_alone(clinic_keeper, code, allowed):
    by = access.actor_of(clinic_keeper)

    if allowed:
        services.save_facility(code, by=by, **NEW)
    else:
        with pytest.raises(errors.NotAllowed):
            services.save_facility(code, by=by, **NEW)

    assert (places.facility(code).name == NEW["name"]) is allowed


def test_a_nurse_changes_nothing(nurse):
    by = access.actor_of(nurse)

    for change in (
        lambda: services.save_facility(STATION, by=by, **NEW),
        lambda: services.save_department(STATION, by=by, code="K01", name="Khoa"),
        lambda: services.add_facility(by=by, code="31Z03", **NEW),
    ):
        with pytest.raises(errors.NotAllowed):
            change()

    assert places.departments(STATION) == []


def test_a_department_takes_its_name_from_the_national_list(clinic_keeper, monkeypatch):
    listed = type("Listed", (), {"display": "Khoa Khám bệnh"})
    monkeypatch.setattr(services.terminology, "lookup", lambda system, code: listed)

    saved = services.save_department(CLINIC, by=access.actor_of(clinic_keeper), code="K01")

    assert saved.name == "Khoa Khám bệnh"
    assert ledger.events(names=["places.department.saved"])[-1].org == CLINIC


def test_a_department_nobody_can_name_is_refused(clinic_keeper):
    with pytest.raises(errors.Incorrect):
        services.save_department(CLINIC, by=access.actor_of(clinic_keeper), code="K99")
