"""Periods, the way of a report, what cells come to, check rules, numbers: plain rules."""

from datetime import date
from decimal import Decimal

import pytest

from haidang.kernel import errors
from haidang.rooms.reporting import domain

CIRCULAR = domain.Circular("T", "Thông tư thử", date(2025, 7, 1), date(2027, 3, 1))
TOLD = {
    "code": "X",
    "number": "X",
    "title": "Biểu thử",
    "title_en": "A form",
    "circular": "T",
    "level": "station",
    "period": "quarter",
    "due": {"working_days": 5},
    "units": ["commune-station"],
    "columns": [
        {"code": "all", "title": "Tổng", "cell": {"indicator": "visits", "where": {"class": "out"}}},
        {"code": "women", "title": "Nữ", "cell": {"indicator": "visits", "where": {"sex": "female"}}},
    ],
    "rows": [
        {"code": "H", "title": "Phần một", "head": True},
        {"code": 1, "title": "Một", "where": {"age": ["0", "1-4"]}},
        {"code": 2, "title": "Hai", "typed": "Sổ A11"},
        {"code": 3, "title": "Ba", "missing": "Sổ A3"},
        {"code": 4, "title": "Bốn", "cells": {"women": "none"}},
        {"code": 5, "title": "Cộng", "sum": [1, 2, 4]},
        {"code": 6, "title": "Tỷ lệ", "ratio": {"of": 2, "over": 1}},
        {"code": 7, "title": "Cộng cả phần chưa có", "sum": [1, 3]},
    ],
    "checks": [
        {"left": "*:all", "op": ">=", "right": "*:women", "text": "Tổng không nhỏ hơn nữ"},
        {"left": "1:all", "op": ">", "right": ["2:all", "4:all"], "severity": "warning", "text": "Thường"},
    ],
}  # fmt: skip
FORM = domain.read(TOLD, CIRCULAR)


def ok(value):
    return domain.Given("ok", Decimal(value))


GIVEN = {"1:all": ok(10), "1:women": ok(4), "2:all": ok(3), "2:women": ok(1), "4:all": ok(2)}


