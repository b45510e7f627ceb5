"""Small cells are hidden, and nothing that is shown gives them away.

The attacker of these tests shares no code with what he attacks: he knows what is shown, the sums,
the threshold and that zeros are shown, and tries every whole number that could stand in a hidden cell.
"""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engines.analytics.indicators import disclosure, suppression

LEAST = 5
FEW = 3  # the same rule with numbers that can all be tried


def counts(*values):
    return [suppression.Cell(f"k{n}", v, None, float(v), v) for n, v in enumerate(values)]


def shares(*pairs):
    """Cells of a share: (those who have it, those who have it not)."""
    return [
        suppression.Cell(f"k{n}", yes, yes + no, 100 * yes / max(yes + no, 1), yes + no)
        for n, (yes, no) in enumerate(pairs)
    ]


def total(cells):
    sums = (sum(getattr(c, name) or 0 for c in cells) for name in ("numerator", "denominator"))
    return suppression.Cell("", *sums, None, sum(c.count for c in cells))


def hidden(shown):
    return {cell.key for cell in shown.cells if cell.hidden}


def splits(amount, ways, lowest=0):
    """Every way to part an amount into numbers of at least `lowest`."""
    if ways == 1:
        return [(amount,)] if amount >= lowest else []
    return [
        (first, *rest)
        for first in range(lowest, amount - lowest * (ways - 1) + 1)
        for rest in splits(amount - first, ways - 1, lowest)
    ]


def widths(ways):
    """How many values each number takes over all the ways."""
    return [len(set(values)) for values in zip(*ways, strict=True)]


@pytest.mark.parametrize(
    ("values", "away"),
    [
        ((10, 20, 30), ""),
        ((0, 20, 30), ""),
        ((5, 20, 30), ""),
        ((4, 20, 30), "01"),
        ((3, 4, 30), "01"),  # each may be one to six
        ((3, 3, 30), "01"),  # each may be one to five, and so need not be small
        ((1, 2, 3, 30, 40), "0123"),  # none of the first three could be more than four
        ((2, 2, 30, 40), "012"),
        ((1, 1, 1, 1, 1, 30, 40), "012345"),  # five ones are told by their sum
    ],
)
def test_a_small_cell_takes_with_it_what_would_tell(values, away):
    shown = suppression.hide(counts(*values), least=LEAST)

    assert hidden(shown) == {f"k{n}" for n in away}
    assert [cell.value for cell in shown.cells if not cell.hidden] == list(values[len(away) :])


@pytest.mark.parametrize("values", [(4,), (1, 1, 1, 1, 1), (2, 3), (0, 3, 0), (1, 30)])
def test_what_nothing_can_keep_company_is_held_back_with_its_keys(values):
    shown = suppression.hide(counts(*values), least=LEAST)

    assert (shown.cells, shown.withheld) == ([], {""})


def test_a_hidden_cell_says_nothing_at_all():
    first, second, _shown = suppression.hide(counts(2, 50, 60), least=LEAST).cells

    for cell in (first, second):
        assert (cell.numerator, cell.denominator, cell.value, cell.count) == (None, None, None, 0)
    assert first.hidden is second.hidden is True  # not which of them is small


@pytest.mark.parametrize(
    ("kind", "cell", "small"),
    [
        ("share", suppression.Cell("", 98, 100, 98.0, 100), True),
        ("share", suppression.Cell("", 2, 100, 2.0, 100), True),
        ("share", suppression.Cell("", 0, 100, 0.0, 100), False),
        ("count", suppression.Cell("", 2, None, 2.0, 100), True),  # two of a hundred rows count
        ("sum", suppression.Cell("", 2, None, 2.0, 100), False),  # two đồng of a hundred people
        ("sum", suppression.Cell("", 9e6, None, 9e6, 2), True),
        ("mean", suppression.Cell("", 40, 3, 13.3, 100), True),  # of three who were measured
        ("ratio", suppression.Cell("", 40, 3, 13.3, 100), True),
    ],
)
def test_a_figure_is_small_when_the_people_in_a_part_of_it_are_few(kind, cell, small):
    assert suppression.is_small(cell, kind=kind, least=LEAST) is small


def test_a_share_hides_when_either_part_is_small():
    cells = shares((3, 97), (98, 2), (200, 100), (50, 50))

    assert hidden(suppression.hide(cells, kind="share", least=LEAST)) == {"k0", "k1"}


def test_the_few_of_a_share_get_company_that_has_some_of_them():
    cells = shares((1, 60), (0, 70), (0, 80), (30, 90))

    # The cell of seventy is smaller, and keeps no secret: nobody in it has what is counted.
    assert hidden(suppression.hide(cells, kind="share", least=LEAST)) == {"k0", "k3"}


