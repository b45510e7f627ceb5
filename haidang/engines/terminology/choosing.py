"""Which version of a code system answers (chọn phiên bản danh mục).

The version asked for, else the one in force on the day asked for, else the newest that has begun.
`lookups.IN_FORCE` says the same in SQL.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from haidang.kernel import fhirjson

_CURRENT = """
SELECT id, url, version, title_vi, title_en, complete, valid_from, valid_to, concept_count, facts
  FROM terminology_codesystem WHERE current AND url = ANY(%s) AND (complete OR concept_count > 0)
"""


@dataclass(frozen=True)
class System:
    """One version of one code system. `count` is how many codes are here, `complete` whether all."""

    id: int
    url: str
    version: str
    title_vi: str
    title_en: str
    complete: bool
    valid_from: date | None
    valid_to: date | None
    count: int
    facts: dict

    @property
    def canonical(self):
        """`url|version`."""
        return f"{self.url}|{self.version}" if self.version else self.url


def versions_of(urls):
    """Every version that is loaded of these systems. One that is only named, as HL7's package names
    SNOMED CT, is not: it would answer every rule with no code at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CURRENT, [list(urls)])
        rows = cursor.fetchall()
    return [System(*row[:9], facts=fhirjson.loads(row[9])) for row in rows]


def choose(known, url, version, on):
    """The one of `known` that answers for `url`, or None."""
    fit = [s for s in known if s.url == url and (not version or s.version == version)]
    return max(fit, key=lambda s: _fitness(s, on), default=None)


def system_of(url, *, version=None, on=None):
    """The code system that answers for `url`, or None when none is loaded."""
    return choose(versions_of([url]), url, version, on or today())


def today():
    """The day by the local calendar: lists are in force by it."""
    return date.today()  # noqa: DTZ011


def _fitness(system, on):
    begun = (system.valid_from or date.min) <= on < (system.valid_to or date.max)
    return begun, system.complete, system.valid_from or date.min, system.version
