"""Order by codes, references and addresses, against values that fhirpathpy finds."""

import functools

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.search import ordering
from haidang.engines.records.tests import oracle
from haidang.engines.records.tests.mixture import Mixture
from haidang.engines.records.tests.paging import all_pages
from haidang.kernel import actor, errors

pytestmark = pytest.mark.usefixtures("everything_open")


@pytest.fixture
def data():
    made = Mixture(11, 45)
    records.save_all(made.all, by=actor.SYSTEM)
    return made


def _key(resource, code, descending):
    pick = max if descending else min
    return pick(
        (text for value in oracle.values(resource, code) for text in _texts(value)), default=None
    )


def _texts(value):
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, str):
        return [value]
    if "coding" in value:
        return [c["code"].lower() for c in value["coding"]]
    if "reference" in value:
        return [value["reference"]]
    if "value" in value:
        return [value["value"]]
    return [value["code"].lower()] if "code" in value else []


@pytest.mark.parametrize(
    ("type", "sort"),
    [
        ("Patient", "gender"), ("Patient", "-gender"), ("Patient", "identifier"), ("Patient", "-phone"),
        ("Patient", "organization"), ("Encounter", "-service-provider"), ("Observation", "code"),
        ("Observation", "-value-concept"), ("Observation", "subject"), ("ValueSet", "url"),
        ("ValueSet", "-url"), ("Observation", "status,-code"), ("Encounter", "class,-subject"),
    ],
)  # fmt: skip
def test_pages_are_complete_and_in_the_order_of_the_values(data, type, sort):
    found = all_pages(type, f"_sort={sort}&_count=7")

    pool = {r["id"]: r for r in data.all if r["resourceType"] == type}
    assert sorted(found) == sorted(pool)
    orders = [(part.lstrip("-"), part.startswith("-")) for part in sort.split(",")]
    keyed = [[_key(pool[id], code, down) for code, down in orders] for id in found]

    def compared(one, other):
        for (_code, down), a, b in zip(orders, one, other, strict=True):
            if a != b:
                if a is None or b is None:
                    return 1 if a is None else -1
                return -1 if (a < b) != down else 1
        return 0

    assert keyed == sorted(keyed, key=functools.cmp_to_key(compared))


def test_codes_and_dates_are_one_order(data):
    mixed = all_pages("Observation", "_sort=status,-date&_count=9")
    apart = [
        id
        for status in ("amended", "final")
        for id in all_pages("Observation", f"status={status}&_sort=-date&_count=50")
    ]

    assert mixed == apart


def test_a_row_deleted_between_pages_moves_nothing(data):
    first = records.search("Patient", "_sort=gender&_count=5", strict=True)
    records.delete(first.matches[-1].ref, by=actor.SYSTEM)

    second = records.search(
        "Patient", "_sort=gender&_count=5", strict=True, cursor=first.next_cursor
    )

    whole = all_pages("Patient", "_sort=gender&_count=50")
    assert [m.id for m in second.matches] == whole[4:9]


def test_more_matches_than_can_be_ordered_are_refused(data, monkeypatch):
    monkeypatch.setattr(ordering, "MOST", 20)

    with pytest.raises(errors.TooLarge) as why:
        records.search("Observation", "_sort=code", strict=True)

    assert why.value.code == "records.sort_too_wide"
    assert records.search("Observation", "_sort=code&subject=Patient/p1", strict=True)


@pytest.mark.parametrize("sort", ["code-value-quantity", "color", "_list"])
def test_what_has_no_order_is_refused(data, sort):
    with pytest.raises(errors.Incorrect):
        records.search("Observation", f"_sort={sort}", strict=True)
