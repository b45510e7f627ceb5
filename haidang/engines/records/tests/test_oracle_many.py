"""Generated searches for dozens and hundreds of values at once, against the walk.

Most of the values are like none that is stored, so that a search finds some and not all.
"""

import functools
import random

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.index import parameters
from haidang.engines.records.search import conditions, rows
from haidang.engines.records.search import query as queries
from haidang.engines.records.tests import oracle, paging
from haidang.engines.records.tests.test_oracle_odd import (
    MADE,
    PREFIXES,
    TYPES,
    data,
    differences,
    links,
    pools,
)

__all__ = ["data"]
pytestmark = pytest.mark.usefixtures("everything_open")

SIZES = [13, 30, 30, 60, 60, 90]
MOST = 600
_ONE_SIDED = ("ne", "gt", "ge", "lt", "le", "sa", "eb", "ap")


def kind(type, name):
    return queries.find(type, name.partition(":")[0]).kind


@functools.cache
def singles():
    """{(type, name): every value of it that was generated}"""
    found = {}
    for type in TYPES:
        for name, value in pools()[type]:
            if not name.endswith(":missing"):
                parts = (each for each in queries.split(value, ",") if each.strip())
                found.setdefault((type, name), set()).update(parts)
    return {key: sorted(values) for key, values in sorted(found.items())}


def unlike(kind, value, chance):
    """A value of the same shape that is (nearly always) none of those stored."""
    if kind == "date":
        day = (
            f"{chance.randint(1900, 2060)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        )
        return chance.choice([day, day, day[:7], f"{day}T{chance.randint(0, 23):02d}:15:00+07:00"])
    if kind in ("number", "quantity"):
        number = f"{chance.randint(-90, 900)}{chance.choice(['', '.25', '.125', 'e1'])}"
        return "|".join([number, *queries.split(value, "|")[1:]])
    if kind == "special":
        return (
            f"{chance.randint(-80, 80)}.5|{chance.randint(-170, 170)}.5|{chance.randint(1, 60)}|km"
        )
    if kind == "string":
        return chance.choice(
            [f"{value}q{chance.randrange(1000)}", f"zq{chance.randrange(99)}", "qx"]
        )
    return f"{value}q{chance.randrange(1000)}"


def unlike_of(type, name, value, chance):
    parameter = queries.find(type, name.partition(":")[0])
    if parameter.kind != "composite":
        return unlike(parameter.kind, value, chance)
    *others, last = queries.split(value, "$")
    return "$".join([*others, unlike(parameter.part_kinds[-1], last, chance)])


def together(type, name, chance, size=None):
    """Dozens or hundreds of values of one parameter, few of them stored."""
    known, of = singles()[type, name], kind(type, name)
    taken = chance.sample(known, min(len(known), chance.choice([1, 3, 8])))
    if of in ("date", "number", "quantity") and chance.random() < 0.6:
        taken = [each for each in taken if each[:2] not in _ONE_SIDED]
    size = size or chance.choice(SIZES)
    values = [
        *taken,
        *(unlike_of(type, name, chance.choice(known), chance) for _ in range(size - len(taken))),
    ]
    chance.shuffle(values)
    return name, ",".join(values)


@functools.cache
def cases():
    chance = random.Random(41)
    found = [(type, [together(type, name, chance)]) for type, name in singles() for _ in range(2)]
    one_of_each = {(kind(*key), key[1].partition(":")[2]): key for key in singles()}.values()
    return found + [(type, [together(type, name, chance, MOST)]) for type, name in one_of_each]


def test_many_values_find_what_a_walk_finds(data):
    assert len(cases()) > 200

    wrong = differences(data, cases())

    assert not wrong, "\n".join(each[:300] for each in wrong)


def test_the_cases_have_something_of_everything():
    names = [(kind(type, query[0][0]), query[0][0].partition(":")[2]) for type, query in cases()]
    sizes = [len(queries.split(query[0][1], ",")) for _type, query in cases()]
    found = [len(oracle.Oracle(MADE.all).search(*each)) for each in cases()[::5]]

    assert {"date", "number", "quantity", "string", "composite", "special", "uri", "reference", "token"} <= {k for k, _ in names}  # fmt: skip
    assert {("string", "exact"), ("string", "contains"), ("token", "text"), ("token", "not"), ("uri", "below")} <= set(names)  # fmt: skip
    assert max(sizes) == MOST and min(sizes) >= 13
    assert len([each for each in found if each]) > len(found) / 3


DATES = [
    "2024",
    "2024-03",
    "2024-03-01",
    "2024-02-29",
    "2025",
    "2026-11",
    "1969-07",
    "1900",
    "2024-03-01T04:30:00Z",
]
NUMBERS = ["5", "5.4", "5.45", "5.0", "0", "-3", "100", "99.5", "1e2", "0.001", "95", "105"]
FAR = {"date": [f"{year}" for year in range(1950, 1964)], "quantity": [f"{n}.5" for n in range(2000, 2014)]}  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("type", "name", "values"),
    [("Observation", "date", DATES), ("Observation", "value-date", DATES), ("ServiceRequest", "occurrence", DATES),
     ("Observation", "value-quantity", NUMBERS), ("ValueSet", "context-quantity", NUMBERS)],
)  # fmt: skip
def test_each_prefix_among_many_values_finds_what_a_walk_finds(data, type, name, values, prefix):
    """Also of values that lie within one another, that meet, and that reach far before or after."""
    last = [] if prefix == "ap" or values is NUMBERS else ["9999-12-31"]
    asked = [prefix + each for each in (*values, *last)]
    others = FAR[kind(type, name)]
    cases = [(type, [(name, ",".join([one, *others]))]) for one in asked]
    cases.append((type, [(name, ",".join([*asked, *others]))]))

    assert not differences(data, cases)


