"""Where the next page of a list begins, in its address."""

from datetime import datetime
from urllib.parse import urlencode


def after(text):
    """`2026-11-25T09:00:00+07:00|key` as (moment, key); None when it is not that."""
    moment, _bar, key = text.partition("|")
    try:
        return (datetime.fromisoformat(moment), key) if key else None
    except ValueError:
        return None


def url(last, **more):
    """The address of the page after (moment, key), or empty when there is none."""
    if last is None:
        return ""
    return "?" + urlencode(more | {"sau": f"{last[0].isoformat()}|{last[1]}"})
