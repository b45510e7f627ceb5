"""Where the next page of a list begins, in its address."""

from datetime import datetime
from urllib.parse import urlencode


def after(text):
    """`2026-11-25T09:00:00+07:00|key` as (moment, key), the moment None in `|key`; None otherwise."""
    moment, _bar, key = text.partition("|")
    if key and not moment:
        return (None, key)
    try:
        found = datetime.fromisoformat(moment)
        return (found, key) if key and found.tzinfo else None
    except ValueError:
        return None


def url(last, **more):
    """The address of the page after (moment, key), or empty when there is none."""
    if last is None:
        return ""
    return "?" + urlencode(more | {"sau": f"{last[0].isoformat() if last[0] else ''}|{last[1]}"})
