"""CSV as RFC 4180 says, read back by a strict reader; no cell that a spreadsheet would run."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.rooms.open_data.domain import datasets, tables

TEXT, NUMBER, OTHER = (
    datasets.Column("words", "text", "Chữ"),
    datasets.Column("amount", "number", "Số"),
    datasets.Column("note", "text", "Ghi chú"),
)
_PLAIN_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\0"))  # fmt: skip


def read_back(content):
    text = content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


@settings(derandomize=True, max_examples=400, deadline=None)
@given(st.lists(st.tuples(_PLAIN_TEXT, _PLAIN_TEXT), max_size=6))
def test_what_is_written_is_read_back_and_never_runs(rows):
    given_rows = [{"words": a, "note": b} for a, b in rows]

    found = read_back(tables.csv_bytes((TEXT, OTHER), given_rows))

    assert found[0] == ["words", "note"]
    assert len(found) == len(rows) + 1
    for row, line in zip(rows, found[1:], strict=True):
        for before, after in zip(row, line, strict=True):
            assert after in (before, f"'{before}")
            assert not after.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
            assert not after.lstrip().startswith(("=", "+", "-", "@"))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.lists(_PLAIN_TEXT, max_size=6))
def test_a_table_of_one_column_keeps_its_empty_lines(values):
    found = read_back(tables.csv_bytes((TEXT,), [{"words": value} for value in values]))

    assert len(found) == len(values) + 1
    assert all(len(line) == 1 for line in found)


def test_lines_end_as_the_rfc_says_and_quotes_are_doubled():
    content = tables.csv_bytes((TEXT, NUMBER), [{"words": 'a "b", c\nd', "amount": -1.5}])

    assert content == '\ufeffwords,amount\r\n"a ""b"", c\nd",-1.5\r\n'.encode()


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+84", "'+84"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0"),
        ("＝1", "'＝1"),
        ("Xã A", "Xã A"),
        ("", ""),
    ],
)
def test_a_formula_gets_an_apostrophe(cell, shown):
    assert tables.safe_text(cell) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3.0, "3"), (3.25, "3.25"), (-7, "-7"), (True, "true"), (None, ""), (10**9, "1000000000")],
)
def test_a_number_is_one_that_machines_read(value, shown):
    ((_head, _n), (_words, cell)) = read_back(tables.csv_bytes((TEXT, NUMBER), [{"words": "x", "amount": value}]))  # fmt: skip

    assert cell == shown


def test_json_keeps_values_as_they_are():
    content = tables.json_bytes("thu", (TEXT, NUMBER), [{"words": "=1", "amount": None}], release=2)

    held = json.loads(content)
    assert held["rows"] == [{"words": "=1", "amount": None}]
    assert held["release"] == 2
    assert [c["type"] for c in held["columns"]] == ["text", "number"]
