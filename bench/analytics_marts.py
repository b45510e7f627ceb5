"""What the rooms of a city would publish beside its records: facilities, dossiers, reports, ratings.

Each stands in the place of the room's own mart, whose tables in the database of the bench are
empty. Like the rest of the city it is made of numbers, and two runs make the same.
"""

import datetime

from haidang.engines.analytics.engines import marts

_FACILITIES = 400
_HOSPITALS = 60
_PROCEDURES = 120
_UNITS = 120
_PEOPLE_A_DOSSIER = 40  # of a year; a city of 4.7 million files some 117,000
_YEAR = datetime.date(2026, 1, 1)


def publish(people):
    """Put the marts of a city of so many people in the place of the rooms' own."""
    marts.published()  # the rooms come first: what is marked later counts
    dossiers = people // _PEOPLE_A_DOSSIER
    marts.mart("facility")(facilities)
    marts.mart("public_service")(_services)
    marts.mart("periodic_report")(_reports)
    marts.mart("procedure_case")(lambda: map(_dossier, range(dossiers)))
    marts.mart("satisfaction")(lambda: map(_rating, range(0, dossiers, 3)))


def facilities():
    """A few hospitals, and stations in each of 114 communes."""
    for number in range(_FACILITIES):
        kind = "hospital" if number < _HOSPITALS else "commune-station"
        yield {
            "code": f"31{100 + number}",
            "name": f"Cơ sở tổng hợp {number}",
            "kind": kind,
            "level": "",
            "commune": str(11100 + number % 114),
            "active": True,
        }


def _services():
    for number in range(_PROCEDURES):
        yield {
            "code": f"1.{number:06}",
            "unit": _unit(number),
            "eligible": number % 10 > 0,
            "full_online": number % 5 > 0,
        }


def _reports():
    """Each unit owes twelve reports a month."""
    for number in range(_UNITS * 12 * 12):
        due = _day(number % 12 * 30 + 5)
        sent = due if number % 9 else None
        yield {
            "id": str(number),
            "unit": _unit(number // 144),
            "due_on": due,
            "submitted_on": sent,
            "in_system": number % 4 > 0,
        }


def _dossier(number):
    filed = number * 7 % 365
    return {
        "id": str(number),
        "procedure": f"1.{number % _PROCEDURES:06}",
        "unit": _unit(number),
        "commune": str(11100 + number % 114),
        "filed_on": _day(filed),
        "due_on": _day(filed + 20),
        "closed_on": _day(filed + number % 25),
        "fully_online": number % 5 > 0,
        "paid_online": [True, False, None][number % 3],
        "result_digitised": number % 11 > 0,
        "late": number % 25 > 20,
    }


def _rating(number):
    return {
        "id": str(number),
        "unit": _unit(number),
        "procedure": f"1.{number % _PROCEDURES:06}",
        "answered_on": _day(number * 7 % 365),
        "satisfied": number % 8 > 0,
    }


def _unit(number):
    return f"31{100 + number % _UNITS}"


def _day(number):
    return (_YEAR + datetime.timedelta(number)).isoformat()
