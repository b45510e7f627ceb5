"""Generated searches for what is rare, against the walk: values joined by commas and with the marks of
search inside, approximate values, places, lists, moments of writing, chains to whatever type.
"""

import functools
import random
import unicodedata

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.index import parameters
from haidang.engines.records.search import conditions
from haidang.engines.records.tests import oddities, oracle, paging, walks
from haidang.engines.records.tests.writing import escaped
from haidang.kernel import actor

pytestmark = pytest.mark.usefixtures("everything_open")

MADE = oddities.Oddities(seed=5)
TYPES = sorted({each["resourceType"] for each in MADE.all})
PREFIXES = ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")
BATCHES = 3


@pytest.fixture
def data():
    size = len(MADE.all) // BATCHES + 1
    for start in range(0, len(MADE.all), size):
        records.save_all(MADE.all[start : start + size], by=actor.SYSTEM)
    walked = oracle.Oracle(MADE.all)
    walked.written = {each.ref: each.at for each in records.get_many(walked.all)}
    return walked


def difference(data, type, query):
    expected = data.search(type, query)
    page = records.search(type, [*query, ("_count", "1000")], strict=True)
    found = {match.id for match in page.matches}
    if found == expected:
        return None
    return f"missing {sorted(expected - found)[:5]}, too many {sorted(found - expected)[:5]}"


def differences(data, cases):
    told = ((type, query, difference(data, type, query)) for type, query in cases)
    return [
        f"{type}?{'&'.join('='.join(p) for p in query)}: {why}" for type, query, why in told if why
    ]


# ── Making conditions ──────────────────────────────────────────────────────────────────────


@functools.cache
def pools():
    """{type: [(name, value)]} of generated conditions."""
    chance = random.Random(3)
    return {type: sorted(set(_of_type(type, chance))) for type in TYPES}


def _of_type(type, chance):
    walked = [each for each in MADE.all if each["resourceType"] == type]
    for code, parameter in parameters.catalogue().of(type).items():
        maker = _MAKERS.get(parameter.kind)
        if maker is None or oracle.definition(type, code) is None:
            continue
        whole = parameter.kind == "composite"
        found = [v for each in walked for v in ([each] if whole else oracle.values(each, code))]
        if not found:
            continue
        yield from ((f"{code}:missing", word) for word in ("true", "false"))
        single = {}
        for _ in range(14):
            args = (code, chance.choice(found), chance) if whole else (chance.choice(found), chance)
            for modifier, text in maker(*args):
                single.setdefault(modifier, set()).add(text)
        yield from _joined(code, single, chance)


def _joined(code, single, chance):
    """Each alone, and two or three of them with commas between."""
    for modifier, texts in sorted(single.items()):
        texts = sorted(text for text in texts if text)
        name = f"{code}:{modifier}" if modifier else code
        for text in chance.sample(texts, min(len(texts), 10)):
            yield name, text
        for size in (2, 3):
            if len(texts) >= size:
                yield name, ",".join(chance.sample(texts, size))


def _tokens(value, chance):
    for system, code in oracle._tokens(value):
        if code is None:
            continue
        shown = escaped(code)
        yield from (("", shown), ("not", shown), ("", escaped(code.swapcase())))
        if system is not ...:
            yield from (("", f"{escaped(system or '')}|{shown}"), ("not", f"{escaped(system or '')}|{shown}"), ("", f"|{shown}"))  # fmt: skip
            if system:
                yield "", f"{escaped(system)}|"
    for coding in value.get("type", {}).get("coding", ()) if isinstance(value, dict) else ():
        for code in (coding["code"], chance.choice(oddities.CODES)):
            yield "of-type", "|".join(map(escaped, (coding["system"], code, value["value"])))
    for display in oracle._displays(value):
        yield "text", escaped(chance.choice([display, *display.split()]))


def _strings(value, chance):
    for part in oracle._strings(value):
        word = chance.choice(part.split())
        yield from (("", escaped(part)), ("", escaped(part[:3])), ("", escaped(word.upper())))
        yield from (("contains", escaped(part[1:5])), ("contains", escaped(word)))
        yield from (
            ("exact", escaped(unicodedata.normalize(chance.choice(["NFC", "NFD"]), part))),
            ("exact", escaped(part.lower())),
            ("exact", escaped(word)),
        )


def _dates(value, chance):
    for text in (value if isinstance(value, str) else "2024-03", chance.choice(oddities.DAYS)):
        yield "", chance.choice(PREFIXES) + text
        yield "", "ap" + text


