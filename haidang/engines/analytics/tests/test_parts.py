"""Figures that count parts of one another tell nobody by their differences.

The attacker of these tests shares no code with what he attacks. He knows how the indicators hang
together, every sum of the city, every number that is shown, that a listed group has somebody in it,
and the threshold; and he tries every world that fits.
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from haidang.engines.analytics.indicators import suppression
from haidang.engines.analytics.indicators.suppression import Cell, Table, Within

FEW = 3

#: What a row is made of, and what each indicator counts of it. Nobody publishes `other`.
ATOMS = ("inpatient", "other", "with antibiotic", "without")
COUNTS = {
    "visits": (1, 1, 1, 1),
    "inpatient": (1, 0, 0, 0),
    "other": (0, 1, 0, 0),
    "outpatient": (0, 0, 1, 1),
    "yes": (0, 0, 1, 0),
    "no": (0, 0, 0, 1),
}


def city(rows, keyless=(0, 0, 0, 0)):
    """Tables of rows {key: numbers of the ATOMS}."""
    whole = [sum(column) for column in zip(*rows.values(), keyless, strict=True)]
    return {
        "visits": table("visits", rows, whole),
        "inpatient": table("inpatient", rows, whole, Within("visits", "class")),
        "outpatient": table("outpatient", rows, whole, Within("visits", "class")),
        "antibiotics": share(rows, whole, Within("outpatient", "antibiotics")),
    }


def of(name, atoms):
    return sum(one * weight for one, weight in zip(atoms, COUNTS[name], strict=True))


def table(name, rows, whole, within=None):
    def cell(key, atoms):
        return Cell(key, of(name, atoms), None, of(name, atoms), of(name, atoms))

    cells = [cell(key, atoms) for key, atoms in rows.items() if of(name, atoms)]
    return Table("count", cell("", whole), {"facility": cells}, within)


def share(rows, whole, within):
    def cell(key, atoms):
        yes, all_ = of("yes", atoms), of("outpatient", atoms)
        return Cell(key, yes, all_, 100 * yes / max(all_, 1), all_)

    cells = [cell(key, atoms) for key, atoms in rows.items() if of("outpatient", atoms)]
    return Table("share", cell("", whole), {"facility": cells}, within)


def told(rows, keyless=(0, 0, 0, 0)):
    """{key: {name: number}} that the pages show; every zero that nothing hides is told as well."""
    guard = suppression.Protection(city(rows, keyless), least=FEW)
    seen = {key: {} for key in rows}
    for code in ("visits", "inpatient", "outpatient", "antibiotics"):
        shown = guard.shown(code, "facility")
        if shown.withheld:
            continue
        cells = {cell.key: cell for cell in shown.cells}
        for key, held in seen.items():
            cell = cells.get(key)
            if cell and cell.hidden:
                continue
            number = cell.numerator if cell else 0
            held |= (
                {code: number}
                if code != "antibiotics"
                else {"yes": number, "no": cell.denominator - number if cell else 0}
            )
    return seen


def fitting(seen, left):
    """Every row of ATOMS, not above what is left of each, that shows what is seen."""
    for first in range(left[0] + 1):
        for second in range(left[1] + 1):
            for third in range(left[2] + 1):
                for fourth in range(left[3] + 1):
                    row = first, second, third, fourth
                    if sum(row) and all(of(name, row) == number for name, number in seen.items()):
                        yield row


def may_fit(rest, left, known):
    """True when rows that show what is seen of the rest add up to what is left."""
    spot = len(rest), left
    if spot not in known:
        if len(rest) == 1:
            known[spot] = sum(left) > 0 and all(of(n, left) == v for n, v in rest[0].items())
        else:
            known[spot] = any(
                may_fit(rest[1:], less(left, row), known) for row in fitting(rest[0], left)
            )
    return known[spot]


def less(left, row):
    return tuple(a - b for a, b in zip(left, row, strict=True))


def assert_nobody_is_told(rows, seen, whole):
    """Whatever of a row is above zero has `FEW` values that fit, or is no small number."""
    for key, atoms in rows.items():
        rest, known = [seen[other] for other in rows if other != key], {}
        values = {name: set() for name in COUNTS}
        for row in fitting(seen[key], whole):
            if all(len(found) >= FEW for found in values.values()):
                break
            new = any(of(name, row) not in found for name, found in values.items())
            if new and may_fit(rest, less(whole, row), known):
                for name, found in values.items():
                    found.add(of(name, row))
        for name, found in values.items():
            number = of(name, atoms)
            found.add(number)
            # A number that is told outright may be a large one, as the pages show it.
            assert not number or len(found) >= FEW or found == {number} and number >= FEW, (
                key,
                name,
                found,
                seen,
            )


ROW = st.tuples(*[st.sampled_from((0, 0, 1, 2, 3, 5))] * 4).filter(any)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(ROW, min_size=2, max_size=4))
def test_no_difference_of_figures_tells_a_small_number(found):
    rows = {f"k{n}": atoms for n, atoms in enumerate(found)}
    whole = tuple(sum(column) for column in zip(*found, strict=True))
    assume(sum(whole) <= 24)
    guard = suppression.Protection(city(rows), least=FEW)
    assume(not any(guard.is_whole_hidden(code) for code in guard.tables))

    seen = told(rows)

    for key, atoms in rows.items():
        assert not any(0 < of(name, atoms) < FEW for name in seen[key])
    assert_nobody_is_told(rows, seen, whole)


def test_a_facility_does_not_show_its_outpatients_when_the_rest_of_its_visits_are_few():
    rows = {"A": (2, 0, 30, 28), "B": (20, 0, 30, 30), "C": (20, 0, 40, 40)}

    seen = told(rows)

    assert [seen[key]["visits"] for key in "ABC"] == [60, 80, 100]
    assert "outpatient" not in seen["A"] and "inpatient" not in seen["A"]
    assert "outpatient" not in seen["B"] and "inpatient" not in seen["B"]
    assert (seen["C"]["outpatient"], seen["C"]["inpatient"]) == (80, 20)


def test_a_zero_beside_hidden_parts_is_hidden_too():
    rows = {"A": (0, 1, 20, 20), "B": (9, 9, 20, 20), "C": (9, 9, 20, 20)}

    seen = told(rows)

    assert "inpatient" not in seen["A"]  # zero, of a row whose other visits are one


@pytest.mark.parametrize(
    ("whole", "hidden"),
    [
        ((20, 0, 30, 30), set()),
        ((20, 1, 30, 30), {"inpatient"}),  # beside visits it would tell the one of no class
        ((2, 0, 30, 30), {"inpatient", "outpatient", "antibiotics"}),
        ((20, 20, 30, 2), {"antibiotics"}),
    ],
)
def test_a_figure_of_the_city_is_told_by_no_other(whole, hidden):
    guard = suppression.Protection(city({"A": whole}), least=FEW)

    assert {code for code in guard.tables if guard.is_whole_hidden(code)} == hidden


def test_the_groups_of_a_figure_that_is_hidden_do_not_add_up_to_it():
    rows = {"A": (20, 1, 30, 30), "B": (20, 0, 30, 30)}
    guard = suppression.Protection(city(rows), least=FEW)

    assert guard.shown("inpatient", "facility").withheld
    assert guard.shown("inpatient", "facility").cells == []


def test_the_sum_of_a_span_of_keys_tells_none_of_them():
    keys = {"J02": 30, "J04": 2, "J06": 40, "K29": 9, "M54": 50}
    cells = [Cell(key, n, None, n, n) for key, n in keys.items()]
    held = Table("count", None, {"cause": cells}, spans={"cause": [("J00", "J06")]})

    shown = suppression.Protection({"visits.cause": held}, least=FEW).shown("visits.cause", "cause")

    # K29 is the smallest company, and none against who knows the visits of J00 to J06.
    assert {cell.key for cell in shown.cells if cell.hidden} == {"J02", "J04"}
