"""Invariants that compare two ends, which fhirpathpy cannot: ranges, and dates of unlike precision.

What cannot be compared (2026 with 2026-05, grams with millilitres) breaks nothing.
"""

from decimal import Decimal

from haidang.kernel import dates, errors


def is_in_order(period):
    """per-1: a period does not end before it starts."""
    start, end = _span(period.get("start")), _span(period.get("end"))
    return start is None or end is None or start[0] < end[1]


def is_range(value):
    """rng-2: low is not above high."""
    low, high = value.get("low"), value.get("high")
    if not isinstance(low, dict) or not isinstance(high, dict) or _unit(low) != _unit(high):
        return True
    least, most = low.get("value"), high.get("value")
    numbers = isinstance(least, int | Decimal) and isinstance(most, int | Decimal)
    return not numbers or least <= most


def is_handed_over_after(dispense):
    """mdd-1: a drug is not handed over before it is prepared."""
    pair = {"start": dispense.get("whenPrepared"), "end": dispense.get("whenHandedOver")}
    return is_in_order(pair)


JUDGES = {"per-1": is_in_order, "rng-2": is_range, "mdd-1": is_handed_over_after}


def _span(text):
    try:
        return dates.parse_fhir(text)
    except errors.Incorrect:
        return None


def _unit(quantity):
    return quantity.get("system"), quantity.get("code"), quantity.get("unit")
