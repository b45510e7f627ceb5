"""Charts: where a value stands, what a screen reader hears, what lies outside the range."""

import pytest

from haidang.ui import charts

HBA1C = [("2026-09-30", 6.6), ("2025-01-10", 7.9), ("2025-08-02", 6.9)]


def test_points_are_drawn_in_order_of_time():
    chart = charts.trend(label="HbA1c", points=HBA1C)

    xs = [dot.x for dot in chart.lines[0].dots]
    assert xs == sorted(xs)
    assert chart.last == "6,6"


def test_a_higher_value_stands_higher():
    chart = charts.trend(label="HbA1c", points=HBA1C)

    first, *_others, last = chart.lines[0].dots
    assert first.y < last.y, "7.9 lies above 6.6, and y grows downwards"


@pytest.mark.parametrize(
    ("value", "out"), [(3.9, True), (4, False), (6.5, False), (6.51, True)], ids=str
)
def test_the_ends_of_the_range_belong_to_it(value, out):
    chart = charts.trend(label="HbA1c", points=[("2026-01-01", value)], low=4, high=6.5)

    assert chart.lines[0].dots[0].out is out
    assert chart.rows[0].out is out


def test_everything_stays_inside_the_drawing():
    chart = charts.trend(
        label="x", points=[("2026-01-01", -3), ("2026-02-01", 9000)], low=0, high=10
    )

    for dot in chart.lines[0].dots:
        assert charts.LEFT <= dot.x <= charts.RIGHT
        assert charts.TOP <= dot.y <= charts.BOTTOM
    assert 0 <= chart.band.height <= charts.BOTTOM - charts.TOP


def test_two_series_share_one_row_a_day():
    lines = [("Tâm thu", [("2026-01-10", 152)]), ("Tâm trương", [("2026-01-10", 94)])]

    chart = charts.trend(label="Huyết áp", lines=lines, high=140)

    assert [(row.when, row.label, row.out) for row in chart.rows] == [
        ("10/01/2026", "152/94", True)
    ]


@pytest.mark.parametrize(
    "points", [[], [("2026-01-01", 5)], [("2026-01-01", 5), ("2026-02-01", 5)]]
)
def test_few_or_equal_values_still_make_a_chart(points):
    chart = charts.trend(label="x", points=points)

    assert chart.summary
    assert len(chart.y_ticks) >= 2


def test_a_spark_line_ends_at_the_last_value():
    spark = charts.spark(values=[1, 5, 3], label="12 tháng")

    assert spark["path"].endswith(f"{spark['last'][0]},{spark['last'][1]}")
    assert charts.spark(values=[], label="x")["last"] is None


def test_a_dense_line_dots_only_what_matters():
    points = [(f"2026-01-{day:02d}", 5) for day in range(1, 31)] + [("2026-01-15", 9)]

    dots = charts.trend(label="x", points=points, high=6).lines[0].dots

    assert [dot.out for dot in dots] == [True, False]


def test_beginnings_of_months_are_written_as_months():
    counts = [("2026-07-01", 1250), ("2026-08-01", 980), ("2026-09-01", 1250000)]

    chart = charts.trend(label="Lượt khám", points=counts)

    assert [tick.label for tick in chart.x_ticks] == ["07/2026", "09/2026"]
    assert [row.label for row in chart.rows] == ["1.250.000", "980", "1.250"]
    assert not charts.trend(label="HbA1c", points=[*counts, ("2026-09-30", 6.6)]).monthly
