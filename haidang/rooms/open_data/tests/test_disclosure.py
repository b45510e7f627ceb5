"""Small cells stay hidden: not even who knows every sum of the table can work one out.

The check is independent of the code: it tries to fill the hidden cells in every way that fits what
is published, and asks that each of them takes as many values as the threshold has.
"""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haidang.engines.analytics import api as analytics
from haidang.rooms.open_data.domain import cells

LEAST = 5


def table(rows):
    """Counts as a table: {line: {across: count}}."""
    return [
        analytics.Counted(line, across, count)
        for line, row in rows.items()
        for across, count in row.items()
    ]


def one_line(*counts):
    return [analytics.Counted("", f"k{n}", count) for n, count in enumerate(counts)]


def fills(hidden, sums, filled):
    """Whether hidden cells (each at least 1) can be filled so that every known sum comes out.

    hidden    spots that are still open; filled    {spot: value} of the others
    sums      [(spots of a line, what the hidden ones of it add up to)]
    """
    least, most = {}, {}
    for spots, total in sums:
        still = [spot for spot in spots if spot not in filled]
        left = total - sum(filled.get(spot, 0) for spot in spots)
        if left < len(still) or (not still and left):
            return False
        for spot in still:
            most[spot] = min(most.get(spot, left), left - len(still) + 1)
            least[spot] = max(least.get(spot, 1), left if len(still) == 1 else 1)
    if not hidden:
        return True
    spot = min(hidden, key=lambda one: most[one] - least[one])
    rest = [one for one in hidden if one != spot]
    values = range(least[spot], most[spot] + 1)
    return any(fills(rest, sums, filled | {spot: value}) for value in values)


def assert_nothing_told(counted, hidden, *, two_ways):
    """Each hidden cell takes at least LEAST values, or nothing of the table is shown at all."""
    lines = {}
    for one in counted:
        lines.setdefault(("line", one.line), []).append(one)
        if two_ways:
            lines.setdefault(("across", one.across), []).append(one)
    sums = []
    for (way, _name), line in lines.items():
        spots = [one.spot for one in line if one.spot in hidden]
        published = not (two_ways and way == "line" and sum(o.count for o in line) < LEAST)
        if spots and published:
            sums.append((spots, sum(o.count for o in line if o.spot in hidden)))
    if len(hidden) == len(counted):
        return
    known = [spot for spot in sorted(hidden) if any(spot in spots for spots, _s in sums)]
    for spot in known:
        rest = [one for one in known if one != spot]
        most = min(total for spots, total in sums if spot in spots)
        found = (v for v in range(1, most + 1) if fills(rest, sums, {spot: v}))
        assert len(list(itertools.islice(found, LEAST))) == LEAST, (counted, hidden, spot)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((20, 30, 40), {"k0", "k1", "k2"}),
        ((4, 30, 40), {"k2"}),
        ((5, 30, 40), {"k0", "k1", "k2"}),
        ((0, 30, 40), {"k0", "k1", "k2"}),
        ((2, 2, 40), set()),
        ((3, 3, 40), {"k2"}),
        ((1, 0, 9), {"k1"}),
    ],
)
def test_a_small_cell_takes_company_with_it(counts, shown):
    counted = one_line(*counts)

    hidden = analytics.hidden_spots(counted)

    assert {one.across for one in counted if one.spot not in hidden} == shown


def test_five_cells_of_one_each_are_not_told_by_their_sum():
    counted = one_line(1, 1, 1, 1, 1, 30)

    hidden = analytics.hidden_spots(counted)

    assert ("", "k5") in hidden  # five ones would add up to five, and each is at least one


def test_what_was_hidden_in_the_release_before_stays_hidden():
    counted = one_line(6, 30, 40, 50)

    hidden = analytics.hidden_spots(counted, forced={("", "k0"), ("", "k1")})

    assert {("", "k0"), ("", "k1")} <= hidden
    assert ("", "k3") not in hidden


def test_a_hidden_cell_of_a_table_is_not_told_by_its_row_or_column():
    counted = table({"A": {"x": 3, "y": 9, "z": 10}, "B": {"x": 11, "y": 12, "z": 13}, "C": {"x": 7, "y": 8, "z": 9}})  # fmt: skip

    hidden = analytics.hidden_spots(counted, two_ways=True)

    for way in (0, 1):
        lines = [spot[way] for spot in hidden]
        assert all(lines.count(name) >= 2 for name in lines)
    assert_nothing_told(counted, hidden, two_ways=True)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=6))
def test_no_table_of_one_group_tells_a_hidden_cell(counts):
    counted = one_line(*counts)

    hidden = analytics.hidden_spots(counted)

    assert not {one.spot for one in counted if 0 < one.count < LEAST} - hidden
    assert_nothing_told(counted, hidden, two_ways=False)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(
    st.integers(2, 3).flatmap(
        lambda wide: st.lists(
            st.lists(st.integers(0, 7), min_size=wide, max_size=wide), min_size=2, max_size=3
        )
    )
)
def test_no_table_of_two_groups_tells_a_hidden_cell(rows):
    counted = table({f"r{n}": {f"c{m}": v for m, v in enumerate(row)} for n, row in enumerate(rows)})  # fmt: skip

    hidden = analytics.hidden_spots(counted, two_ways=True)

    assert not {one.spot for one in counted if 0 < one.count < LEAST} - hidden
    assert_nothing_told(counted, hidden, two_ways=True)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(5, 40), min_size=1),
    st.dictionaries(st.sampled_from("abcd"), st.integers(-9, 9)),
)
def test_two_releases_of_a_period_that_differ_never_differ_by_few(counts, changes):
    new = {key: count + changes.get(key, 0) for key, count in counts.items()}

    if cells.may_replace(counts, new, LEAST):
        assert all(abs(new[key] - counts[key]) not in range(1, LEAST) for key in counts)


def test_a_cell_hidden_in_one_release_is_not_shown_in_the_other():
    assert not cells.may_replace({"a": None, "b": 9}, {"a": 12, "b": 9}, LEAST)
    assert not cells.may_replace({"a": 12, "b": 9}, {"a": None, "b": 9}, LEAST)
    assert not cells.may_replace({"a": 12}, {"a": 12, "b": 9}, LEAST)
    assert cells.may_replace({"a": 12, "b": None}, {"a": 17, "b": None}, LEAST)