def _amounts(value, chance):
    unit = oracle._amount(value)[2] if isinstance(value, dict) else {}
    for number in (chance.choice(oddities.NUMBERS), chance.choice(oddities.NUMBERS)):
        text = chance.choice(PREFIXES) + number
        yield "", text
        if "code" in unit and "system" in unit:
            yield "", f"{text}|{escaped(unit['system'])}|{escaped(unit['code'])}"
        for key in {"code", "unit"} & set(unit):
            yield "", f"{text}||{escaped(unit[key])}"


def _numbers(value, chance):
    yield "", chance.choice(PREFIXES) + chance.choice(oddities.NUMBERS)
    if isinstance(value, int):
        yield "", f"{chance.choice(PREFIXES)}{value + chance.choice([-1, 0, 1])}"


def _references(value, chance):
    if isinstance(value, str):
        yield "", escaped(value)
        yield "", escaped(value.split("|")[0])
        return
    if "identifier" in value:
        identifier = value["identifier"]
        system, text = escaped(identifier.get("system", "")), escaped(identifier["value"])
        yield from (("identifier", text), ("identifier", f"{system}|{text}"))
        if system:
            yield "identifier", f"{system}|"
    type, id = oracle.target(value["reference"]).split("/")
    yield from (("", f"{oracle.BASE}/{type}/{id}"), ("", f"{type}/{id}/_history/3"))
    yield from (("", f"{type}/{id}"), ("", id), (type, id), ("", f"{type}/none"))


def _uris(value, chance):
    yield from (("", escaped(value)), ("below", escaped(value)), ("above", escaped(value)))
    yield from (("below", "http://x.vn/vs"), ("above", "http://x.vn/vs/a\\,b/c/d"))


def _places(value, chance):
    latitude, longitude = chance.choice(oddities.PLACES)
    for far in ("1|km", "100|m", "25", "110|", "1500|km", "0", "20010|km"):
        yield "", f"{latitude}|{longitude}|{far}"


def _pairs(code, resource, chance):
    for kinds, parts in oracle.Oracle([])._pairs_of(resource, code):
        if "date" in kinds:
            parts[1] = [each for each in parts[1] if oracle._span(each)]
        for values in zip(*parts, strict=False):
            made = [
                [
                    text
                    for modifier, text in _MAKERS[kind](value, chance)
                    if not modifier and text[-1] != "|"
                ]
                for kind, value in zip(kinds, values, strict=True)
            ]
            for _ in range(2 if all(made) else 0):
                yield "", "$".join(map(chance.choice, made))


_MAKERS = {
    "token": _tokens, "string": _strings, "date": _dates, "number": _numbers, "quantity": _amounts,
    "reference": _references, "uri": _uris, "special": _places, "composite": _pairs,
}  # fmt: skip


# ── Tests ──────────────────────────────────────────────────────────────────────────────────


def test_generated_conditions_find_what_a_walk_finds(data):
    cases = [(type, [pair]) for type in TYPES for pair in pools()[type]]
    assert len(cases) > 1200

    wrong = differences(data, cases)

    assert not wrong, "\n".join(wrong)


def test_the_conditions_have_something_of_everything():
    names = {name.partition(":")[2] for pool in pools().values() for name, _value in pool}
    values = [value for pool in pools().values() for _name, value in pool]
    walked = oracle.Oracle(MADE.all)
    told = [len(walked.search(type, [pair])) for type in TYPES for pair in pools()[type][::7]]

    assert {"", "not", "text", "of-type", "exact", "contains", "identifier", "above", "below", "missing", "Patient"} <= names  # fmt: skip
    assert all(any(f"\\{mark}" in value for value in values) for mark in "\\,|$")
    assert all(any(value.startswith(prefix) for value in values) for prefix in PREFIXES)
    assert len([each for each in told if each]) > len(told) / 2


def test_several_conditions_find_what_a_walk_finds(data):
    """Two or three of whatever kind, with the row's own: its id, a list, the moment of writing."""
    chance = random.Random(19)
    cases = [_several(chance) for _ in range(250)]

    wrong = differences(data, cases)

    assert not wrong, "\n".join(wrong)


def _several(chance):
    type = chance.choice(TYPES)
    query = chance.sample(pools()[type], chance.choice([1, 2]))
    return type, [*query, _of_the_row(type, chance)]


def _of_the_row(type, chance):
    ids = [each["id"] for each in MADE.all if each["resourceType"] == type]
    return chance.choice([
        ("_id", ",".join(chance.sample(ids, min(len(ids), chance.choice([1, 4]))))),
        ("_id", f"{chance.choice(ids)},none"), ("_id:missing", "false"),
        ("_list", f"oli{chance.randrange(6)}"), ("_list", "oli0,oli1,none"),
        ("_lastUpdated", chance.choice(["ge2024", "lt2024,ge2025", "ap2024", "ne1970", "gt2100"])),
    ])  # fmt: skip


