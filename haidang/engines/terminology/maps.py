"""Following concept maps from code to code (ánh xạ mã).

Source    FHIR R4, conceptmap-operation-translate.html; conceptmap-definitions.html, `group.unmapped`.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.terminology import lookups
from haidang.kernel import errors

#: What an arrow means when it is followed backwards (concept-map-equivalence).
_REVERSED = {
    "wider": "narrower",
    "narrower": "wider",
    "subsumes": "specializes",
    "specializes": "subsumes",
}
#: Arrows that say that nothing corresponds.
NOTHING = {"unmatched", "disjoint"}


#: What is said of a code that a group has no arrow for, where R4 leaves it open.
_UNMAPPED_IS = {"provided": "equivalent", "fixed": "relatedto"}
_RULES = """
SELECT m.url, m.version, coalesce(g->>'target', ''), g->'unmapped'->>'mode', g->'unmapped'->>'code',
       g->'unmapped'->>'url'
  FROM terminology_conceptmap m, jsonb_array_elements(m.facts->'group') WITH ORDINALITY AS groups(g, number)
 WHERE g->>'source' = %(system)s
   AND (%(url)s::text IS NULL OR m.url = %(url)s)
   AND (%(version)s::text IS NULL OR m.version = %(version)s)
 ORDER BY m.id, number
"""


@dataclass(frozen=True)
class Translation:
    """One arrow of a concept map that fits the question; without a code it says that nothing does."""

    system: str
    code: str
    equivalence: str
    map_url: str
    comment: str = ""
    map_version: str = ""


@dataclass(frozen=True)
class _Rule:
    """What a group of a map says of codes that it has no arrow for (`group.unmapped`)."""

    map_url: str
    map_version: str
    target: str
    mode: str
    code: str | None
    url: str | None


def translate(system, code, *, target=None, url=None, version=None, reverse=False):
    """The codes that maps say correspond to (system, code).

    target    only arrows to this system
    url       only arrows of this concept map, `version` of it when given
    reverse   follow the arrows backwards: what was wider is then narrower

    Of a code without an arrow a group may say what to use (`unmapped`): in the map that is named, for
    each group by itself; of all maps, only when none has an arrow. Backwards it says nothing.

    Raises    NotFound `terminology.map_unknown` when the answer were in a map that is not loaded
    """
    for value in (system, code, target, url, version):
        lookups.clean(value or "")
    if reverse:
        found = [_backwards(each) for each in _arrows(system, code, url, version, reverse=True)]
        return [each for each in found if target in (None, each.system)]
    walk = _Walk(system, code)
    found = [each for each in walk.through(url, version) if target in (None, each.system)]
    if not found and walk.missing:
        raise errors.NotFound(
            "terminology.map_unknown",
            _("Không có bảng ánh xạ này, hoặc phiên bản này của nó."),
            url=walk.missing[0],
            version="",
        )
    return found


def _arrows(system, code, url, version, *, reverse=False):
    here, there = ("target", "source") if reverse else ("source", "target")
    sql = f"""SELECT e.{there}_system, e.{there}, e.equivalence, m.url, e.comment, m.version
                FROM terminology_mapentry e
                JOIN terminology_conceptmap m ON m.id = e.concept_map_id
               WHERE e.{here}_system = %(system)s AND e.{here} = %(code)s
                 AND (%(url)s::text IS NULL OR m.url = %(url)s)
                 AND (%(version)s::text IS NULL OR m.version = %(version)s)
               ORDER BY m.id, e.id"""  # noqa: S608 (fixed names; every value is a parameter)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"system": system, "code": code, "url": url, "version": version})
        return [Translation(*row) for row in cursor.fetchall()]


class _Walk:
    """The way of one code through a map, and through those to which it hands on what it has not."""

    def __init__(self, system, code):
        self.system, self.code = system, code
        self.seen, self.missing = set(), []

    def through(self, url, version, way=()):
        """The arrows of a map, or of all of them; `way` holds the maps that handed the code on."""
        found = _arrows(self.system, self.code, url, version)
        if found and url is None:
            return found
        drawn = {(each.map_url, each.map_version, each.system) for each in found}
        for rule in self._rules(url, version):
            if (rule.map_url, rule.map_version, rule.target) not in drawn:
                found += self._unmapped(rule, (*way, rule.map_url))
        return found

    def _rules(self, url, version):
        with connection.cursor() as cursor:
            cursor.execute(_RULES, {"system": self.system, "url": url, "version": version})
            return [_Rule(*row) for row in cursor.fetchall()]

    def _unmapped(self, rule, way):
        if rule.mode == "other-map":
            return self._handed_on(rule, way)
        code = self.code if rule.mode == "provided" else rule.code
        return [self._told(rule, code, _UNMAPPED_IS[rule.mode], _of_mode(rule.mode))]

    def _handed_on(self, rule, way):
        url, _bar, version = rule.url.partition("|")
        if url in way:
            told = _("Các bảng ánh xạ chuyển mã cho nhau thành vòng; không bảng nào có mã này.")
            return [self._told(rule, "", "unmatched", told)]
        if not is_loaded(url, version):
            self.missing.append(rule.url)
            return []
        if url in self.seen:  # another group handed it on before
            return []
        self.seen.add(url)
        return self.through(url, version or None, way)

    def _told(self, rule, code, equivalence, why):
        return Translation(rule.target, code, equivalence, rule.map_url, why, rule.map_version)


def _of_mode(mode):
    """Why a code is told that no arrow leads to, for people."""
    if mode == "provided":
        return _("Bảng không kê mã này và cho dùng chính mã ấy trong danh mục đích.")
    return _("Bảng không kê mã này; đây là mã mặc định cho những mã như vậy.")


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
