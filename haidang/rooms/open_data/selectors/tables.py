"""The rows of a release, read back from its own JSON file, and the chart that they make."""

import functools
import json
from collections import defaultdict

from haidang.engines.analytics import api as analytics
from haidang.engines.documents import api as documents
from haidang.rooms.open_data.selectors import words

_MOST_BARS = 10


def file_of(release, form):
    """The file of a release in one format, as kept with it, or None."""
    return next((one for one in release.files if one["format"] == form), None)


def rows(release):
    """The rows of a release, as dictionaries."""
    return _read(file_of(release, "json")["file"])


@functools.lru_cache(maxsize=16)
def _read(sha256):
    """A file never changes under its hash, so what was read once stays true."""
    with documents.open_file(sha256) as file:
        return json.loads(file.read())["rows"]


def preview(dataset, found, most):
    """A few rows as people read them: [[(cell, is_number)]]; of the newest period, shown ones first."""
    if "period" in dataset.names:
        newest = max((row["period"] for row in found), default="")
        found = sorted(
            (row for row in found if row["period"] == newest),
            key=lambda row: bool(row.get("suppressed")),
        )
    return [
        [
            (words.value(row.get(c.name), c.type, hidden=_hides(dataset, row, c.name)), c.type in ("whole", "number"))
            for c in dataset.columns
        ]
        for row in found[:most]
    ]  # fmt: skip


def _hides(dataset, row, name):
    return bool(row.get("suppressed")) and name in dataset.measures


def chart(dataset, found):
    """What the page draws: {kind: trend | bars, title, …}, or None."""
    told = dataset.chart
    if not told or not found:
        return None
    drawn = {"trend": _trend, "bars": _bars, "tally": _tally}[told["kind"]](dataset, told, found)
    return drawn if drawn.get("points") or drawn.get("bars") else None


def _unit(dataset, name):
    return next((c.unit for c in dataset.columns if c.name == name), "")


def _trend(dataset, told, found):
    """The whole by period."""
    key, value = dataset.source["key"], told["value"]
    points = [
        (analytics.period(row["period"]).start, row[value])
        for row in found
        if not row[key] and row[value] is not None
    ]
    return {"kind": "trend", "title": told["title"], "points": points, "unit": _unit(dataset, value)}  # fmt: skip


def _bars(dataset, told, found):
    """The largest values of the newest period."""
    if "period" in dataset.names:
        newest = max(row["period"] for row in found)
        found = [row for row in found if row["period"] == newest]
    key, value = dataset.source.get("key"), told["value"]
    sums = defaultdict(float)
    for row in found:
        is_whole = key is not None and not row[key]
        other_unit = told.get("only_unit") and row.get("unit") != told["only_unit"]
        if row[value] is not None and not is_whole and not other_unit:
            sums[row[told["label"]] or "–"] += row[value]
    unit = told.get("only_unit") or _unit(dataset, value)
    return {"kind": "bars", "title": told["title"], "bars": _drawn(sums, unit)}


def _tally(dataset, told, found):
    """How many rows carry each label."""
    counts = defaultdict(int)
    for row in found:
        counts[row[told["label"]] or "–"] += 1
    return {"kind": "bars", "title": told["title"], "bars": _drawn(counts, "")}


def _drawn(sums, unit):
    """[(label, value in words, length out of 100)], the largest first."""
    listed = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:_MOST_BARS]
    most = listed[0][1] if listed else 0
    return [
        (label, f"{words.number(round(value, 1))} {unit}".strip(), round(100 * value / most) if most else 0)
        for label, value in listed
    ]  # fmt: skip
