"""Many ORed values with an order are one set: no branch of a plan for each, and one text for any number.

How long it takes is told in docs/reference/benchmarks/records.md; here stands why it cannot collapse.
"""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.search import many
from haidang.engines.records.tests import planned
from haidang.engines.records.tests.test_many_tokens import asked, nodes, plans

__all__ = ["asked"]
pytestmark = pytest.mark.usefixtures("everything_open")
PEOPLE, EACH = 60, 20
MOST_NODES = 60  # of one statement, with the policies of the records


@pytest.fixture(scope="module")
def people(module_database):
    made = []
    for n in range(PEOPLE):
        name = {"text": f"Nguyễn Văn A{n}"}
        made.append({"resourceType": "Patient", "id": f"p{n}", "name": [name], "birthDate": f"19{30 + n}-05-0{1 + n % 9}"})  # fmt: skip
        made += [observation(n, number) for number in range(EACH)]
    planned.stand(made)


def observation(n, number):
    value = {"value": n + number / 10, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}  # fmt: skip
    kinds = [{"valueQuantity": value}, {"valueString": f"v{n}"}, {"valueCodeableConcept": {"coding": [{"code": f"v{n}"}]}}]  # fmt: skip
    return {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": f"Patient/p{n}"},
        "code": {"coding": [{"system": "urn:c", "code": f"c{number}"}]},
        "effectiveDateTime": f"20{10 + number % 16}-0{1 + n % 9}-1{number % 10}",
        **kinds[number % 3],
    }


def numbered(text):
    """`size` values made of a text, the first from the first number on."""
    return lambda size: ",".join(text.format(n=n, c=n % EACH) for n in range(size))


def days(size):
    return ",".join(f"{1930 + n // 27}-05-{1 + n % 27:02d}" for n in range(size))


SHAPES = {
    "name": ("Patient", "name", numbered("Nguyễn Văn A{n}")),
    "contains": ("Patient", "name:contains", numbered("văn a{n}")),
    "exact": ("Patient", "name:exact", numbered("Nguyễn Văn A{n}")),
    "birthdate": ("Patient", "birthdate", days),
    "date": ("Observation", "date", days),
    "prefixes": ("Observation", "date", lambda size: days(size) + ",gt2024,eb2011"),
    "quantity": ("Observation", "value-quantity", numbered("{n}.4")),
    "unit": ("Observation", "value-quantity", numbered("{n}.4|http://unitsofmeasure.org|mg")),
    "approximately": ("Observation", "value-quantity", numbered("ap{n}.4")),
    "code and quantity": ("Observation", "code-value-quantity", numbered("c{c}${n}.0")),
    "system, code and quantity": (
        "Observation",
        "code-value-quantity",
        numbered("urn:c|c{c}${n}.0"),
    ),  # fmt: skip
    "code and text": ("Observation", "code-value-string", numbered("c{c}$v{n}")),
    "code and concept": ("Observation", "code-value-concept", numbered("c{c}$v{n}")),
    "either": ("Observation", "combo-code-value-concept", numbered("c{c}$v{n}")),
    "chain": ("Observation", "subject:Patient.birthdate", days),
    "reverse chain": ("Patient", "_has:Observation:subject:value-quantity", numbered("{n}.4")),
    "written": ("Patient", "_lastUpdated", days),
    "sorted": ("Observation", "_sort=date&value-quantity", numbered("{n}.4")),
    "sorted by what is asked": ("Observation", "_sort=-date&date", days),
    "total": ("Observation", "_summary=count&date", days),
    "near": ("Location", "near", numbered("{c}.5|106.5|9|km")),
}


def found(asked, shape, size):
    """The statements that a search of so many values takes."""
    type, name, values = SHAPES[shape]
    asked.clear()
    *first, name = name.split("&")
    pairs = [*(tuple(each.split("=")) for each in first), (name, values(size))]
    records.search(type, pairs, strict=True)
    # Whether a parameter of one's own came is looked up every other second.
    return [each for each in asked if "records_indexed" not in each[0]]


@pytest.mark.parametrize("shape", SHAPES)
def test_hundreds_of_values_are_no_branches_of_a_plan(people, asked, shape):
    few = found(asked, shape, 20)
    statements = found(asked, shape, 500)
    told = [[node["Node Type"] for node in nodes(plan)] for plan in plans(statements)]

    assert len(statements) <= len(few) + 2
    assert told
    assert max(map(len, told)) <= MOST_NODES
    assert sum(map(len, told)) <= MOST_NODES * len(statements)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_texts_of_statements_do_not_grow_with_the_values(people, asked, shape):
    few = max(len(text) for text, _ in found(asked, shape, 20))
    many_ = max(len(text) for text, _ in found(asked, shape, 500))

    assert many_ < few + 2000


@pytest.mark.parametrize("shape", SHAPES)
def test_few_values_are_a_condition_each(people, asked, monkeypatch, shape):
    """So that what is often asked for has the plans it always had."""
    found(asked, shape, 3)  # what is looked up once in a while is known by now
    few = [text for text, _ in found(asked, shape, 3)]
    monkeypatch.setattr(many, "FEW", 1000)
    same = [text for text, _ in found(asked, shape, 3)]

    assert few == same


def test_thousands_of_values_take_what_they_are(people):
    """No refusal and no more statements: the cost is that of reading the values."""
    values = days(5000)
    total = records.search("Observation", [("date", values), ("_total", "accurate")], strict=True)
    parts = [records.count("Observation", [("date", part)]) for part in _tens(values.split(","))]

    assert total.total == sum(parts) > 100


def _tens(values):
    return [",".join(values[at : at + 10]) for at in range(0, len(values), 10)]