@pytest.mark.parametrize(
    ("kind", "label", "cut", "start", "end"),
    [
        ("month", "2026-11", "calendar", date(2026, 11, 1), date(2026, 12, 1)),
        ("month", "2026-12", "calendar", date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", "2026-Q4", "calendar", date(2026, 10, 1), date(2027, 1, 1)),
        ("half", "2026-H2", "calendar", date(2026, 7, 1), date(2027, 1, 1)),
        ("year", "2026", "calendar", date(2026, 1, 1), date(2027, 1, 1)),
        ("half", "2026-H1", "day15", date(2025, 12, 15), date(2026, 6, 15)),
        ("month", "2026-03", "day15", date(2026, 2, 15), date(2026, 3, 15)),
        ("year", "2026", "day15", date(2025, 12, 15), date(2026, 12, 15)),
    ],
)
def test_a_period_has_its_days(kind, label, cut, start, end):
    """Source: NĐ 09/2019/NĐ-CP, Điều 12 for the cut on the 15th"""
    assert domain.span(kind, label, cut) == (start, end)


@pytest.mark.parametrize(
    ("kind", "label"),
    [("quarter", "2026"), ("month", "2026-13"), ("year", "2026-01"), ("half", "2026-Q1"), ("month", ""), ("year", "0000"), ("month", "9999-12"), ("year", "1999"), ("year", "2101"), ("year", "２０２６")],
)  # fmt: skip
def test_a_period_of_another_kind_is_refused(kind, label):
    with pytest.raises(errors.Incorrect) as why:
        domain.span(kind, label)

    assert why.value.code == "reporting.period_wrong"


@pytest.mark.parametrize(
    ("label", "said"),
    [("2026-11", "202611"), ("2026-Q4", "2026Q4"), ("2026-H2", "2026S2"), ("2026", "2026")],
)
def test_a_period_in_the_syntax_of_dhis2(label, said):
    assert domain.dhis2_period(label) == said


@pytest.mark.parametrize(
    ("kind", "label"),
    [("month", "2026-06"), ("quarter", "2026-Q2"), ("half", "2026-H1"), ("year", "2026")],
)
def test_a_day_lies_in_one_period_of_each_kind(kind, label):
    assert domain.label_of(kind, date(2026, 6, 30)) == label


@pytest.mark.parametrize(
    ("state", "to"),
    [("open", "submitted"), ("returned", "submitted"), ("submitted", "approved"), ("submitted", "returned"),
     ("approved", "returned"), ("approved", "locked")],
)  # fmt: skip
def test_a_report_may_go_this_way(state, to):
    assert domain.move(state, to) == to


@pytest.mark.parametrize(
    ("state", "to", "code"),
    [
        ("submitted", "submitted", "reporting.already_submitted"),
        ("approved", "submitted", "reporting.already_approved"),
        ("open", "approved", "reporting.not_submitted"),
        ("returned", "approved", "reporting.not_submitted"),
        ("submitted", "locked", "reporting.not_approved"),
        *(("locked", to, "reporting.locked") for to in ("submitted", "returned", "approved", "locked")),
    ],
)  # fmt: skip
def test_a_report_may_not_go_that_way(state, to, code):
    with pytest.raises(errors.Conflict) as why:
        domain.move(state, to)

    assert why.value.code == code


def test_a_cell_joins_what_its_column_and_its_row_say():
    cell = FORM.cells["1:women"]

    assert cell.indicator == "visits"
    assert cell.where == {"sex": ("female",), "age": ("0", "1-4")}


def test_a_heading_has_no_cells_and_a_crossed_out_cell_is_none():
    assert not [key for key in FORM.cells if key.startswith("H:")]
    assert FORM.cells["4:women"].source == "none"


def test_cells_show_what_was_given_and_what_follows_from_it():
    found = domain.evaluate(FORM, GIVEN, {})

    assert found["5:all"].value == 15
    assert found["6:all"].value == Decimal("30.0")
    assert found["5:women"].value == 5
    assert found["4:women"].state == "none"


def test_a_source_that_is_not_there_is_named_and_is_not_zero():
    found = domain.evaluate(FORM, GIVEN, {})["3:all"]

    assert (found.state, found.value, found.missing) == ("no_source", None, ("Sổ A3",))


def test_a_sum_that_lacks_a_part_has_no_value_and_names_the_part():
    found = domain.evaluate(FORM, GIVEN, {})["7:all"]

    assert (found.state, found.value, found.missing) == ("partial", None, ("Ba",))


@pytest.mark.parametrize("over", [None, "0"])
def test_a_ratio_over_nothing_has_no_value(over):
    given = {"2:all": ok(3)} | ({"1:all": ok(over)} if over else {})

    assert domain.evaluate(FORM, given, {})["6:all"].value is None


def test_a_typed_cell_with_nothing_in_it_is_blank():
    assert domain.evaluate(FORM, {}, {})["2:all"].state == "blank"


def test_a_correction_counts_and_keeps_what_was_given():
    found = domain.evaluate(FORM, GIVEN, {"1:all": Decimal(12), "3:all": Decimal(7)})

    assert (found["1:all"].value, found["1:all"].given) == (12, 10)
    assert found["5:all"].value == 17
    assert (found["3:all"].state, found["3:all"].given) == ("ok", None)
    assert found["7:all"].value == 19


def test_rules_that_hold_say_nothing():
    assert domain.faults_of(FORM, domain.evaluate(FORM, GIVEN, {})) == []


def test_a_rule_is_asked_of_every_row_and_names_its_cell():
    given = GIVEN | {"1:women": ok(11), "2:women": ok(9)}

    found = domain.faults_of(FORM, domain.evaluate(FORM, given, {}))

    assert [(one.key, one.left, one.right) for one in found] == [
        ("1:all", 10, 11), ("2:all", 3, 9), ("5:all", 15, 20),
    ]  # fmt: skip


def test_a_warning_is_told_apart_and_a_rule_without_values_says_nothing():
    heavy = domain.faults_of(FORM, domain.evaluate(FORM, GIVEN | {"2:all": ok(9)}, {}))
    empty = domain.faults_of(FORM, domain.evaluate(FORM, {}, {}))

    assert [one.warning for one in heavy] == [True]
    assert empty == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("", None), ("  ", None), ("0", 0), ("1250", 1250), ("1.250", 1250), ("1.250.000", 1250000), ("12 500", 12500)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text, value):
    assert domain.number(text) == value