def test_lists_and_moments_of_writing_find_what_a_walk_finds(data):
    moments = sorted(set(data.written.values()))
    assert len(moments) == BATCHES
    values = [f"{prefix}{at.isoformat()}" for at in moments for prefix in PREFIXES[:-1]]
    cases = [("Observation", [("_lastUpdated", each)]) for each in values]
    cases += [("Task", [("_lastUpdated", f"{values[1]},{values[-1]}")])]
    cases += [(type, [("_list", f"oli{n}")]) for type in ("Patient", "Observation", "ValueSet") for n in range(6)]  # fmt: skip
    cases += [("Task", [("patient._list", "oli1")]), ("Patient", [("_has:Observation:subject:_list", "oli2")])]  # fmt: skip

    wrong = differences(data, cases)

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("few", [5000, 0])
def test_chains_to_whatever_type_find_what_a_walk_finds(data, monkeypatch, few):
    """Both ways of going from row to row: by a list of numbers, and row by row."""
    monkeypatch.setattr(conditions, "FEW", few)

    told = [
        f"{t}?{n}={v}" for (t, n, v), expected in chains().items() if _found(t, n, v) != expected
    ]

    assert not told, "\n".join(told)


@functools.cache
def chains():
    """{(type, name, value): what a walk finds}, with as many types at the end as know the name."""
    chance, walked = random.Random(29), oracle.Oracle(MADE.all)
    cases = {_chained(chance) for _ in range(110)} | {_pointed_at(chance) for _ in range(70)}
    return {case: walked.search(case[0], [case[1:]]) for case in sorted(cases)}


def _found(type, name, value):
    page = records.search(type, [(name, value), ("_count", "1000")], strict=True)
    return {match.id for match in page.matches}


@functools.cache
def links():
    found = set()
    for each in MADE.all:
        for code, parameter in parameters.catalogue().of(each["resourceType"]).items():
            if parameter.kind == "reference" and oracle.definition(each["resourceType"], code):
                values = (v for v in oracle.values(each, code) if isinstance(v, dict))
                ends = (oracle.target(value["reference"]).split("/")[0] for value in values)
                found |= {(each["resourceType"], code, end) for end in ends}
    return sorted(found)


_COMMON = ("name", "address", "identifier", "code", "subject", "_id", "performer", "url", "title", "near")  # fmt: skip


def _chained(chance):
    source, code, target = chance.choice(links())
    pool = [pair for pair in pools()[target] if pair[0].split(":")[0] in _COMMON] or pools()[target]
    name, value = chance.choice(pool)
    nearer = [link for link in links() if link[2] == source]
    if nearer and chance.random() < 0.4:
        first, through, _ = chance.choice(nearer)
        return first, f"{through}:{source}.{code}.{name}", value
    return source, f"{code}{chance.choice(['', '', f':{target}'])}.{name}", value


def _pointed_at(chance):
    source, code, target = chance.choice(links())
    name, value = chance.choice(pools()[source])
    pointing = [link for link in links() if link[2] == source]
    if pointing and chance.random() < 0.5:
        other, through, _ = chance.choice(pointing)
        name, value = chance.choice(pools()[other])
        name = f"_has:{other}:{through}:{name}"
    return target, f"_has:{source}:{code}:{name}", value


# ── Orders ─────────────────────────────────────────────────────────────────────────────────

ORDERS = {
    "Observation": ("date", "code", "value-quantity", "value-string", "performer", "method"),
    "Patient": ("name", "birthdate", "identifier", "address", "telecom"),
    "ValueSet": ("date", "url", "title", "context-quantity", "context"),
    "Task": ("authored-on", "owner", "focus", "based-on"),
    "Invoice": ("totalgross", "subject"),
}


def test_orders_of_several_keys_with_missing_values_are_those_of_the_values(data):
    chance, wrong = random.Random(37), []
    for _ in range(60):
        type = chance.choice(sorted(ORDERS))
        keys = [chance.choice(["", "-"]) + one for one in chance.sample(ORDERS[type], chance.choice([1, 2, 2]))]  # fmt: skip
        found = paging.all_pages(type, [("_sort", ",".join(keys)), ("_count", "6")])
        values = [[walks.key(data.all[f"{type}/{id}"], one) for one in keys] for id in found]
        if len(found) != len(set(found)) or set(found) != data.search(type, []):
            wrong.append(f"{type} {keys}: not the same resources")
        elif values != walks.ordered(values, keys):
            wrong.append(f"{type} {keys}: {values}")

    assert not wrong, "\n".join(wrong)
