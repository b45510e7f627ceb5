"""Following concept maps from code to code (ánh xạ mã).

Source    FHIR R4, conceptmap-operation-translate.html.
"""

from dataclasses import dataclass

from django.db import connection

from haidang.engines.terminology import lookups

#: What an arrow means when it is followed backwards (concept-map-equivalence).
_REVERSED = {
    "wider": "narrower",
    "narrower": "wider",
    "subsumes": "specializes",
    "specializes": "subsumes",
}
#: Arrows that say that nothing corresponds.
NOTHING = {"unmatched", "disjoint"}


@dataclass(frozen=True)
class Translation:
    """One arrow of a concept map that fits the question."""

    system: str
    code: str
    equivalence: str
    map_url: str
    comment: str = ""
    map_version: str = ""


def translate(system, code, *, target=None, url=None, version=None, reverse=False):
    """The codes that maps say correspond to (system, code).

    target    only arrows to this system
    url       only arrows of this concept map, `version` of it when given
    reverse   follow the arrows backwards: what was wider is then narrower
    """
    here, there = ("target", "source") if reverse else ("source", "target")
    sql = f"""SELECT e.{there}_system, e.{there}, e.equivalence, m.url, e.comment, m.version
                FROM terminology_mapentry e
                JOIN terminology_conceptmap m ON m.id = e.concept_map_id
               WHERE e.{here}_system = %(system)s AND e.{here} = %(code)s
                 AND (%(target)s::text IS NULL OR e.{there}_system = %(target)s)
                 AND (%(url)s::text IS NULL OR m.url = %(url)s)
                 AND (%(version)s::text IS NULL OR m.version = %(version)s)
               ORDER BY m.id, e.id"""  # noqa: S608 (fixed names; every value is a parameter)
    facts = {"system": system, "code": code, "target": target, "url": url, "version": version}
    for value in facts.values():
        lookups.clean(value or "")
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        found = [Translation(*row) for row in cursor.fetchall()]
    return [_backwards(each) for each in found] if reverse else found


def is_loaded(url, version=None):
    """Whether a concept map of that URL is here, in that version when one is named."""
    facts = [lookups.clean(url), lookups.clean(version or ""), version or ""]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM terminology_conceptmap WHERE url = %s AND (%s = '' OR version = %s)",
            facts,
        )
        return cursor.fetchone() is not None


def _backwards(found):
    equivalence = _REVERSED.get(found.equivalence, found.equivalence)
    return Translation(**vars(found) | {"equivalence": equivalence})
