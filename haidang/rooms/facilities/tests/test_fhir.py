"""A facility goes into an Organization and comes back the same."""

from dataclasses import asdict

import pytest

from haidang.engines.places import api as places
from haidang.kernel import systems
from haidang.rooms.facilities import fhir

FULL = places.Facility(
    code="31Z01",
    name="Trạm y tế Cát Hải",
    kind="commune-station",
    level="primary",
    commune="11914",
    active=True,
    organization_ref="Organization/abc",
    address="Số 1",
    phone="0225",
    synthetic=True,
)
BARE = places.Facility("31Z02", "Phòng khám", "clinic", "", "", False, "Organization/b")


@pytest.mark.parametrize("facility", [FULL, BARE], ids=["full", "bare"])
def test_what_goes_in_comes_out(facility):
    back = fhir.from_fhir(fhir.to_fhir(facility))

    kept = {k: v for k, v in asdict(facility).items() if k in back}
    assert back == kept


def test_the_organization_is_found_by_its_insurance_code():
    made = fhir.to_fhir(FULL)

    assert made["id"] == "abc"
    assert made["identifier"] == [{"system": systems.FACILITY, "value": "31Z01"}]
    assert "telecom" not in fhir.to_fhir(BARE)
