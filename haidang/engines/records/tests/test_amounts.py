"""Amounts that are wider than a point: ranges, open at an end or not, beside plain ages."""

import pytest

from haidang.engines.records import api as records
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")
YEARS = {"system": "http://unitsofmeasure.org", "code": "a"}


def _years(value):
    return {"value": value, **YEARS}


@pytest.fixture
def ages():
    onsets = {
        "forty": {"onsetAge": _years(40)},
        "thirties-to-fifty": {"onsetRange": {"low": _years(30), "high": _years(50)}},
        "from-sixty": {"onsetRange": {"low": _years(60)}},
        "up-to-twenty": {"onsetRange": {"high": _years(20)}},
    }
    made = [{"resourceType": "Condition", "id": id, **onset} for id, onset in onsets.items()]
    records.save_all(made, by=actor.SYSTEM)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("gt45", "thirties-to-fifty from-sixty"),
        ("ge50", "thirties-to-fifty from-sixty"),
        ("gt50", "from-sixty"),
        ("ge40", "forty thirties-to-fifty from-sixty"),
        ("lt30", "up-to-twenty"),
        ("le30", "thirties-to-fifty up-to-twenty"),
        ("40", "forty"),
        ("ne40", "thirties-to-fifty from-sixty up-to-twenty"),
        ("ap45", "thirties-to-fifty"),
        ("ap40", "forty thirties-to-fifty"),
        ("ap60", "from-sixty"),
        ("sa40", "from-sixty"),
        ("eb40", "up-to-twenty"),
        ("gt45,20", "thirties-to-fifty from-sixty"),
        ("gt45|http://unitsofmeasure.org|a", "thirties-to-fifty from-sixty"),
        ("gt45|http://unitsofmeasure.org|mo", ""),
        (",".join(f"ge{n}" for n in range(45, 60)), "thirties-to-fifty from-sixty"),
    ],
)
def test_a_range_is_found_by_both_its_ends(ages, asked, found):
    page = records.search("Condition", [("onset-age", asked)], strict=True)

    assert {match.id for match in page.matches} == set(found.split())
    assert records.count("Condition", [("onset-age", asked)]) == len(found.split())


@pytest.mark.parametrize("prefix", ["", "ap", "gt", "lt", "ne"])
@pytest.mark.parametrize("number", ["1E400", "1E99999999", "1e-99999999", "1e9999999999999999999"])
def test_a_number_beyond_a_double_is_no_question(prefix, number):
    with pytest.raises(errors.Incorrect) as refused:
        records.search("Observation", [("value-quantity", f"{prefix}{number}")])

    assert refused.value.code == "records.search_unreadable"


@pytest.mark.parametrize("number", ["1e307", "ap9.9e307", "gt-9.9e307", "1e-308", f"lt{'9' * 300}"])
def test_a_number_within_a_double_is_looked_for(ages, number):
    assert records.search("Condition", [("onset-age", number)], strict=True)
