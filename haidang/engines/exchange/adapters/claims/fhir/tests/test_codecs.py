"""Texts of fields as FHIR values and back; what cannot be told exactly is told as well as it can be."""

from decimal import Decimal

import pytest

from haidang.engines.exchange.adapters.claims.fhir import codecs
from haidang.engines.exchange.adapters.claims.fhir.shape import Field, Shape

_ODD_SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("text", "number", "back"),
    [
        ("0", 0, "0"),
        ("6541", 6541, "6541"),
        ("6541.000", Decimal("6541.000"), "6541.000"),
        ("-5.50", Decimal("-5.50"), "-5.50"),
        ("0.05", Decimal("0.05"), "0.05"),
        ("5,2", Decimal("5.2"), "5.2"),
        ("007", 7, "7"),
        ("00", 0, "0"),
        ("", None, None),
        ("-0", None, None),
        ("1.234.567", None, None),
        ("1e5", None, None),
        ("١", None, None),
        ("12 viên", None, None),
        ("9" * 30, None, None),
    ],
)
def test_numbers(text, number, back):
    found = codecs.value_of(text)

    assert (found, type(found)) == (number, type(number))
    assert (codecs.show(found) if found is not None else None) == back


@pytest.mark.parametrize(
    ("text", "ratio"),
    [
        ("100", 1),
        ("80", Decimal("0.8")),
        ("32", Decimal("0.32")),
        ("0", 0),
        ("12.5", Decimal("0.125")),
    ],
)
def test_percentages_are_factors(text, ratio):
    assert codecs.percent.encode(text) == ratio
    assert codecs.percent.decode(ratio) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("202603020805", "2026-03-02T08:05:00+07:00"),
        ("202602282359", "2026-02-28T23:59:00+07:00"),
        ("20260302", "2026-03-02T00:00:00+07:00"),
        ("202602290000", None),
        ("202603022400", None),
        ("202603020860", None),
        ("2026030208", None),
        ("000000000000", None),
        ("", None),
        ("ngày 2 tháng 3", None),
    ],
)
def test_moments_are_of_hanoi(text, moment):
    assert codecs.moment_of(text) == moment


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a;b", ["a", "b"]),
        ("a", ["a"]),
        ("a;;b", None),
        (";", None),
        ("a b;c  d", None),
    ],
)
def test_lists_are_whole_or_nothing(text, found):
    assert codecs.many(codecs.code).encode(text) == found


@pytest.mark.parametrize(
    "text", ["Sốt < 38", "a & b", "dòng 1\ndòng 2", "<b>đậm</b>", "<br/>", "]]>", "&lt;"]
)
def test_narratives_give_their_text_back(text):
    value = codecs.narrative.encode(text)

    assert codecs.narrative.decode(value) == text
    assert "<b>" not in value["div"]


def test_an_odd_space_is_shown_as_a_space():
    assert codecs.text.encode(f"a{_ODD_SPACE}b") == "a b"
    assert codecs.text.encode(_ODD_SPACE) is None


def test_a_code_of_a_short_list_brings_its_name():
    assert codecs.coding("treatment-outcome").encode("1")["display"] == "Khỏi"
    assert "display" not in codecs.coding("treatment-outcome").encode("99")


SHAPE = Shape(
    "Encounter",
    Field("FROM", "period.start", codecs.moment),
    Field("TO", "period.end", codecs.moment),
    Field(
        "WHO",
        "participant[]",
        codecs.first(codecs.wrapped("individual", codecs.reference("Practitioner", "licence"))),
    ),
    Field("SUM", "cost.value", codecs.figure, implied="0"),
)


def test_what_fits_leaves_nothing():
    left = {}

    made = SHAPE.fill({}, {"FROM": "202603020805", "TO": "202603020900", "SUM": "0"}, left)

    assert left == {}
    assert "cost" not in made
    assert SHAPE.read(made) == {"FROM": "202603020805", "TO": "202603020900", "SUM": "0"}


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"FROM": "202613010000"}, {"FROM": "202613010000", "SUM": ""}),
        ({"WHO": "a;b", "SUM": "1"}, {"WHO": "a;b"}),
        ({"SUM": "01"}, {"SUM": "01"}),
        ({"SUM": ""}, {"SUM": ""}),
        (
            {"FROM": "202603020900", "TO": "202603020805", "SUM": "1"},
            {"TO": "202603020805"},
        ),
    ],
)
def test_what_does_not_fit_is_kept_as_text(values, kept):
    left = {}

    SHAPE.fill({}, values, left)

    assert left == kept


def test_a_period_never_ends_before_it_starts():
    made = SHAPE.fill({}, {"FROM": "202603020900", "TO": "202603020805"}, {})

    assert made["period"] == {"start": "2026-03-02T09:00:00+07:00"}


def test_filling_shares_nothing_between_resources():
    first, second = (SHAPE.fill({}, {"WHO": "a", "SUM": "1"}, {}) for _ in range(2))

    first["participant"][0]["individual"]["identifier"]["value"] = "b"

    assert second["participant"][0]["individual"]["identifier"]["value"] == "a"
