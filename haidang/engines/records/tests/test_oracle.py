"""Hundreds of generated searches find exactly what walking all resources finds."""

import functools
import random
import re

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.index import parameters
from haidang.engines.records.search import conditions, outlook, rows
from haidang.engines.records.tests import mixture, oracle, paging
from haidang.kernel import actor

pytestmark = pytest.mark.usefixtures("everything_open")

TYPES = ("Patient", "Observation", "Encounter", "Condition", "Organization", "ValueSet", "RiskAssessment", "DiagnosticReport")  # fmt: skip
PREFIXES = ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
CHAINS = [
    ("Observation", "patient.gender=female"), ("Observation", "subject:Patient.name=an"),
    ("Observation", "patient.organization.name=tram"), ("Observation", "encounter.status=finished"),
    ("Observation", "subject.identifier=urn:cccd|ab1"), ("Encounter", "patient.birthdate=lt1990"),
    ("Patient", "_has:Observation:patient:code=8480-6"), ("Patient", "_has:Condition:subject:code=I10"),
    ("Patient", "_has:Observation:patient:value-quantity=gt5"),
    ("Organization", "_has:Patient:organization:gender=male"),
    ("Organization", "_has:Patient:organization:_has:Observation:patient:status=final"),
    ("Observation", "patient._has:Condition:subject:code=E11.9"),
    ("DiagnosticReport", "result.status=final"), ("DiagnosticReport", "result.patient.gender=male"),
    ("Observation", "date=ge2025&date=lt2026"), ("Observation", "date=gt2024-02&date=ne2025"),
    ("Patient", "birthdate=ge1980&birthdate=lt1981,2000"), ("Organization", "partof.name=tram y te"), ("Condition", "encounter.class=IMP&code=I10"),
]  # fmt: skip


MADE = mixture.Mixture(seed=7, size=30)


@pytest.fixture
def data():
    records.save_all(MADE.all, by=actor.SYSTEM)
    return oracle.Oracle(MADE.all)


def test_generated_searches_find_what_a_walk_finds(data):
    chance = random.Random(11)
    cases = [case for type in TYPES for case in _cases(type, data, chance)]
    assert len(cases) > 600

    wrong = [f"{t}?{q}: {d}" for t, q in cases if (d := difference(data, t, q))]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("type", "query"), CHAINS)
@pytest.mark.parametrize("few", [5000, 0])
def test_chains_find_what_a_walk_finds(data, monkeypatch, type, query, few):
    """Both ways of going from row to row: by a list of numbers, and row by row."""
    monkeypatch.setattr(conditions, "FEW", few)

    assert difference(data, type, query) is None


LED = [
    ("Observation", "status=final&code=8480-6,15074-8"),
    ("Observation", "status=final&date=ge2024"),
    ("Observation", "date=ge2023&value-quantity=gt1"),
    ("Observation", "code=8480-6&date=lt2026&value-quantity=gt1&status:not=draft"),
    ("Patient", "name=nguyen&birthdate=lt2000"),
    ("Patient", "gender=female&name=an,binh&_has:Observation:patient:status=final"),
]  # fmt: skip


@pytest.mark.parametrize(("type", "query"), LED)
@pytest.mark.parametrize("lead", [None, 0, -1])
@pytest.mark.parametrize("walk", [0, 9, 10_000])
@pytest.mark.parametrize("share", [0.01, 0.3, 2.0])
def test_every_way_to_a_page_finds_the_same(data, monkeypatch, type, query, lead, walk, share):
    """Led by numbers or by a table beside, or met along the records; a part first, or all at once."""
    monkeypatch.setattr(outlook, "of", functools.partial(_outlook, lead))
    monkeypatch.setattr(outlook.Outlook, "walk", lambda self, limit: walk)
    monkeypatch.setattr(outlook.Outlook, "share", lambda self, limit: share)
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&")]

    found = paging.all_pages(type, f"{query}&_count=7")

    assert len(found) == len(set(found))
    assert set(found) == data.search(type, pairs)
    assert records.count(type, query) == len(found)


def _outlook(lead, where, type):
    """An outlook that says which test leads: numbers (None), or one of those beside, if there are any."""
    test = where.beside[lead] if where.beside and lead is not None else None
    if test is None and not where.numbered:
        test = next(iter(where.beside), None)
    return outlook.Outlook(whole=100.0, matches=50.0, lead=test, found=50.0, besides=1)


