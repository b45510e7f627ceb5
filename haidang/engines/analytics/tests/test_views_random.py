"""Random small views over random resources: the compiler and the interpreter say the same."""

import json

from hypothesis import given, settings, strategies

from haidang.engines.analytics.views import running
from haidang.kernel import errors

words = strategies.sampled_from(["a", "b", "'", "Đà", ""])
codes = strategies.sampled_from(["official", "usual", "old"])
days = strategies.sampled_from(["1980-01-01", "1990-12-31", "2001-02-03"])
numbers = strategies.sampled_from([0, 1, 2, -3, 1.5, 0.25])


def maybe(**parts):
    """An object that has some of the parts; never an empty one, which FHIR does not know."""
    return strategies.fixed_dictionaries({}, optional=parts).filter(bool)


texts = words.filter(bool)
names = maybe(use=codes, family=texts, given=strategies.lists(texts, min_size=1, max_size=3))
points = maybe(
    system=strategies.sampled_from(["phone", "email"]), value=texts, rank=strategies.integers(1, 3)
)
contacts = maybe(name=names, telecom=strategies.lists(points, min_size=1, max_size=2))
extensions = strategies.builds(
    lambda url, value: {"url": url, "valueString": value},
    strategies.sampled_from(["http://a", "http://b"]),
    texts,
)
patients = strategies.lists(
    maybe(
        active=strategies.booleans(),
        gender=strategies.sampled_from(["male", "female"]),
        birthDate=days,
        multipleBirthInteger=strategies.integers(1, 4),
        deceasedBoolean=strategies.booleans(),
        name=strategies.lists(names, min_size=1, max_size=3),
        telecom=strategies.lists(points, min_size=1, max_size=3),
        contact=strategies.lists(contacts, min_size=1, max_size=2),
        extension=strategies.lists(extensions, min_size=1, max_size=1),
        managingOrganization=strategies.sampled_from(
            [{"reference": "Organization/o1"}, {"display": "x"}]
        ),
    ).map(lambda held: {"resourceType": "Patient", "id": "p", **held}),
    min_size=1,
    max_size=4,
)

# Paths by what they start at; those with a truth value serve as tests too.
TRUTHS = {
    "Patient": [
        "active",
        "name.exists()",
        "telecom.empty()",
        "active and name.exists()",
        "active or deceased.ofType(boolean)",
        "active.not()",
        "active xor deceased.ofType(boolean)",
        "active implies false",
        "gender = 'male'",
        "gender != 'male'",
        "multipleBirth.ofType(integer) > 2",
        "name.where(use = 'official').exists()",
        "birthDate < @1990-12-31",
        "contact.telecom.exists(system = 'phone')",
        "name.given = 'a'",
    ],
    "HumanName": ["use = 'official'", "given.exists()", "family.empty()", "given.count() > 1"],
    "ContactPoint": ["system = 'phone'", "rank >= 2", "value.exists() and rank.exists()"],
    "Patient.contact": ["name.exists()", "telecom.where(rank = 1).empty()"],
}
VALUES = {
    "Patient": [
        "id",
        "gender",
        "birthDate",
        "multipleBirth.ofType(integer) + 1",
        "multipleBirth.ofType(integer) / 2",
        "name.first().family",
        "name[1].use",
        "name.given.first()",
        "name.given.join('-')",
        "name.count()",
        "telecom.where(system = 'phone').value.first()",
        "extension('http://a').value.ofType(string)",
        "managingOrganization.getReferenceKey(Organization)",
        "gender & '!'",
        "%constant",
        "contact.name.given.count()",
        "(name.count() + telecom.count()) * 2 - 1",
        "name.family",
        "contact.telecom.rank",
    ],
    "HumanName": [
        "use",
        "family",
        "given.first()",
        "given.join('')",
        "given.count()",
        "%rowIndex",
        "given[1]",
    ],
    "ContactPoint": ["system", "value", "rank", "rank * 2", "value + system", "%rowIndex"],
    "Patient.contact": [
        "name.family",
        "telecom.value.first()",
        "name.given.join()",
        "%rowIndex",
        "telecom.rank",
    ],
}
LISTS = {
    "Patient": [
        "name.given",
        "telecom.value",
        "contact.telecom.rank",
        "name.where(use = 'usual').family",
        "gender",
    ],
    "HumanName": ["given", "use"],
    "ContactPoint": ["value"],
    "Patient.contact": ["telecom.system", "name.given"],
}
STEPS = {
    "Patient": [
        ("name", "HumanName"),
        ("telecom", "ContactPoint"),
        ("contact", "Patient.contact"),
        ("name.where(use = 'official')", "HumanName"),
        ("contact.telecom", "ContactPoint"),
        ("telecom.where(rank > 1)", "ContactPoint"),
        ("name.first()", "HumanName"),
    ],
    "Patient.contact": [("telecom", "ContactPoint"), ("name", "HumanName")],
    "HumanName": [],
    "ContactPoint": [],
}


@strategies.composite
def views(draw):
    counter = iter(range(1000))
    where = draw(strategies.lists(strategies.sampled_from(TRUTHS["Patient"]), max_size=1))
    selects = [
        draw(selecting("Patient", counter, 0)) for _ in range(draw(strategies.integers(1, 2)))
    ]
    return {
        "resource": "Patient",
        "constant": [{"name": "constant", "valueString": draw(words)}],
        "where": [{"path": path} for path in where],
        "select": selects,
    }


@strategies.composite
def selecting(draw, type, counter, depth):
    found = {}
    if STEPS[type] and draw(strategies.booleans()):
        path, type = draw(strategies.sampled_from(STEPS[type]))
        found[draw(strategies.sampled_from(["forEach", "forEachOrNull"]))] = path
    found["column"] = draw(columns(type, counter))
    if depth < 2 and draw(strategies.booleans()):
        found["select"] = [draw(selecting(type, counter, depth + 1))]
    if depth < 2 and draw(strategies.integers(0, 3)) == 0:
        found["unionAll"] = draw(branches(type, counter))
    return found


@strategies.composite
def branches(draw, type, counter):
    """Branches with one text column of the same name."""
    name, found = f"c{next(counter)}", []
    texts = {
        "Patient": "gender",
        "HumanName": "use",
        "ContactPoint": "system",
        "Patient.contact": "name.family",
    }
    for _ in range(draw(strategies.integers(1, 3))):
        branch, at = {}, type
        if STEPS[type] and draw(strategies.booleans()):
            path, at = draw(strategies.sampled_from(STEPS[type]))
            branch[draw(strategies.sampled_from(["forEach", "forEachOrNull"]))] = path
        found.append({**branch, "column": [{"name": name, "path": texts[at]}]})
    return found


@strategies.composite
def columns(draw, type, counter):
    found = []
    for _ in range(draw(strategies.integers(1, 3))):
        kind = draw(strategies.sampled_from([VALUES, TRUTHS, LISTS]))
        column = {"name": f"c{next(counter)}", "path": draw(strategies.sampled_from(kind[type]))}
        found.append(column | ({"collection": True} if kind is LISTS else {}))
    return found


def _outcome(view, resources, engine):
    try:
        rows = running.run_view(view, resources, engine)
    except errors.Incorrect as why:
        return why.code
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in map(_plain, rows))


def _plain(row):
    return {name: int(v) if isinstance(v, float) and v == int(v) else v for name, v in row.items()}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(view=views(), resources=patients)
def test_the_compiler_and_the_interpreter_agree(view, resources):
    told = _outcome(view, resources, "interpreter")

    assert _outcome(view, resources, "duckdb") == told
