"""The Vietnamese lunar calendar (âm lịch): which day the new year and the Hùng kings' day fall on.

Months begin on the day of the new moon and the eleventh holds the winter solstice, both seen at
UTC+7; therefore Vietnam now and then differs from China by a day or, as in 1985, by a month.
Source: J. Meeus, Astronomical Algorithms (new moon, longitude of the sun); NĐ 134/2002 of 1967's
decision 121-CP (time zone). Good from 1900 to 2100.
"""

import math
from datetime import date, timedelta
from functools import lru_cache

_ZONE = 7 / 24
_SYNODIC = 29.530588853
_FIRST_NEW_MOON = 2415021.076998695
_JULIAN = 1721425  # a day's Julian day number less its ordinal


def solar(year, month, day):
    """The solar date of a day of an ordinary lunar month: (2026, 1, 1) is Tết 2026."""
    begins = _month_eleven(year - 1 if month < 11 else year)
    ends = _month_eleven(year if month < 11 else year + 1)
    offset = (month - 11) % 12
    if ends - begins > 365 and offset >= _leap_offset(begins):
        offset += 1
    index = int(0.5 + (begins - _FIRST_NEW_MOON) / _SYNODIC)
    return date.fromordinal(_new_moon_day(index + offset) - _JULIAN) + timedelta(days=day - 1)


@lru_cache(maxsize=512)
def _month_eleven(year):
    """Julian day on which the eleventh month begins, the one with the winter solstice."""
    days = date(year, 12, 31).toordinal() + _JULIAN - 2415021
    index = int(days / _SYNODIC)
    found = _new_moon_day(index)
    return _new_moon_day(index - 1) if _sun_sector(found) >= 9 else found


def _leap_offset(eleven):
    """Which month after the eleventh is the leap one: the first that holds no principal term."""
    index = int(0.5 + (eleven - _FIRST_NEW_MOON) / _SYNODIC)
    offset, before = 1, _sun_sector(_new_moon_day(index + 1))
    while offset < 14:
        offset += 1
        now = _sun_sector(_new_moon_day(index + offset))
        if now == before:
            break
        before = now
    return offset - 1


@lru_cache(maxsize=4096)
def _new_moon_day(index):
    """Julian day number, at UTC+7, of the `index`th new moon since 1900-01-01."""
    return int(_new_moon(index) + 0.5 + _ZONE)


def _new_moon(index):
    """Julian date (universal time) of a new moon."""
    t = index / 1236.85
    mean = (
        2415020.75933
        + 29.53058868 * index
        + 0.0001178 * t**2
        - 0.000000155 * t**3
        + 0.00033 * _sin(166.56 + 132.87 * t - 0.009173 * t**2)
    )
    sun = 359.2242 + 29.10535608 * index - 0.0000333 * t**2 - 0.00000347 * t**3
    moon = 306.0253 + 385.81691806 * index + 0.0107306 * t**2 + 0.00001236 * t**3
    node = 21.2964 + 390.67050646 * index - 0.0016528 * t**2 - 0.00000239 * t**3
    correction = (
        (0.1734 - 0.000393 * t) * _sin(sun)
        + 0.0021 * _sin(2 * sun)
        - 0.4068 * _sin(moon)
        + 0.0161 * _sin(2 * moon)
        - 0.0004 * _sin(3 * moon)
        + 0.0104 * _sin(2 * node)
        - 0.0051 * _sin(sun + moon)
        - 0.0074 * _sin(sun - moon)
        + 0.0004 * _sin(2 * node + sun)
        - 0.0004 * _sin(2 * node - sun)
        - 0.0006 * _sin(2 * node + moon)
        + 0.0010 * _sin(2 * node - moon)
        + 0.0005 * _sin(2 * moon + sun)
    )
    if t < -11:
        late = 0.001 + 0.000839 * t + 0.0002261 * t**2 - 0.00000845 * t**3 - 0.000000081 * t**4
    else:
        late = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return mean + correction - late


def _sin(degrees):
    return math.sin(math.radians(degrees))


def _sun_sector(julian_day):
    """Which twelfth of its yearly path the sun is in when that day begins at UTC+7; 0 at the equinox."""
    t = (julian_day - 0.5 - _ZONE - 2451545.0) / 36525
    anomaly = 357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3
    mean = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    centre = (
        (1.914600 - 0.004817 * t - 0.000014 * t**2) * _sin(anomaly)
        + (0.019993 - 0.000101 * t) * _sin(2 * anomaly)
        + 0.000290 * _sin(3 * anomaly)
    )
    return int(((mean + centre) % 360) / 30)
