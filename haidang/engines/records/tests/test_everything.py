"""A person's whole record, and conditional reads."""

from datetime import UTC, datetime, timedelta

import pytest

from haidang.engines.records import api as records
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")
BY = actor.SYSTEM


@pytest.fixture
def person():
    made = [
        {"resourceType": "Patient", "id": "p", "generalPractitioner": [{"reference": "Practitioner/d"}]},
        {"resourceType": "Practitioner", "id": "d"},
        {"resourceType": "Encounter", "id": "e", "subject": {"reference": "Patient/p"}, "period": {"start": "2024-05-01", "end": "2024-05-03"}},
        {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "recordedDate": "2025-01-01"},
        {"resourceType": "Flag", "id": "f", "subject": {"reference": "Patient/p"}},
        {"resourceType": "Patient", "id": "other"},
    ]  # fmt: skip
    return records.save_all(made, by=BY)[0]


def refs(found):
    return {each.ref for each in found}


def test_everything_is_the_record_and_what_it_names(person):
    assert refs(records.everything("Patient/p")) == {
        "Patient/p", "Practitioner/d", "Encounter/e", "Condition/c", "Flag/f",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "left_out"),
    [("2024-05-03", None, set()), ("2024-05-04", None, {"Encounter/e"}), (None, "2024-04-30", {"Encounter/e", "Condition/c"}),
     (None, "2024-05-01", {"Condition/c"})],
)  # fmt: skip
def test_dates_keep_what_lies_within_and_what_has_none(person, start, end, left_out):
    found = refs(records.everything("Patient/p", start=start, end=end))

    assert (
        found == {"Patient/p", "Practitioner/d", "Encounter/e", "Condition/c", "Flag/f"} - left_out
    )


def test_types_and_moment_of_writing_narrow_it(person):
    assert refs(records.everything("Patient/p", types=["Condition"])) == {"Condition/c"}
    assert refs(records.everything("Patient/p", types=["Practitioner"])) == {"Practitioner/d"}
    later = datetime.now(UTC) + timedelta(days=1)
    assert records.everything("Patient/p", since=later) == []


def test_a_practitioner_who_was_changed_since_is_told_though_the_record_was_not(person):
    records.save({"resourceType": "Practitioner", "id": "d", "active": True}, by=BY)
    since = records.get("Practitioner/d").at

    assert refs(records.everything("Patient/p", since=since)) == {"Practitioner/d"}


def test_only_care_within_the_dates_names_somebody(person):
    named = [{"resourceType": "Practitioner", "id": "early"}, {"resourceType": "Procedure", "id": "cut", "subject": {"reference": "Patient/p"}, "performedDateTime": "2020-01-01", "performer": [{"actor": {"reference": "Practitioner/early"}}]}]  # fmt: skip
    records.save_all(named, by=BY)

    assert "Practitioner/early" in refs(records.everything("Patient/p", types=["Practitioner"]))
    late = records.everything("Patient/p", types=["Practitioner"], start="2024")
    assert refs(late) == {"Practitioner/d"}


def test_a_reader_who_knows_the_version_gets_nothing(person):
    assert records.read_if_changed("Patient/p", if_none_match=1) is None
    assert records.read_if_changed("Patient/p", if_none_match=2) == person
    assert records.read_if_changed("Patient/p", if_modified_since=person.at) is None
    before = person.at - timedelta(seconds=2)
    assert records.read_if_changed("Patient/p", if_modified_since=before) == person


def test_several_matches_are_deleted_only_when_that_is_meant(person):
    with pytest.raises(errors.PreconditionFailed):
        records.delete_matching("Patient", "_id=p,other", by=BY)

    records.delete_matching("Patient", "_id=p,other", by=BY, several=True)

    assert records.count("Patient") == 0


def test_a_condition_without_a_parameter_is_refused(person):
    with pytest.raises(errors.Incorrect):
        records.create_if_none({"resourceType": "Patient"}, "", by=BY)


def test_locking_what_is_not_there_is_refused(person):
    records.lock("Patient/p", "Condition/c")

    with pytest.raises(errors.NotFound):
        records.lock("Patient/p", "Patient/none")


def test_a_summary_is_marked_as_a_part():
    records.save(
        {
            "resourceType": "Patient",
            "id": "s",
            "gender": "male",
            "photo": [{"title": "x"}],
            "communication": [],
        },
        by=BY,
    )
    page = records.search("Patient", "_id=s&_elements=gender")

    shown = page.show(page.matches[0])

    assert set(shown) == {"resourceType", "id", "meta", "gender"}
    assert shown["meta"]["tag"][0]["code"] == "SUBSETTED"
    page = records.search("Patient", "_id=s&_summary=true")
    assert "photo" not in page.show(page.matches[0])
