"""Generated searches that go from one resource to another, or ask a code list, against the walk.

Chains, `_has`, `_include` and `_revinclude` with `:iterate`, `:in`, `:not-in`, `:above`, `:below`,
`:of-type`, orders of several keys, and counts: as many as hold together in seconds.
"""

import csv
import functools
import random

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.index import parameters
from haidang.engines.records.search import conditions
from haidang.engines.records.tests import mixture, oracle, walks
from haidang.engines.records.tests.test_oracle import MADE, TYPES, difference, single_cases
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, systems

pytestmark = pytest.mark.usefixtures("everything_open")

SIGNS = systems.codes("oracle-signs")
#: (code, the code above it, inactive)
TREE = [("any", "", ""), ("heart", "any", ""), ("pulse", "heart", ""), ("rate", "pulse", ""), ("sugar", "any", ""), ("old", "sugar", "1")]  # fmt: skip
PARENTS = {code: parent for code, parent, _ in TREE}
MANIFEST = """kind = "code-system"
title_vi = "Dấu hiệu"
title_en = "Signs"
version = "2026"
publisher = "thử"
source = "thử"
licence = "tự do"
completeness = "complete"
rows = 0
checksum = ""
system = "oracle-signs"
"""


@pytest.fixture
def data():
    records.save_all(MADE.all, by=actor.SYSTEM)
    return oracle.Oracle(MADE.all)


@functools.cache
def pools():
    """{type: generated conditions}, each `name=value`."""
    walked = oracle.Oracle(MADE.all)
    chance = random.Random(17)
    return {type: sorted(set(single_cases(type, walked, chance))) for type in TYPES}


@functools.cache
def links():
    """(type, parameter, target type) of every reference that the data set holds."""
    found = set()
    for resource in MADE.all:
        for code, parameter in parameters.catalogue().of(resource["resourceType"]).items():
            if parameter.kind == "reference" and oracle.definition(resource["resourceType"], code):
                for value in oracle.values(resource, code):
                    target = value.get("reference", "").split("/")[0] if isinstance(value, dict) else ""  # fmt: skip
                    if target in TYPES:
                        found.add((resource["resourceType"], code, target))
    return sorted(found)


def chained(chance, depth):
    """(type, query) of a chain so many references long."""
    source, code, target = chance.choice(links())
    further = [link for link in links() if link[0] == target]
    if depth > 1 and further:
        query = _from(target, chance, depth - 1)
    else:
        query = chance.choice(pools()[target])
    return source, f"{code}{chance.choice(['', f':{target}'])}.{query}"


def _from(type, chance, depth):
    while True:
        found, query = chained(chance, depth)
        if found == type:
            return query


def pointed_at(chance, depth):
    """(type, query) with `_has`, one in the other."""
    source, code, target = chance.choice(links())
    inner = chance.choice(pools()[source])
    if depth > 1:
        for _ in range(20):
            found, query = pointed_at(chance, depth - 1)
            if found == source:
                inner = query
                break
    return target, f"_has:{source}:{code}:{inner}"


@pytest.mark.parametrize("few", [5000, 0])
def test_generated_chains_find_what_a_walk_finds(data, monkeypatch, few):
    """Both ways of going from row to row: by a list of numbers, and row by row."""
    monkeypatch.setattr(conditions, "FEW", few)

    wrong = [f"{t}?{q}" for (t, q), expected in chains().items() if _found(t, q) != expected]

    assert not wrong, "\n".join(wrong)


@functools.cache
def chains():
    """{(type, query): the ids that a walk finds} of generated chains and `_has`."""
    chance, walked = random.Random(23), oracle.Oracle(MADE.all)
    cases = {chained(chance, depth) for depth in (1, 1, 2) for _ in range(40)}
    cases |= {pointed_at(chance, depth) for depth in (1, 1, 2) for _ in range(40)}
    cases |= {(t, f"{q}&{chance.choice(pools()[t])}") for t, q in sorted(cases)[::5]}
    return {case: walked.search(case[0], _pairs(case[1])) for case in sorted(cases)}


def _found(type, query):
    page = records.search(type, [*_pairs(query), ("_count", "1000")], strict=True)
    return {match.id for match in page.matches}


def test_generated_includes_bring_what_a_walk_brings(data):
    chance = random.Random(31)
    wrong, brought = [], 0
    for type, query, includes in (_including(chance) for _ in range(200)):
        pairs = [*_pairs(query), *includes, ("_count", "1000")]
        page = records.search(type, pairs, strict=True)
        told = {m.ref for m in page.matches}, sorted(m.ref for m in page.included)
        matches, expected = _expected(data, type, query, includes)
        brought += bool(expected)
        if told != (matches, sorted(expected)):
            wrong.append(f"{type}?{query} {includes}: {told[1]} for {sorted(expected)}")

    assert not wrong, "\n".join(wrong)
    assert brought > 80


def _including(chance):
    """(type, condition, includes) of a search that brings along one, two or three things."""
    type = chance.choice(["Patient", "Observation", "Encounter", "Organization", "Condition"])
    includes = []
    for n in range(chance.choice([1, 1, 2, 3])):
        reverse = chance.random() < 0.5
        near = [link for link in links() if link[2 if reverse else 0] == type]
        source, code, target = chance.choice((near or links()) if n == 0 else links())
        name = ("_revinclude" if reverse else "_include") + chance.choice(["", ":iterate"])
        code = code if reverse or chance.random() < 0.85 else "*"
        includes.append((name, chance.choice([f"{source}:{code}", f"{source}:{code}:{target}"])))
    return type, chance.choice(pools()[type]), includes