@pytest.mark.parametrize("taste", [0, 20])
def test_many_tokens_find_the_same_in_pages(data, monkeypatch, taste):
    """Whether the first records met fill the page or the index has to be asked."""
    monkeypatch.setattr(rows, "_TASTE", taste)
    codes = [*mixture.CODES[:3], *(f"none{n}" for n in range(20))]

    found = paging.all_pages("Observation", f"code={','.join(codes)}&_count=7")

    assert len(found) == len(set(found))
    assert set(found) == data.search("Observation", [("code", ",".join(codes))])
    assert data.search("Observation", [("code:not", ",".join(codes))]) == {
        match.id
        for match in records.search("Observation", f"code:not={','.join(codes)}&_count=999").matches
    }


@pytest.mark.parametrize("many", [3000, 0])
@pytest.mark.parametrize(
    ("type", "sort"),
    [("Observation", "date"), ("Observation", "-date"), ("Patient", "name"), ("Patient", "-birthdate"),
     ("Observation", "value-quantity"), ("Observation", "_lastUpdated"), ("Patient", "_id")],
)  # fmt: skip
def test_sorted_pages_are_complete_disjoint_and_in_order(data, monkeypatch, type, sort, many):
    monkeypatch.setattr(rows, "MANY", many)

    found = paging.all_pages(type, f"_sort={sort}&_count=7")

    assert len(found) == len(set(found))
    assert set(found) == data.search(type, [])
    keys = [_sort_key(data.all[f"{type}/{id}"], sort) for id in found]
    valued = [key for key in keys if key is not None]
    assert keys == valued + [None] * (len(keys) - len(valued))
    assert valued == sorted(valued, reverse=sort.startswith("-"))


@pytest.mark.parametrize("taste", [1, 20])
@pytest.mark.parametrize("way", ["", "-"])
@pytest.mark.parametrize("asked", ["ge2024-03", "lt2025", "ge2023-06&date=lt2025-02", "ne2024", "eb2025", "ge2023&status=final"])  # fmt: skip
def test_sorted_by_the_date_that_is_asked_for(data, monkeypatch, asked, way, taste):
    """A range of the date sorted by is a range of its index, however few values are tried first."""
    monkeypatch.setattr(rows, "MANY", 0)
    monkeypatch.setattr(rows, "_TASTE", taste)
    query = f"date={asked}"

    found = paging.all_pages("Observation", f"{query}&_sort={way}date&_count=7")

    assert len(found) == len(set(found))
    assert set(found) == data.search(
        "Observation", [tuple(p.split("=", 1)) for p in query.split("&")]
    )
    keys = [_sort_key(data.all[f"Observation/{id}"], f"{way}date") for id in found]
    assert keys == sorted(keys, reverse=way == "-")


def difference(data, type, query):
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&")]
    expected = data.search(type, pairs)
    found = {
        match.id
        for match in records.search(type, [*pairs, ("_count", "1000")], strict=True).matches
    }
    if found == expected:
        return None
    return f"missing {sorted(expected - found)[:5]}, too many {sorted(found - expected)[:5]}"


def _sort_key(resource, sort):
    code = sort.lstrip("-")
    if code in ("_lastUpdated", "_id"):
        return resource["id"] if code == "_id" else 0
    found = oracle.values(resource, code)
    if code == "name":
        return min(
            (
                oracle.text.fold(n.get("text") or " ".join([n["family"], *n["given"]]))
                for n in found
            ),
            default=None,
        )
    if code == "value-quantity":
        return min((float(q["value"]) for q in found), default=None)
    spans = [span[0] for each in found if (span := oracle._span(each))]
    return (max if sort.startswith("-") else min)(spans, default=None)


# ── Making cases ───────────────────────────────────────────────────────────────────────────


def _cases(type, data, chance):
    single = single_cases(type, data, chance)
    pairs = [f"{chance.choice(single)}&{chance.choice(single)}" for _ in range(60)]
    return [(type, query) for query in {*single, *pairs}]


def single_cases(type, data, chance):
    """Generated conditions on a type, each `name=value`."""
    pool = [r for r in data.all.values() if r["resourceType"] == type]
    single = []
    for code, parameter in parameters.catalogue().of(type).items():
        maker = _MAKERS.get(parameter.kind)
        if maker is None or oracle.definition(type, code) is None:
            continue
        found = [
            v
            for r in pool
            for v in (oracle.values(r, code) if parameter.kind != "composite" else [r])
        ]
        single += (
            [f"{code}:missing=true", f"{code}:missing=false"]
            if found and parameter.kind != "composite"
            else []
        )
        for _ in range(12 if found else 0):
            single += maker(code, chance.choice(found), chance)
    return [one for one in single if not re.search(r"=(,|$)", one)]


