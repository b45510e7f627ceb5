"""Dates and times as claims write them: digits in local time (ngày giờ: yyyymmdd, yyyymmddHHMM)."""

from datetime import date, datetime, timedelta
from functools import lru_cache


# The days of a dossier come again within it and hardly ever after.
@lru_cache(maxsize=1024)
def day(text: str) -> date | None:
    """The date of `yyyymmdd`, or of the first 8 digits of a time; None when it is not one."""
    if not (text.isascii() and text.isdigit() and len(text) in (8, 12)):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def is_day(text: str) -> bool:
    return len(text) == 8 and day(text) is not None


def is_moment(text: str) -> bool:
    """Is it `yyyymmddHHMM`? The clock runs from 0000 to 2359."""
    return len(text) == 12 and day(text) is not None and text[8:10] < "24" and text[10:] < "60"


def is_birth(text: str) -> bool:
    """A birth date: 12 digits (8 where the table has no time); unknown month and day, or hour and minute, are zero."""
    if len(text) not in (8, 12) or not (text.isascii() and text.isdigit()):
        return False
    if text[8:] and not (text[8:10] < "24" and text[10:] < "60"):
        return False
    known = text[:4] + "0101" if text[4:8] == "0000" else text[:8]
    if text[6:8] == "00" and text[4:6] != "00":
        known = text[:6] + "01"
    return text[:4] > "1800" and day(known) is not None


def moment(text: str) -> datetime | None:
    """The time of `yyyymmddHHMM`, without a zone: claims are local; None when it is not one."""
    if not is_moment(text):
        return None
    at = day(text)
    return datetime(at.year, at.month, at.day, int(text[8:10]), int(text[10:12]))  # noqa: DTZ001


def shown(text: str) -> str:
    """A day or a moment as people read it (21/09/2026, 08:18 21/09/2026); any other text as it is."""
    at = day(text)
    if at is None:
        return text
    return f"{text[8:10]}:{text[10:12]} {at:%d/%m/%Y}" if is_moment(text) else f"{at:%d/%m/%Y}"


def days_from(first: str, last: str) -> int | None:
    """Calendar days from one date or time to another; 0 on the same day."""
    start, end = day(first), day(last)
    return None if start is None or end is None else (end - start).days


def plus(text: str, days: int) -> str:
    """The date so many days later, as `yyyymmdd`."""
    return f"{day(text) + timedelta(days=days):%Y%m%d}"