def test_those_without_a_key_are_a_group_that_the_total_would_tell():
    cells = counts(20, 30, 40)
    whole = suppression.Cell("", 92, None, 92.0, 92)

    assert hidden(suppression.hide(cells, whole=whole, least=LEAST)) == {"k0"}
    assert not hidden(suppression.hide(cells, whole=total(cells), least=LEAST))


def test_groups_of_a_facility_are_hidden_apart_from_those_of_others():
    keys = {"A/I10": 30, "A/J06": 3, "A/K29": 40, "B/I10": 50, "B/J06": 60, "C/I10": 2}
    cells = [suppression.Cell(key, n, None, float(n), n) for key, n in keys.items()]

    shown = suppression.hide(cells, least=LEAST)

    assert hidden(shown) == {"A/I10", "A/J06"}
    assert [cell.key for cell in shown.cells if not cell.hidden] == ["A/K29", "B/I10", "B/J06"]
    assert shown.withheld == {"C"}


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=7), st.sets(st.integers(0, 6), max_size=2))
def test_the_attacker_bounds_no_count_of_a_line(values, kept):
    cells = counts(*values)

    shown = suppression.hide(cells, forced={f"k{n}" for n in kept}, least=FEW)

    away = hidden(shown)
    assert all(cell.hidden or not 0 < cell.count < FEW for cell in shown.cells)
    assert shown.withheld or {f"k{n}" for n in kept if n < len(values) and values[n]} <= away
    if away:
        told = sum(values) - sum(cell.count for cell in shown.cells)
        assert min(widths(splits(told, len(away), 1))) >= FEW


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=5))
def test_the_attacker_bounds_neither_part_of_a_share(pairs):
    cells = shares(*pairs)

    shown = suppression.hide(cells, kind="share", whole=total(cells), least=FEW)

    away = hidden(shown)
    for cell in shown.cells:
        no = (cell.denominator or 0) - (cell.numerator or 0)
        assert cell.hidden or not any(0 < n < FEW for n in (cell.numerator, no, cell.count))
    if away:
        assert_no_part_is_told(
            [pair for pair, c in zip(pairs, cells, strict=True) if c.key in away]
        )


def assert_no_part_is_told(pairs):
    """Every hidden cell has somebody in it, in one part or the other."""
    yes, no = [splits(sum(part), len(pairs)) for part in zip(*pairs, strict=True)]
    for mine, others in ((yes, no), (no, yes)):
        possible = [
            way
            for way in mine
            if any(all(a + b for a, b in zip(way, other, strict=True)) for other in others)
        ]
        assert sum(mine[0]) == 0 or min(widths(possible)) >= FEW
    both = sum(itertools.chain(*pairs))
    assert min(widths(splits(both, len(pairs), 1))) >= FEW


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    st.integers(2, 3).flatmap(
        lambda wide: st.lists(
            st.lists(st.integers(0, 6), min_size=wide, max_size=wide), min_size=2, max_size=3
        )
    )
)
def test_the_attacker_bounds_no_cell_of_a_table_by_its_rows_and_columns(rows):
    table = [disclosure.Counted(r, c, n) for r, row in enumerate(rows) for c, n in enumerate(row)]

    away = disclosure.hidden_spots(table, two_ways=True, least=FEW)

    assert {one.spot for one in table if 0 < one.count < FEW} <= away
    if away and len(away) < len(table):
        unknown = {
            r for r, row in enumerate(rows) if sum(row) < FEW
        }  # small sums are not published
        assert_no_cell_is_told(table, away, unknown)


def assert_no_cell_is_told(table, away, unknown):
    lost = [one for one in table if one.spot in away]
    rows, sums = {}, {}
    for one in lost:
        row = "others" if one.line in unknown else one.line
        rows.setdefault(row, []).append(one)
        for name in (("row", row), ("column", one.across)):
            sums[name] = sums.get(name, 0) + one.count
    columns = [one.across for row in rows.values() for one in row]
    seen = [set() for _one in columns]
    for way in itertools.product(*(splits(sums["row", r], len(row), 1) for r, row in rows.items())):
        filled = list(itertools.chain(*way))
        found = {}
        for across, value in zip(columns, filled, strict=True):
            found[across] = found.get(across, 0) + value
        if all(found[across] == sums["column", across] for across in found):
            for values, value in zip(seen, filled, strict=True):
                values.add(value)
            if all(len(values) >= FEW for values in seen):
                return
    raise AssertionError((table, away, seen))


def test_two_hidden_in_each_line_are_not_enough_when_a_bridge_joins_them():
    # Two squares joined by one cell: every line has two hidden, and the joining cell is known.
    square = [("A", "x"), ("A", "y"), ("B", "x"), ("B", "y")]
    other = [("C", "z"), ("C", "w"), ("D", "z"), ("D", "w")]
    lost = [disclosure.Line(*spot, 9) for spot in [*square, ("B", "z"), *other]]

    assert list(disclosure.narrower(lost, LEAST)) == [4]
