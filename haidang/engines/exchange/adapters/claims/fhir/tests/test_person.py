"""The person of a dossier, as the person index takes them in."""

import pytest

from haidang.engines.exchange.adapters.claims.fhir import to_fhir
from haidang.engines.exchange.adapters.claims.fhir.tests import samples
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.kernel import systems


def test_the_candidate_holds_what_people_are_matched_by():
    found = to_fhir.candidate(samples.typical())

    assert (found.name, found.birth_date, found.sex) == ("Nguyễn Văn Mẫu", "1970-01-01", "male")
    assert set(found.identifiers) == {
        (systems.mrn("31T01"), "BN000001"),
        (systems.CITIZEN_ID, "031070000001"),
        (systems.INSURANCE_CARD, "DN4313199000001"),
        (systems.SOCIAL_INSURANCE, "3199000001"),
    }
    assert found.commune == "11413"
    assert found.details["address"][0]["city"] == "Phường Hải An"


@pytest.mark.parametrize("text", ["000000000000", "111111111", "KHONG CO", "0", "x1"])
def test_a_number_that_names_nobody_joins_nobody(text):
    dossier = examples.outpatient(SO_CCCD=text, MA_THE_BHYT="", MA_BN="000")

    assert to_fhir.candidate(dossier).identifiers == ()
    assert any(
        text in str(r) for r in to_fhir.map(dossier, "Patient/p1") if r["resourceType"] == "Claim"
    )


@pytest.mark.parametrize(
    ("text", "system"),
    [
        ("031070000001", systems.CITIZEN_ID),
        ("031000001", systems.OLD_ID_CARD),
        ("B1234567", systems.PASSPORT),
        ("dinhdanh.0917", systems.identifier("e-identification-account")),
    ],
)
def test_the_kind_of_a_number_is_told_by_its_form(text, system):
    found = to_fhir.candidate(examples.outpatient(SO_CCCD=text))

    assert (system, text) in found.identifiers


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("196500000000", "1965"),
        ("196505000000", "1965-05"),
        ("196505070000", "1965-05-07"),
        ("202603020130", "2026-03-02"),
        ("19650507", "1965-05-07"),
        ("196513070000", None),
    ],
)
def test_a_birth_date_is_known_as_far_as_it_is_known(text, born):
    assert to_fhir.candidate(examples.outpatient(NGAY_SINH=text)).birth_date == born
