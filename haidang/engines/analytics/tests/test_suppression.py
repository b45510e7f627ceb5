"""Small cells are hidden, and nothing that is shown gives them away."""

import pytest
from hypothesis import given, settings, strategies

from haidang.engines.analytics.indicators import suppression


def _cells(*counts):
    return [
        suppression.Cell(f"k{n}", count, None, float(count), count)
        for n, count in enumerate(counts)
    ]


def _hidden(cells):
    return {cell.key: cell.hidden for cell in cells if cell.hidden}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((10, 20, 30), {}),
        ((0, 20, 30), {}),
        ((5, 20, 30), {}),
        ((4, 20, 30), {"k0": "small", "k1": "with_small"}),
        ((1, 1, 30), {"k0": "small", "k1": "small", "k2": "with_small"}),
        ((3, 4, 30), {"k0": "small", "k1": "small"}),
        ((4,), {"k0": "small"}),
    ],
)
def test_a_small_cell_takes_one_with_it_that_would_tell(counts, hidden):
    assert _hidden(suppression.hide(_cells(*counts), least=5)) == hidden


def test_a_hidden_cell_says_nothing_at_all():
    (cell, *_rest) = suppression.hide(_cells(2, 50, 60), least=5)

    assert (cell.numerator, cell.denominator, cell.value, cell.count) == (None, None, None, 0)


def test_both_parts_of_a_share_have_to_be_large():
    nearly_all = suppression.Cell("a", 98, 100, 98.0, 100)

    assert suppression.is_small(nearly_all, share=True, least=5)
    assert not suppression.is_small(nearly_all, share=False, least=5)


def test_a_sum_of_money_is_judged_by_how_many_it_is_of():
    (cell, *_rest) = suppression.hide(
        [suppression.Cell("a", 9e6, None, 9e6, 2), *_cells(50, 60)], least=5
    )

    assert cell.hidden == "small"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(strategies.lists(strategies.integers(0, 60), min_size=1, max_size=12))
def test_what_is_hidden_cannot_be_worked_out_from_the_total(counts):
    shown = suppression.hide(_cells(*counts), least=5)

    held = sum(counts) - sum(cell.count for cell in shown)
    hidden = [cell for cell in shown if cell.hidden]
    rest = [cell for cell in shown if not cell.hidden and cell.count]
    assert not hidden or not rest or (len(hidden) >= 2 and held >= 5)
    assert all(not 0 < cell.count < 5 for cell in shown)
