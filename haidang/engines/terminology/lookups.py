"""Reading single codes: look up, search by words, translate.

Which version answers: the one asked for; else the one in force on the day asked for; else the
newest that has begun. A concept outside its own period of validity is not found on that day.
"""

# SQL is put together from the constants below; every value is a parameter.
# ruff: noqa: S608

from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from haidang.kernel import errors, fhirjson, text

COLUMNS = (
    "s.url, s.version, c.code, c.display_vi, c.display_en, c.parent, c.ancestors, c.inactive,"
    " c.valid_from, c.valid_to, c.properties"
)

#: Rows of the systems that answer for a URL, best first, as seen from one day.
IN_FORCE = """
  SELECT id, url, version FROM (
    SELECT s.*, row_number() OVER (PARTITION BY s.url ORDER BY
             (coalesce(s.valid_from, '-infinity') <= %(on)s
              AND coalesce(s.valid_to, 'infinity') > %(on)s) DESC,
             s.complete DESC, s.valid_from DESC NULLS LAST, s.version DESC) AS rank
      FROM terminology_codesystem s
     WHERE s.current AND s.url = ANY(%(systems)s)
       AND (%(version)s::text IS NULL OR s.version = %(version)s)) ranked
   WHERE rank = 1"""

VALID = (
    "coalesce(c.valid_from, '-infinity') <= %(on)s AND coalesce(c.valid_to, 'infinity') > %(on)s"
)


@dataclass(frozen=True)
class Concept:
    """One code as it stands in one version of its system (khái niệm).

    `display_vi` falls back on nothing: use `display` for what a Vietnamese reader should see.
    """

    system: str
    version: str
    code: str
    display_vi: str = ""
    display_en: str = ""
    parent: str = ""
    ancestors: list[str] = field(default_factory=list)
    inactive: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    properties: dict = field(default_factory=dict)

    @property
    def words(self):
        """The words that are known, by language."""
        known = (("vi", self.display_vi), ("en", self.display_en))
        return {language: words for language, words in known if words}

    @property
    def abstract(self):
        """True for a heading, which groups codes and is not recorded itself."""
        return (self.properties.get("notSelectable") or self.properties.get("abstract")) in (
            True,
            "true",
        )

    @property
    def display(self):
        """The Vietnamese words, or the English ones when there are none."""
        return self.display_vi or self.display_en or self.code

    def display_in(self, language):
        """The words in `language` ("vi" or "en"), or the other ones when there are none."""
        first, second = self.display_vi, self.display_en
        if language and language.startswith("en"):
            first, second = second, first
        return first or second or self.code


def lookup(system, code, *, version=None, on=None):
    """One concept, or None when the code is not in the list in force.

    on        the day whose list is asked for; today when absent
    """
    return lookup_many([(system, code)], version=version, on=on).get((system, code))


def lookup_many(pairs, *, version=None, on=None):
    """Concepts for many (system, code) pairs in one query; unknown pairs are absent."""
    pairs = list(pairs)
    if not pairs:
        return {}
    facts = {
        "systems": list({system for system, _ in pairs}),
        "codes": list({code for _, code in pairs}),
        "version": version,
        "on": on or date.today(),  # noqa: DTZ011 (a list is in force by the local calendar)
    }
    sql = f"""SELECT {COLUMNS} FROM ({IN_FORCE}) s
              JOIN terminology_concept c ON c.code_system_id = s.id
             WHERE c.code = ANY(%(codes)s) AND {VALID}"""
    wanted = set(pairs)
    found = {(c.system, c.code): c for c in select(sql, facts)}
    return {pair: concept for pair, concept in found.items() if pair in wanted}


def search_codes(system, query, limit=20, *, on=None):
    """Concepts whose code or words hold every word of `query`, marks or not, best first.

    A code that begins with the query comes before words that begin with it, and those before
    the rest; shorter words before longer ones.
    """
    words = text.fold(query).split()
    if not words:
        return []
    facts = {
        "systems": [system],
        "version": None,
        "on": on or date.today(),  # noqa: DTZ011
        "like": [f"%{literal(word)}%" for word in words],
        "start": f"{literal(' '.join(words))}%",
        "limit": limit,
    }
    sql = f"""SELECT {COLUMNS} FROM ({IN_FORCE}) s
              JOIN terminology_concept c ON c.code_system_id = s.id
             WHERE c.search LIKE ALL(%(like)s) AND {VALID} AND NOT c.inactive
               AND NOT c.properties ? 'notSelectable'
             ORDER BY lower(c.code) LIKE %(start)s DESC,
                      substr(c.search, length(c.code) + 2) LIKE %(start)s DESC,
                      length(c.search), c.code
             LIMIT %(limit)s"""
    return list(select(sql, facts))


def select(sql, facts):
    """Concepts of a query that selects `COLUMNS`."""
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        for row in cursor.fetchall():
            yield Concept(*row[:10], properties=decoded(row[10]))


def clean(value):
    """A text as the database can hold it.

    Raises    Incorrect `terminology.text_unreadable` for the character NUL
    """
    if "\x00" in value:
        raise errors.Incorrect(
            "terminology.text_unreadable",
            _("Văn bản có ký tự không hợp lệ; hãy bỏ đi rồi gửi lại."),
        )
    return value


def literal(word):
    """A word as LIKE takes it literally."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def decoded(value):
    """A jsonb column of a raw cursor: Django hands it over as text."""
    return fhirjson.loads(value.encode())
