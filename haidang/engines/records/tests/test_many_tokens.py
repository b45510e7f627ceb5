"""Many ORed tokens or references are one condition: no statement, scan or plan more than for a few.

How long it takes is told by `bin/bench records`; here stands why it cannot collapse.
"""

import pytest

from haidang.engines.records import api as records
from haidang.engines.records import wire
from haidang.engines.records.search import rows
from haidang.engines.records.tests import planned
from haidang.kernel import actor

pytestmark = pytest.mark.usefixtures("everything_open")
CODES = [f"C{n}" for n in range(400)]
ROWS = 3000
RARE = [f"R{n}" for n in range(200)]


def condition(code):
    return {"resourceType": "Condition", "code": {"coding": [{"system": "urn:c", "code": code}]}}


@pytest.fixture(scope="module")
def data(module_database):
    made = [condition(CODES[n % 400]) for n in range(ROWS)]
    planned.stand([*made, *(condition(code) for code in RARE)])


@pytest.fixture
def asked(monkeypatch):
    """Every statement with its values, as it went to the database."""
    said, ask = [], wire.rows

    def listening(statement, values=(), **more):
        said.append((statement, values))
        return ask(statement, values, **more)

    monkeypatch.setattr(wire, "rows", listening)
    return said


def searched(asked, codes, count=50):
    """(how many were found, the statements that it took)."""
    asked.clear()
    query = [("code", ",".join(codes)), ("_count", str(count))]
    found = len(records.search("Condition", query, strict=True).matches)
    return found, list(asked)


def plans(statements):
    for text, values in statements:
        if not text.startswith("EXPLAIN"):
            ((plan,),) = wire.rows(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}", values, prepare=False
            )
            yield plan[0]["Plan"]


def nodes(plan):
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


@pytest.mark.parametrize("codes", [CODES, RARE], ids=["common", "rare"])
def test_two_hundred_take_the_statements_of_twenty_and_grow_in_their_values_alone(
    data, asked, codes
):
    searched(asked, codes[:20])  # what is looked up once in a while is known by now
    few, statements = searched(asked, codes[:20], count=19)
    many, same = searched(asked, codes[:200], count=19)

    assert (few, many) == (19, 19)
    assert [text for text, _ in same] == [text for text, _ in statements]


@pytest.mark.parametrize("written", ["Patient/p{}", "p{}", "https://haidang.vn/fhir/Patient/p{}"])
def test_two_hundred_references_are_asked_for_in_one_go(asked, written):
    people = [{"resourceType": "Patient", "id": f"p{n}"} for n in range(40)]
    made = [{**condition("C"), "subject": {"reference": f"Patient/p{n}"}} for n in range(40)]
    records.save_all([*people, *made], by=actor.SYSTEM)
    values = [written.format(n) for n in range(200)]

    def found(values):
        asked.clear()
        query = [("subject", ",".join(values)), ("_count", "19")]
        return len(records.search("Condition", query, strict=True).matches), len(asked)

    found(values[:20])  # what is looked up once in a while is known by now
    assert found(values[:20]) == (19, found(values)[1])


@pytest.mark.parametrize("codes", [CODES, RARE], ids=["common", "rare"])
def test_no_plan_reads_the_table_from_end_to_end_or_asks_a_token_at_a_time(data, asked, codes):
    searched(asked, codes[:200])
    found, statements = searched(asked, codes[:200])
    told = [node for plan in plans(statements) for node in nodes(plan)]

    read = [node["Node Type"] for node in told if node.get("Relation Name") == "records_key"]
    assert found == 50
    assert read
    assert "Seq Scan" not in read
    assert not [node for node in told if node["Node Type"] == "BitmapOr"]
    assert (
        max(node["Actual Loops"] for node in told) <= 51 * rows._TASTE
    )  # records tried for a page


@pytest.mark.parametrize("codes", [CODES, RARE], ids=["common", "rare"])
def test_what_is_read_is_bound_by_the_tokens_and_the_page(data, asked, codes):
    searched(asked, codes[:200])
    _found, statements = searched(asked, codes[:200])

    read = sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans(statements))
    assert read < 6 * 200 + 20 * 51
