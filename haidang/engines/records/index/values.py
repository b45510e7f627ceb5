"""Rows for date, number, quantity, string and position parameters, by data type."""

from functools import lru_cache

from haidang.engines.records.binary import FOREVER, NEVER
from haidang.engines.records.index import hashing, moments
from haidang.engines.records.index.folding import fold


def moment(number):
    def emit(found, value):
        low, high = moments.span(value)
        found.dates.append((number | (high - low > moments.LONG), low, high))

    return emit


def period(number):
    def emit(found, value):
        low = moments.span(value["start"])[0] if "start" in value else NEVER
        high = moments.span(value["end"])[1] if "end" in value else FOREVER
        if low != NEVER or high != FOREVER:
            found.dates.append((number | (high - low > moments.LONG), low, high))

    return emit


def timing(number):
    """From the first event to the last, or the bounds when they are a period."""
    whole = period(number)

    def emit(found, value):
        spans = [moments.span(event) for event in value.get("event", ())]
        if spans:
            low, high = min(low for low, _ in spans), max(high for _, high in spans)
            found.dates.append((number | (high - low > moments.LONG), low, high))
        elif "boundsPeriod" in value.get("repeat", {}):
            whole(found, value["repeat"]["boundsPeriod"])

    return emit


def number(path):
    def emit(found, value):
        found.quantities.append((path, float(value), float(value), 0, 0))

    return emit


@lru_cache(8192)
def units(system, code, unit):
    """The hashes a quantity's unit is compared by: of system and code, and of each way to write it."""
    exact = hashing.text_key(f"{system or ''}\x1f{code}") if code else 0
    return exact, [hashing.text_key(form) for form in dict.fromkeys((code, unit)) if form] or [0]


def quantity(path):
    def emit(found, value):
        if "value" in value:
            amount = float(value["value"])
            rows_of(found, path, amount, amount, value)

    return emit


def rows_of(found, path, low, high, unit):
    exact, forms = units(unit.get("system"), unit.get("code"), unit.get("unit"))
    for form in forms:
        found.quantities.append((path, low, high, exact, form))


def money(path):
    def emit(found, value):
        if "value" in value:
            currency = value.get("currency")
            unit = {"system": "urn:iso:std:iso:4217", "code": currency} if currency else {}
            rows_of(found, path, float(value["value"]), float(value["value"]), unit)

    return emit


def span(path):
    """A Range: open where a limit is not given."""

    def emit(found, value):
        low, high = value.get("low", {}), value.get("high", {})
        if "value" in low or "value" in high:
            least = float(low.get("value", "-inf"))
            most = float(high.get("value", "inf"))
            rows_of(found, path, least, most, low or high)

    return emit


def samples(path):
    """SampledData: between its limits, or its zero value when it names none."""

    def emit(found, value):
        origin = value.get("origin", {})
        least = value.get("lowerLimit", origin.get("value"))
        most = value.get("upperLimit", origin.get("value"))
        if least is not None and most is not None:
            rows_of(found, path, float(least), float(most), origin)

    return emit


def string(path):
    def emit(found, value):
        _rows(found, path, [value])

    return emit


def name(path):
    """The whole of a name, and each of its parts from the start of every word.

    A Vietnamese name is family, middle, given, and people look for any of them. A name that has
    no text of its own is put together in that order.
    """

    def emit(found, value):
        given = [part for part in value.get("given", ()) if part]
        parts = [value["family"], *given] if "family" in value else given
        whole = value.get("text") or " ".join(parts)
        affixes = [p for key in ("prefix", "suffix") for p in value.get(key, ()) if p]
        _rows(found, path, [whole] if whole else [], words=[whole, *parts, *affixes])

    return emit


_ADDRESS = ("city", "district", "state", "postalCode", "country")


def address(path):
    """As a name: the text or the lines are the whole, and every part counts from each word."""

    def emit(found, value):
        lines = [line for line in value.get("line", ()) if line]
        parts = [*lines, *(value[key] for key in _ADDRESS if key in value)]
        whole = value.get("text") or ", ".join(parts)
        _rows(found, path, [whole] if whole else [], words=[whole, *parts])

    return emit


def _rows(found, path, wholes, words=()):
    """Wholes stand under the path and say the order; words under its odd neighbour."""
    words = [word for word in words if word]
    for value in {*wholes, *words}:
        found.hashes.append(hashing.exact(path, value))
        found.texts.add(fold(value))
    starts = {start for value in words for start in _starts(fold(value))}
    found.strings += [(path, fold(value)) for value in wholes]
    found.strings += [(path | 1, start) for start in starts - {fold(value) for value in wholes}]


def _starts(folded):
    return [folded, *(folded[at + 1 :] for at, c in enumerate(folded) if c == " ")]


def position(path):
    """Where a Location is: its latitude and longitude as two numbers."""
    longitude = hashing.below(path, "longitude")

    def emit(found, value):
        if "latitude" in value and "longitude" in value:
            number(path)(found, value["latitude"])
            number(longitude)(found, value["longitude"])

    return emit
