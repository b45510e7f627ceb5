"""Descriptions made Patients, and merged the same way in whatever order they arrive."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engines.people import patient
from haidang.engines.people.candidate import Candidate
from haidang.kernel import systems

ID = (systems.CITIZEN_ID, "031070000001")


def heard(*candidates):
    resource, said = {"resourceType": "Patient", "id": "p1"}, {}
    for candidate in candidates:
        resource, said = patient.merge(resource, candidate, said)
    return resource


def test_a_candidate_becomes_a_patient():
    resource = patient.resource_of(
        Candidate(
            "Nguyễn  Văn An",
            "1970-05-14",
            "male",
            [ID],
            "+84 912 345 678",
            "Số 1, Phường Mẫu",
            "11311",
        )
    )

    assert resource["name"] == [
        {"use": "official", "text": "Nguyễn Văn An", "family": "Nguyễn", "given": ["Văn", "An"]}
    ]
    assert resource["telecom"] == [{"system": "phone", "value": "0912345678"}]
    assert resource["identifier"] == [{"system": ID[0], "value": ID[1]}]
    assert patient.commune_of(resource) == "11311"
    assert patient.address_of(resource) == "Số 1, Phường Mẫu"


def test_a_patient_described_again_is_the_same_patient():
    resource = heard(Candidate("Nguyễn Văn An", "1970-05-14", "male", [ID], said_at="2026-01-01"))

    again = patient.resource_of(patient.candidate_of(resource), "p1")

    assert again == resource


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (("Trần An", "2026-01-01"), ("Trần Văn An", "2026-01-02"), "Trần Văn An"),
        (("Trần An", "2026-01-01"), ("Trần Văn An", "2025-12-31"), "Trần An"),
        (("Trần An", "2026-01-01"), ("TRAN VAN AN", "2026-01-02"), "Trần An"),
        (("Trần Văn An", "2026-01-01"), ("TRẦN VĂN ÂN", "2026-01-02"), "Trần Văn An"),
    ],
)
def test_the_newer_name_wins_unless_it_was_typed_with_less_care(first, second, kept):
    one, two = (Candidate(name, said_at=at) for name, at in (first, second))

    assert patient.name_of(heard(one, two)) == patient.name_of(heard(two, one)) == kept


def test_a_full_birth_date_is_not_lost_to_a_newer_year():
    whole = Candidate("An", "1970-05-14", said_at="2020-01-01")
    year = Candidate("An", "1970", said_at="2026-01-01")

    assert heard(whole, year)["birthDate"] == heard(year, whole)["birthDate"] == "1970-05-14"


def test_a_source_without_a_date_only_fills_blanks():
    dated = Candidate("An", phone="0912345678", said_at="2020-01-01")
    undated = Candidate("An", phone="0987654321", address="Phường Mẫu")

    resource = heard(dated, undated)

    assert patient.phone_of(resource) == "0912345678"
    assert patient.address_of(resource) == "Phường Mẫu"


def test_an_element_that_a_newer_source_does_not_tell_is_kept():
    resource = heard(
        Candidate("An", phone="0912345678", said_at="2020-01-01"),
        Candidate("An", said_at="2026-01-01"),
    )

    assert patient.phone_of(resource) == "0912345678"


extension = st.builds(
    lambda url, value: {"url": url, "valueCode": value},
    st.sampled_from([systems.extension("ethnicity"), systems.extension("occupation")]),
    st.sampled_from(["01", "02"]),
)
candidates = st.builds(
    Candidate,
    name=st.sampled_from(["Nguyễn Văn An", "NGUYEN VAN AN", "Nguyễn An"]),
    birth_date=st.sampled_from([None, "1970", "1970-05-14"]),
    sex=st.sampled_from([None, "male", "unknown"]),
    identifiers=st.lists(st.sampled_from([ID, (systems.mrn("31001"), "BN1")]), max_size=2),
    phone=st.sampled_from([None, "0912345678", "0987654321"]),
    address=st.sampled_from(["", "Phường Mẫu", "Xã Mẫu"]),
    said_at=st.sampled_from([None, "2025-01-01", "2025-01-01T10:00:00+07:00", "2026-01-01"]),
    details=st.builds(
        lambda e: {"extension": e} if e else {},
        st.lists(extension, max_size=2, unique_by=lambda e: e["url"]),
    ),
)


@given(st.lists(candidates, min_size=1, max_size=3))
def test_the_order_in_which_sources_speak_is_no_matter(several):
    outcomes = [heard(*order) for order in itertools.permutations(several)]

    assert all(outcome == outcomes[0] for outcome in outcomes)


@given(st.lists(candidates, min_size=1, max_size=3))
def test_hearing_the_same_twice_changes_nothing(several):
    assert heard(*several, *several) == heard(*several)