@pytest.mark.parametrize("text", ["12,5", "12.5", "1,25", "1,234", "0.125", "0,125"])
def test_a_whole_number_has_no_fraction(text):
    with pytest.raises(errors.Incorrect) as why:
        domain.number(text)

    assert why.value.code == "reporting.number_not_whole"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("87,5", "87.5"), ("87.5", "87.5"), ("0,125", "0.125"), ("0.125", "0.125"), ("1,234", "1.234"), ("1234", "1234"),
        ("1.234,5", "1234.5"), ("1.234.567", "1234567"), ("1234.567", "1234.567"), ("1 234,5", "1234.5"),
    ],
)  # fmt: skip
def test_a_fraction_is_read_where_it_may_be(text, value):
    assert domain.number(text, decimals=3) == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", "12.345", "999.000"])
def test_what_may_be_a_thousand_or_a_fraction_is_asked_back(text):
    with pytest.raises(errors.Incorrect) as why:
        domain.number(text, decimals=3)

    assert why.value.code == "reporting.number_unclear"
    assert "1234" in why.value.message
    assert "1,234" in why.value.message
    assert domain.number(text) == Decimal(text.replace(".", ""))  # a whole number has no fraction


@pytest.mark.parametrize(
    "text",
    ["-1", "abc", "=1+1", "NaN", "Infinity", "1e99", "1e3", "1_000", "１２", "1;2", "1,234,567", "1,234.5", "1.23.456", ".", "5."],
)  # fmt: skip
def test_what_is_no_count_is_refused(text):
    with pytest.raises(errors.Incorrect):
        domain.number(text, decimals=3)


@pytest.mark.parametrize("reason", ["", "   ", "sai"])
def test_a_reason_says_something(reason):
    with pytest.raises(errors.RuleBroken):
        domain.check_reason(reason)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": "moon"}, "level moon"),
        ({"period": "week"}, "period week"),
        ({"cut": "day9"}, "cut day9"),
        ({"due": {"days": 3}}, "due is"),
        ({"units": []}, "no kinds of units"),
        ({"rows": [*TOLD["rows"], {"code": 1, "title": "Hai lần"}]}, "rows: 1 twice"),
        ({"rows": [{"code": 1, "title": "Một", "sum": [9]}], "checks": []}, "names row 9"),
        ({"rows": [{"code": 1, "title": "Một", "sum": [1]}], "checks": []}, "counts itself"),
        ({"checks": [{"left": "9:all", "op": ">", "right": "1:all", "text": "x"}]}, "check names 9:all"),
        ({"title": ""}, "lacks title"),
    ],
)  # fmt: skip
def test_a_form_that_is_not_sound_is_refused_with_its_fault(change, said):
    with pytest.raises(ValueError, match=said):
        domain.read(TOLD | change, CIRCULAR)


@pytest.mark.parametrize(
    ("day", "applies"),
    [(date(2025, 6, 30), False), (date(2025, 7, 1), True), (date(2027, 2, 28), True), (date(2027, 3, 1), False)],
)  # fmt: skip
def test_a_form_applies_as_long_as_its_circular(day, applies):
    """Source: Thông tư 23/2025/TT-BYT ends on 01/03/2027"""
    assert FORM.applies_on(day) is applies


def test_a_report_is_not_approved_by_whoever_submitted_it():
    with pytest.raises(errors.RuleBroken) as why:
        domain.check_four_eyes("Practitioner/1", "Practitioner/1")

    assert why.value.code == "reporting.own_report"
    domain.check_four_eyes("Practitioner/1", "Practitioner/2")
