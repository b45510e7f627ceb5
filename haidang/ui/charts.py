"""Small line charts as geometry; the template draws them as SVG, so they need no script."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from haidang.kernel import dates

WIDTH, HEIGHT = 360, 172
LEFT, RIGHT, TOP, BOTTOM = 34, 352, 12, 142
FOOT = 164
DENSE = 24  # more points than this: only what is out of range and the last are dotted
SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 96, 28, 4
_VIETNAMESE = str.maketrans(",.", ".,")


@dataclass(frozen=True)
class Dot:
    """A measurement on the drawing; `out` when it lies outside the reference range."""

    x: float
    y: float
    label: str
    out: bool


@dataclass(frozen=True)
class Line:
    label: str
    path: str
    dots: tuple


@dataclass(frozen=True)
class Tick:
    at: float
    label: str
    text_y: float = 0
    anchor: str = ""


@dataclass(frozen=True)
class Band:
    y: float
    height: float


@dataclass(frozen=True)
class Row:
    when: str
    label: str
    out: bool


@dataclass(frozen=True)
class Trend:
    """Everything that `ui/components/trend.html` draws."""

    label: str
    unit: str
    lines: tuple
    y_ticks: tuple
    x_ticks: tuple
    band: Band | None
    reference: str
    last: str
    rows: tuple
    summary: str
    monthly: bool
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    label_x: int = LEFT - 8
    foot: int = FOOT

    @property
    def inner_width(self):
        return self.right - self.left


def trend(*, label, points=(), unit="", low=None, high=None, lines=None, latest=True):
    """Lay out one or two series over time.

    points  (when, value) pairs of the only series; when is a date, moment or FHIR date
    lines   instead of points: pairs of a series' name and its points
    low     reference range, either end may be None
    latest  whether the newest value stands beside the label
    """
    series = [(name, _read(pairs)) for name, pairs in (lines or [("", points)])]
    values = [value for _name, pairs in series for _when, value in pairs]
    whens = [when for _name, pairs in series for when, _value in pairs]
    scale = _Scale(values, whens, low, high)
    return Trend(
        label=label,
        unit=unit,
        lines=tuple(_line(name, pairs, scale) for name, pairs in series),
        y_ticks=tuple(Tick(scale.y(v), show(v), scale.y(v) + 4) for v in scale.steps),
        x_ticks=_x_ticks(scale),
        band=_band(scale),
        reference=_reference(low, high, unit),
        last=_last(series) if latest else "",
        rows=_rows(series, scale),
        summary=_summary(label, unit, series, scale),
        monthly=scale.monthly,
    )


def spark(*, values, label):
    """What `ui/components/spark.html` draws: a line without axes, for a table cell."""
    numbers = [float(value) for value in values]
    if not numbers:
        return {"path": "", "last": None, "label": label}
    low, high = min(numbers), max(numbers)
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(numbers) - 1, 1)
    tall = SPARK_HEIGHT - 2 * SPARK_EDGE
    spots = [
        (_r(SPARK_EDGE + i * step), _r(SPARK_HEIGHT - SPARK_EDGE - tall * _share(v, low, high)))
        for i, v in enumerate(numbers)
    ]
    return {"path": _path(spots), "last": spots[-1], "label": label}


def show(value):
    """A number as Vietnamese people write it: 1.234,5, and no decimals when whole."""
    return f"{value:,.10g}".translate(_VIETNAMESE)


class _Scale:
    """Where a value and a day stand on the drawing, and how the day is written.

    Three days or more that each begin a month stand for those months.
    """

    def __init__(self, values, whens, low, high):
        self.low, self.high = low, high
        held = [*values, *(v for v in (low, high) if v is not None)] or [0]
        self.steps = _round_steps(min(held), max(held))
        self.floor, self.ceiling = self.steps[0], self.steps[-1]
        self.first, self.final = (min(whens), max(whens)) if whens else (0, 0)
        days = set(whens)
        self.monthly = len(days) > 2 and all(_date(day).day == 1 for day in days)

    def y(self, value):
        return _r(BOTTOM - (BOTTOM - TOP) * _share(value, self.floor, self.ceiling))

    def x(self, when):
        return _r(LEFT + (RIGHT - LEFT - 8) * _share(when, self.first, self.final) + 4)

    def written(self, when):
        return f"{_date(when):%m/%Y}" if self.monthly else dates.show(_date(when))

    def out(self, value):
        too_low = self.low is not None and value < self.low
        return too_low or (self.high is not None and value > self.high)


def _read(points):
    """Pairs of ordinal day and number, in order of time."""
    return sorted((_ordinal(when), float(value)) for when, value in points)


def _ordinal(when):
    """Days since year one, with the time of day as a fraction."""
    if isinstance(when, str):
        when = dates.parse_fhir(when)[0]
    hours = when.hour / 24 if hasattr(when, "hour") else 0
    return when.toordinal() + hours


def _round_steps(low, high):
    """Three to five round numbers that enclose the values."""
    span = (high - low) or abs(high) or 1
    size = 10 ** math.floor(math.log10(span / 2))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if span / (size * m) <= 3)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [round(n * step, 6) for n in range(first, last + 1)]


def _share(value, low, high):
    return (value - low) / (high - low) if high > low else 0.5


def _line(name, pairs, scale):
    spots = [(scale.x(when), scale.y(value)) for when, value in pairs]
    dots = [
        Dot(x, y, f"{scale.written(when)}: {show(value)}", scale.out(value))
        for (x, y), (when, value) in zip(spots, pairs, strict=True)
    ]
    if len(dots) > DENSE:
        dots = [dot for dot in dots if dot.out or dot is dots[-1]]
    return Line(name, _path(spots), tuple(dots))


def _path(spots):
    return " ".join(f"{x},{y}" for x, y in spots)


def _band(scale):
    if scale.low is None and scale.high is None:
        return None
    top = scale.y(scale.ceiling if scale.high is None else scale.high)
    bottom = scale.y(scale.floor if scale.low is None else scale.low)
    return Band(top, _r(bottom - top))


def _x_ticks(scale):
    if not scale.final:
        return ()
    if scale.final == scale.first:
        return (Tick(scale.x(scale.first), scale.written(scale.first), anchor="chart-middle"),)
    return (
        Tick(LEFT, scale.written(scale.first)),
        Tick(RIGHT, scale.written(scale.final), anchor="chart-end"),
    )


def _reference(low, high, unit):
    if low is not None and high is not None:
        return f"{show(low)}–{show(high)} {unit}".strip()
    if high is not None:
        return f"≤ {show(high)} {unit}".strip()
    return f"≥ {show(low)} {unit}".strip() if low is not None else ""


def _last(series):
    return "/".join(show(pairs[-1][1]) for _name, pairs in series if pairs)


def _rows(series, scale):
    """Newest first; values of several series taken at one time stand together."""
    by_when = {}
    for _name, pairs in series:
        for when, value in pairs:
            by_when.setdefault(when, []).append(value)
    return tuple(
        Row(scale.written(when), "/".join(map(show, values)), any(map(scale.out, values)))
        for when, values in sorted(by_when.items(), reverse=True)
    )


def _summary(label, unit, series, scale):
    """What a screen reader says instead of the picture."""
    pairs = next((pairs for _name, pairs in series if pairs), None)
    if not pairs:
        return _("%(label)s: chưa có kết quả") % {"label": label}
    facts = {"label": label, "n": len(pairs), "last": f"{_last(series)} {unit}".strip()}
    first, last = scale.written(pairs[0][0]), scale.written(pairs[-1][0])
    facts |= {"first_day": first, "last_day": last}
    return _("%(label)s: %(n)d lần đo từ %(first_day)s đến %(last_day)s, gần nhất %(last)s") % facts


def _date(ordinal):
    return date.fromordinal(int(ordinal))


def _r(number):
    return round(number, 1)