def test_many_values_beside_other_conditions_find_what_a_walk_finds(data):
    chance = random.Random(43)
    found = []
    for _ in range(60):
        type, name = chance.choice(sorted(singles()))
        found.append((type, [together(type, name, chance), chance.choice(pools()[type])]))
    for _ in range(20):  # of a date that an element has but once, all hold of the one value
        days = [together("Observation", "date", chance)[1] for _ in range(2)]
        found.append(
            (
                "Observation",
                [("date", days[0]), ("date", chance.choice([days[1], "ge2024-03", "lt2025"]))],
            )
        )

    wrong = differences(data, found)

    assert not wrong, "\n".join(each[:300] for each in wrong)


@pytest.mark.parametrize("few", [5000, 0])
def test_many_values_at_the_end_of_a_chain_find_what_a_walk_finds(data, monkeypatch, few):
    monkeypatch.setattr(conditions, "FEW", few)
    chance, found = random.Random(47), []
    for _ in range(30):
        source, code, target = chance.choice(links())
        ends = [key for key in singles() if key[0] == target and "uri" not in kind(*key)]
        if ends:
            name, value = together(*chance.choice(ends), chance)
            found.append((source, [(f"{code}:{target}.{name}", value)]))
        name, value = together(
            *chance.choice([key for key in singles() if key[0] == source]), chance
        )
        found.append((target, [(f"_has:{source}:{code}:{name}", value)]))

    wrong = differences(data, found)

    assert not wrong, "\n".join(each[:300] for each in wrong)


@pytest.mark.parametrize("many", [3000, 0])
@pytest.mark.parametrize("sort", ["", "date", "-date", "_lastUpdated", "value-quantity"])
def test_pages_and_totals_of_many_values_are_complete(data, monkeypatch, many, sort):
    monkeypatch.setattr(rows, "MANY", many)
    chance, wrong = random.Random(53), []
    names = [
        "date",
        "value-quantity",
        "value-string",
        "code-value-quantity",
        "code-value-concept",
        "combo-code-value-quantity",
    ]
    for name in names:
        query = [together("Observation", name, chance), ("_count", "5")]
        expected = data.search("Observation", query[:1])
        found = paging.all_pages("Observation", [*query, *([("_sort", sort)] if sort else [])])
        total = records.count("Observation", query)
        if (sorted(found), total) != (sorted(expected), len(expected)):
            wrong.append(f"{name}: {len(found)}, {total} and not {len(expected)}")

    assert not wrong, "\n".join(wrong)


def test_many_moments_of_writing_find_what_a_walk_finds(data):
    moments = sorted(set(data.written.values()))
    others = [f"{prefix}19{n:02d}" for n in range(20) for prefix in ("", "eb", "lt", "le")]
    values = [
        f"{prefix}{at.isoformat()}" for at in moments for prefix in ("eq", "ne", "gt", "ge", "sa")
    ]
    cases = [("Observation", [("_lastUpdated", ",".join([each, *others]))]) for each in values]

    assert not differences(data, cases)


def test_every_parameter_with_an_order_is_tried(data):
    ordered = {"date", "number", "quantity", "string", "composite", "special"}
    held = {
        (type, code)
        for type in TYPES
        for code, each in parameters.catalogue().of(type).items()
        if each.kind in ordered
        and oracle.definition(type, code)
        and any(
            _has_values(data, one, code, each) for one in MADE.all if one["resourceType"] == type
        )
    }

    assert held <= {(type, name.partition(":")[0]) for type, name in singles()}


def _has_values(data, resource, code, parameter):
    return (
        data._pairs_of(resource, code)
        if parameter.kind == "composite"
        else oracle.values(resource, code)
    )
