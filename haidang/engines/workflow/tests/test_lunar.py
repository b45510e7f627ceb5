"""The lunar calendar against the days that Vietnam kept."""

from datetime import date

import pytest

from haidang.engines.workflow import lunar


# Source: the published calendars; 1985, 2007 and 2030 are years in which China keeps another day.
@pytest.mark.parametrize(
    "tet",
    [
        date(1968, 1, 29),
        date(1985, 1, 21),
        date(2000, 2, 5),
        date(2007, 2, 17),
        date(2020, 1, 25),
        date(2023, 1, 22),
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2030, 2, 2),
    ],
)
def test_the_new_year_is_where_vietnam_keeps_it(tet):
    assert lunar.solar(tet.year, 1, 1) == tet


@pytest.mark.parametrize(
    "kings",
    [date(2023, 4, 29), date(2024, 4, 18), date(2025, 4, 7), date(2026, 4, 26), date(2027, 4, 16)],
)
def test_the_day_of_the_hung_kings(kings):
    assert lunar.solar(kings.year, 3, 10) == kings


@pytest.mark.parametrize(
    ("year", "autumn"),
    [(2020, date(2020, 10, 1)), (2023, date(2023, 9, 29)), (2025, date(2025, 10, 6))],
)
def test_mid_autumn_comes_after_a_leap_month(year, autumn):
    assert lunar.solar(year, 8, 15) == autumn


def test_every_month_begins_29_or_30_days_after_another():
    for year in range(1950, 2080):
        starts = [lunar.solar(year, month, 1) for month in range(1, 13)]
        gaps = {(b - a).days for a, b in zip(starts, starts[1:], strict=False)}
        assert gaps <= {29, 30, 58, 59, 60}, year
