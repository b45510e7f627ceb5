"""Files of data sets: all of ours load, and what may not be published is refused by name."""

import copy

import pytest
import yaml

from haidang.rooms.open_data import selectors
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import catalogue, listings

PEOPLE = yaml.safe_load((catalogue._FOLDER / "thap-tuoi.yaml").read_text())


def refused(**changes):
    content = copy.deepcopy(PEOPLE) | changes
    with pytest.raises(ValueError) as why:
        datasets.read(content)
    return str(why.value)


def test_the_city_offers_at_least_eight_sets_and_each_describes_itself():
    found = selectors.files()

    assert len(found) >= 8
    for one in found.values():
        assert all([one.description_en, one.quality, one.keywords_en, one.contact]), one.key
        assert all(column.meaning and column.title_en for column in one.columns), one.key


def test_every_listing_is_known():
    named = {one.source["listing"] for one in selectors.files().values() if one.source["kind"] == "listing"}  # fmt: skip

    assert named <= listings.known()


@pytest.mark.parametrize("name", sorted(datasets.PERSONAL_COLUMNS))
def test_a_column_that_leads_to_a_person_cannot_be_published(name):
    column = {"name": name, "type": "text", "title": "Người"}

    assert f"column {name} leads to a person" in refused(columns=[*PEOPLE["columns"], column])


def test_rows_about_people_need_groups_a_count_and_the_mark_of_hiding():
    bare = {"kind": "sql", "sql": "SELECT 1", "period": "quarter"}
    columns = [one for one in PEOPLE["columns"] if one["name"] != "suppressed"]

    assert "need groups and a count" in refused(source=bare)
    assert "need the column suppressed" in refused(columns=columns)
    assert "more than two groups" in refused(
        source=PEOPLE["source"] | {"groups": ["age_band", "sex", "period"]}
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"theme": "gossip"}, "unknown theme"),
        ({"licence": "mine"}, "unknown licence"),
        ({"rhythm": "sometimes"}, "unknown rhythm"),
        ({"key": "Tháp tuổi"}, "is not words joined by hyphens"),
        ({"description": ""}, "lacks description"),
        ({"source": {"kind": "guess"}}, "unknown source"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(changes, told):
    assert told in refused(**changes)


def test_months_and_quarters_of_one_breakdown_are_not_published_side_by_side():
    monthly = selectors.files()["luot-kham-theo-xa"]
    content = copy.deepcopy(monthly.content) | {"key": "luot-kham-theo-quy"}
    content["source"] = content["source"] | {"period": "quarter"}
    quarterly = datasets.read(content)

    with pytest.raises(ValueError, match="published by month too"):
        datasets.check_together([monthly, quarterly])
