"""Dates and moments as FHIR writes them, and as people in Việt Nam read them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from haidang.kernel import errors

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

_FHIR = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?"
    r"(Z|[+-]\d\d:\d\d)?)?)?)?\Z",
    re.ASCII,
)


def parse_fhir(value):
    """A FHIR date, dateTime or instant as a half-open pair of aware moments.

    `2024` covers the whole year, `2024-05-01T10:30Z` one minute. A value without a zone is
    read as Hanoi time.

    Raises    Incorrect `dates.unreadable`
    """
    found = _FHIR.match(value) if isinstance(value, str) else None
    try:
        if found is None:
            raise ValueError("not a FHIR date")
        return _span(found.groups())
    except (ValueError, OverflowError) as why:
        raise errors.Incorrect(
            "dates.unreadable", "Ngày giờ không đúng dạng; ví dụ đúng: 2026-11-25."
        ) from why


def _span(parts):
    year, month, day, hour, minute, second, fraction, zone = parts
    tz = _zone(zone)
    if hour is None:
        return _span_of_date(int(year), month, day, tz)
    low = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=tz)
    if second is None:
        return low, _after(low, timedelta(minutes=1))
    low += timedelta(seconds=min(int(second), 59) if second == "60" else _below_60(second))
    if fraction is None:
        return low, _after(low, timedelta(seconds=1))
    digits = fraction[1:7]
    step = timedelta(microseconds=10 ** (6 - len(digits)))
    low += timedelta(microseconds=int(digits.ljust(6, "0")))
    return low, _after(low, step)


def _span_of_date(year, month, day, tz):
    if month is None:
        return datetime(year, 1, 1, tzinfo=tz), _first_of(year + 1, 1, tz)
    if day is None:
        following = (year + 1, 1) if month == "12" else (year, int(month) + 1)
        return datetime(year, int(month), 1, tzinfo=tz), _first_of(*following, tz)
    low = datetime(year, int(month), int(day), tzinfo=tz)
    return low, _after(low, timedelta(days=1))


def _first_of(year, month, tz):
    return datetime.max.replace(tzinfo=tz) if year > 9999 else datetime(year, month, 1, tzinfo=tz)


def _after(low, step):
    try:
        return low + step
    except OverflowError:
        return datetime.max.replace(tzinfo=low.tzinfo)


def _below_60(second):
    if int(second) > 59:
        raise ValueError("seconds above 60")
    return int(second)


def _zone(zone):
    if zone is None:
        return HANOI
    if zone == "Z":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError("no such zone")
    return timezone((1 if zone[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def show(value):
    """A date as people read it: `25/11/2026`; a partial FHIR date keeps what it knows."""
    if isinstance(value, datetime):
        return value.astimezone(HANOI).strftime("%d/%m/%Y")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "/".join(reversed(value[:10].split("-"))) if value else ""


def show_moment(value):
    """A moment as people read it: `14:05 25/11/2026`, in Hanoi time."""
    if isinstance(value, str):
        value = parse_fhir(value)[0]
    return value.astimezone(HANOI).strftime("%H:%M %d/%m/%Y")


def age(born, on):
    """Whole years and months of age on a day, as (years, months); a 29 February birthday
    falls on 1 March in other years (Civil Code 2015, art. 148)."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return divmod(max(months, 0), 12)