def _pairs(query):
    return [tuple(pair.split("=", 1)) for pair in query.split("&")]


def _expected(data, type, query, includes):
    matches = {f"{type}/{id}" for id in data.search(type, _pairs(query))}
    return matches, walks.included(data, matches, includes)


# ── Code lists ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def signs(tmp_path):
    """Observations of codes of a list with a hierarchy, and two value sets of it among the records."""
    folder = tmp_path / "signs" / "1"
    folder.mkdir(parents=True)
    with (folder / "data.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(
            [["code", "name_vi", "name_en", "parent", "inactive"], *([c, c, c, p, i] for c, p, i in TREE)]
        )  # fmt: skip
    (folder / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    terminology.seal(folder)
    terminology.load_release(folder, actor.SYSTEM)
    made = [_sign(n, chance) for chance in [random.Random(41)] for n in range(60)]
    records.save_all([*made, *map(_value_set, SETS)], by=actor.SYSTEM)
    walked = oracle.Oracle(made)
    walked.parents = {(SIGNS, code): (SIGNS, parent) for code, parent in PARENTS.items() if parent}
    walked.sets = {url: {(SIGNS, code) for code in codes} for url, codes in SETS.items()}
    return walked


SETS = {"http://x.vn/vs/of-heart": ("heart", "rate"), "http://x.vn/vs/of-sugar": ("sugar", "old"), "http://x.vn/vs/whole": tuple(PARENTS)}  # fmt: skip


def _sign(n, chance):
    codings = [
        {"system": chance.choice([SIGNS, SIGNS, "urn:other"]), "code": code}
        for code in chance.sample(sorted(PARENTS), chance.choice([1, 1, 2]))
    ]
    return {"resourceType": "Observation", "id": f"s{n}", "status": "final", "code": {"coding": codings}}  # fmt: skip


def _value_set(url):
    concepts = [{"code": code} for code in SETS[url]]
    return {
        "resourceType": "ValueSet", "id": url.rpartition("/")[2], "status": "active", "url": url,
        "compose": {"include": [{"system": SIGNS, "concept": concepts}]},
    }  # fmt: skip


def test_value_sets_and_hierarchies_find_what_a_walk_finds(signs):
    names = ("code", "combo-code")
    cases = [f"{name}:{way}={url}" for name in names for way in ("in", "not-in") for url in SETS]
    cases += [f"{name}:in={','.join(list(SETS)[:2])}" for name in names]
    cases += [f"{name}:{way}={SIGNS}|{code}" for name in names for way in ("above", "below") for code in PARENTS]  # fmt: skip
    cases += [f"code:below={SIGNS}|heart,{SIGNS}|old", f"code:above={SIGNS}|rate&code:not-in=http://x.vn/vs/of-sugar"]  # fmt: skip

    wrong = [f"{q}: {d}" for q in cases if (d := difference(signs, "Observation", q))]

    assert not wrong, "\n".join(wrong)


# ── Orders and counts ──────────────────────────────────────────────────────────────────────

ORDERS = {
    "Patient": ("birthdate", "name", "gender", "_id", "identifier", "organization"),
    "Observation": ("date", "status", "code", "subject", "value-quantity", "_id"),
    "Encounter": ("date", "status", "class", "service-provider", "length"),
    "ValueSet": ("url", "title", "version"),
}


def test_generated_orders_of_several_keys_are_those_of_the_values(data):
    chance, wrong = random.Random(43), []
    for _ in range(80):
        type = chance.choice(sorted(ORDERS))
        keys = [chance.choice(["", "-"]) + one for one in chance.sample(ORDERS[type], chance.choice([1, 2, 2, 3]))]  # fmt: skip
        query = chance.choice([*pools()[type][::9], "_id:missing=false"])
        found = _ids(type, f"{query}&_sort={','.join(keys)}&_count=9")
        values = [[walks.key(data.all[f"{type}/{id}"], one) for one in keys] for id in found]
        if len(found) != len(set(found)) or set(found) != data.search(type, _pairs(query)):
            wrong.append(f"{type}?{query} {keys}: not the same resources")
        elif values != walks.ordered(values, keys):
            wrong.append(f"{type}?{query} {keys}: {values}")

    assert not wrong, "\n".join(wrong)


def _ids(type, query):
    page = records.search(type, _pairs(query), strict=True)
    found = [match.id for match in page.matches]
    while page.next_cursor:
        page = records.search(type, _pairs(query), strict=True, cursor=page.next_cursor)
        found += [match.id for match in page.matches]
    return found


def test_counts_are_those_of_the_walk(data):
    chance, wrong = random.Random(47), []
    for _ in range(100):
        type = chance.choice(TYPES)
        query = "&".join(chance.sample(pools()[type], chance.choice([1, 2])))
        expected = len(data.search(type, _pairs(query)))
        page = records.search(type, [*_pairs(query), ("_total", "accurate"), ("_count", "0")], strict=True)  # fmt: skip
        if (page.total, page.matches, page.next_cursor) != (expected, [], None):
            wrong.append(f"{type}?{query}: {page.total} for {expected}")

    assert not wrong, "\n".join(wrong)


def test_the_data_set_has_something_of_everything():
    asked = " ".join(query for pool in pools().values() for query in pool)

    assert len(links()) > 12
    assert all(f":{one}=" in asked for one in ("not", "text", "of-type", "missing", "exact", "contains", "identifier", "above", "below"))  # fmt: skip
    assert mixture.CODES[0] in asked