def _token_cases(code, value, chance):
    made = []
    for system, text in oracle._tokens(value):
        if text is None:
            continue
        made += [
            f"{code}={text}",
            f"{code}={text.upper()}",
            f"{code}:not={text}",
            f"{code}=none,{text}",
        ]
        if system and system is not ...:
            made += [
                f"{code}={system}|{text}",
                f"{code}={system}|",
                f"{code}=urn:x|{text}",
                f"{code}=|{text}",
            ]
    for coding in value.get("type", {}).get("coding", ()) if isinstance(value, dict) else ():
        made += [f"{code}:of-type={coding['system']}|{kind}|{value['value']}" for kind in (coding["code"], "none")]  # fmt: skip
    displays = list(oracle._displays(value))
    return made + [f"{code}:text={chance.choice(d.split())}" for d in displays]


def _string_cases(code, value, chance):
    made = []
    for part in oracle._strings(value):
        made += [f"{code}={part}", f"{code}={part[:3]}", f"{code}={part.split()[-1].lower()}"]
        made += [
            f"{code}:contains={part[1:4].strip() or part}",
            f"{code}:exact={part}",
            f"{code}:exact={part.lower()}",
        ]
    return [case for case in made if "," not in case]


def _date_cases(code, value, chance):
    span = oracle._span(value)
    texts = (
        [value]
        if isinstance(value, str)
        else [value.get("start", "2025"), value.get("end", "2024")]
    )
    made = [*texts, chance.choice(mixture.DAYS)] if span else [chance.choice(mixture.DAYS)]
    return [f"{code}={chance.choice(PREFIXES)}{text}" for text in made]


def _amount_cases(code, value, chance):
    amount = value.get("value") if isinstance(value, dict) else value
    if amount is None:
        return []
    prefix = chance.choice((*PREFIXES, "ap"))
    made = [f"{code}={prefix}{amount}", f"{code}={prefix}5", f"{code}={prefix}{float(amount):.2f}"]
    if isinstance(value, dict) and "code" in value:
        made += [
            f"{code}={prefix}{amount}|{value['system']}|{value['code']}",
            f"{code}={amount}||{value['unit']}",
        ]
    return made


def _reference_cases(code, value, chance):
    if isinstance(value, str) or "reference" not in value:
        identifier = value.get("identifier", {}) if isinstance(value, dict) else {}
        return (
            [f"{code}:identifier={identifier['system']}|{identifier['value']}"]
            if identifier
            else []
        )
    type, id = value["reference"].split("/")
    return [f"{code}={type}/{id}", f"{code}={id}", f"{code}:{type}={id}", f"{code}={type}/none"]


def _uri_cases(code, value, chance):
    return [
        f"{code}={value}",
        f"{code}:below={value}",
        f"{code}:above={value}",
        f"{code}:below=http://x.vn/vs/a",
    ]


def _composite_cases(code, resource, chance):
    whole = oracle.definition(resource["resourceType"], code)
    one, two = whole["component"]
    kind = oracle.by_url(two["definition"])["type"]
    made = []
    for context in oracle.evaluate(resource, whole["expression"]):
        firsts = [
            t
            for v in oracle._in_context(context, one["expression"], resource)
            for t in oracle._tokens(v)
        ]
        seconds = [
            v
            for key in two["expression"].split("|")
            for v in oracle._in_context(context, key.strip(), resource)
        ]
        for second in seconds[:1]:
            for system, text in firsts[:2]:
                for made_second in _MAKERS[kind]("x", second, chance)[:3]:
                    if ":" in made_second.split("=")[0]:
                        continue
                    wanted = made_second.partition("=")[2]
                    made += [
                        f"{code}={text}${wanted}",
                        *([f"{code}={system}|{text}${wanted}"] if system else []),
                    ]
    return [case for case in made if "," not in case]


_MAKERS = {
    "token": _token_cases, "string": _string_cases, "date": _date_cases, "number": _amount_cases,
    "quantity": _amount_cases, "reference": _reference_cases, "uri": _uri_cases,
    "composite": _composite_cases,
}  # fmt: skip
