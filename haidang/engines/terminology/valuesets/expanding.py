"""The codes of a value set, by page or as a tree (kê tập mã).

Source    FHIR R4, valueset-operation-expand.html. What R4 leaves open: docs/decisions/0007.
"""

# ruff: noqa: S608

from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from haidang.engines.terminology import choosing, lookups
from haidang.engines.terminology.valuesets import compiling, definitions
from haidang.kernel import errors, text

#: The most codes in one answer, and the most in one tree.
MOST = 10_000
MOST_IN_TREE = 5_000
_PATIENCE_MS = 5_000


@dataclass(frozen=True)
class Contained:
    """One code of an expansion, with what stands below it when a tree was asked for.

    words    the words that are known: {"vi": …, "en": …}, and "" for those of the definition
    """

    system: str
    version: str
    code: str
    display: str
    inactive: bool
    abstract: bool = False
    words: dict = field(default_factory=dict)
    below: tuple["Contained", ...] = ()


@dataclass(frozen=True)
class Expansion:
    """A page of an expanded value set; `total` counts the whole.

    used    the code systems that answered (`choosing.System`)
    """

    url: str
    total: int
    offset: int
    contains: list[Contained]
    definition: definitions.Definition | None = None
    used: tuple[choosing.System, ...] = ()
    on: date | None = None


@dataclass(frozen=True)
class Versions:
    """Which versions of code systems are to answer: {url: version}.

    usual   where the value set names none (`system-version`)
    force   whatever the value set says (`force-system-version`)
    check   where another answers, the question is refused (`check-system-version`)
    """

    usual: dict = field(default_factory=dict)
    force: dict = field(default_factory=dict)
    check: dict = field(default_factory=dict)


ANY = Versions()


def expand(
    value_set, *, filter=None, count=100, offset=0, active_only=False, selectable_only=False,
    nested=False, language="vi", on=None, versions=ANY, without=(),
    beside=definitions.nothing_beside,
):  # fmt: skip
    """The codes of a value set, given by its canonical or as an R4 resource with `compose`.

    filter           words that must all occur in code or words, in any order, marks or not
    count            the most codes; None for all, up to `MOST`
    active_only      leave out codes that are no longer in use
    selectable_only  leave out headings, which are no choice for a person
    nested           as a tree, by the hierarchy of the code systems: then the whole, not a page
    language         "vi" or "en": which words to show
    on               the day whose lists answer; today when absent
    without          systems whose codes are left out, each as `url` or `url|version`
    beside           as `definitions.read`

    Raises    as `definitions.read` and `compiling.members`; RuleBroken `terminology.too_costly`,
              `terminology.version_differs`; Incorrect `terminology.filter_unreadable`
    """
    definition = definitions.read(value_set, beside=beside)
    on = definition.locked or on or choosing.today()
    chosen = choose(definition, versions, on)
    query = compiling.Query(on)
    wanted = compiling.Narrowed(
        shown=_shown(query, filter, active_only, selectable_only), left=frozenset(without)
    )
    members = compiling.members(query, definition, chosen, wanted)
    rows, total = _page(query, members, filter, MOST_IN_TREE if nested else count, offset)
    if nested and total > MOST_IN_TREE:
        raise definitions.too_costly(_("Tập mã quá lớn để kê theo cây; hãy kê từng trang."))
    own = definition.words()
    contains = [contained(row, language, own) for row in rows]
    return Expansion(
        url=value_set.partition("|")[0] if isinstance(value_set, str) else definition.url,
        total=total,
        offset=offset,
        contains=_tree(rows, contains) if nested else contains,
        definition=definition,
        used=tuple({s.id: s for s in chosen.values() if s}.values()),
        on=on,
    )


def choose(definition, versions, on):
    """{(system, version asked for): the system that answers, or None} for all of a definition.

    Raises    RuleBroken `terminology.version_differs` (facts: system, version)
    """
    asked = {(p.system, p.version) for p in definition.parts() if p.system}
    known = choosing.versions_of({lookups.clean(url) for url, _version in asked}) if asked else []
    found = {}
    for url, version in asked:
        wanted = versions.force.get(url) or version or versions.usual.get(url)
        found[url, version] = choosing.choose(known, url, wanted, on)
        _check_version(found[url, version], versions.check.get(url))
    return found


def _check_version(system, wanted):
    if system and wanted and system.version != wanted:
        raise errors.RuleBroken(
            "terminology.version_differs",
            _("Danh mục được dùng ở phiên bản khác với phiên bản đòi hỏi."),
            system=system.url,
            version=system.version,
        )


def _shown(query, filter, active_only, selectable_only):
    conditions = compiling.words(query, filter or "")
    conditions += ("NOT inactive",) if active_only else ()
    return conditions + (("NOT abstract",) if selectable_only else ())


def _page(query, members, filter, count, offset):
    most = MOST + 1 if count is None else count
    limits = f"LIMIT {query.put(most)} OFFSET {query.put(offset)}"
    # What is filtered is sorted whole anyway, so it is counted on the way; else an index gives the page.
    told = "count(*) OVER ()" if filter else "NULL"
    page = f"""SELECT {compiling.COLUMNS}, {told} FROM ({members}) m
                ORDER BY {_order(query, filter)} {limits}"""
    rows = run(page, query) if most else []
    if count is None and len(rows) > MOST:
        raise definitions.too_costly(
            _(
                "Tập mã có hơn {most} mã; hãy thêm filter, hoặc kê từng trang bằng count và offset."
            ).format(most=MOST)
        )
    if 0 < len(rows) < most:
        return rows, offset + len(rows)
    counted = rows[0][-1] if rows and filter else None
    return rows, counted or run(f"SELECT count(*) FROM ({members}) m", query)[0][0]


def _order(query, filter):
    """By code; for words that somebody types, what begins with them and what is short comes first."""
    typed = " ".join(text.fold(filter or "").split())
    if not typed:
        return "system, code"
    start = query.put(lookups.literal(typed) + "%")
    return f"""lower(code) LIKE {start} DESC, substr(search, length(code) + 2) LIKE {start} DESC,
               length(search), system, code"""


def run(sql, query):
    """The rows of a query, within a few seconds.

    Raises    Incorrect `terminology.filter_unreadable` for a regular expression that is none;
              RuleBroken `terminology.too_costly`
    """
    try:
        if " ~ " in sql:
            return _with_patience(sql, query)
        return _rows(sql, query)
    except DatabaseError as why:
        raise _told(why) from why


def _with_patience(sql, query):
    """In a savepoint, so that a refusal does not end the caller's transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(_PATIENCE_MS)])
        rows = _rows(sql, query)
        cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        return rows


def _rows(sql, query):
    with connection.cursor() as cursor:
        cursor.execute(sql, query.facts)
        return cursor.fetchall()


def _told(why):
    if isinstance(why.__cause__, psycopg.errors.InvalidRegularExpression):
        return errors.Incorrect(
            "terminology.filter_unreadable", _("Biểu thức chính quy của tập mã không đọc được.")
        )
    if isinstance(why.__cause__, psycopg.errors.QueryCanceled):
        return definitions.too_costly(_("Tập mã này mất quá lâu để kê; hãy thêm điều kiện."))
    return why


def contained(row, language="vi", own=MappingProxyType({})):
    """A row of `compiling.COLUMNS` as a `Contained`.

    own    `Definition.words`, for languages that the code system has no words in
    """
    system, version, code, vi, en, listed, inactive, abstract = row[:8]
    words = {name: each for name, each in (("vi", vi), ("en", en), ("", listed)) if each}
    words = own.get((system, code), {}) | words
    return Contained(
        system, version or "", code, shown(words, code, language), inactive, abstract, words
    )


def shown(words, code, language):
    """The words for a reader: in the language, else those of the definition, else any."""
    first, second = ("en", "vi") if language and language.startswith("en") else ("vi", "en")
    return words.get(first) or words.get("") or words.get(second) or code


def language_shown(words, display, language):
    """The language that a display is in, the one asked for first; None when nobody said."""
    known = [name for name in dict.fromkeys((language, *words)) if name and words.get(name)]
    return next((name for name in known if words[name] == display), None)


def _tree(rows, contains):
    """Each code below the nearest one above it that belongs too."""
    ancestors = {(row[0], row[2]): row[8] for row in rows}
    below = {}
    for each in contains:
        above = ((each.system, code) for code in ancestors[each.system, each.code])
        nearest = next((one for one in above if one in ancestors), None)
        below.setdefault(nearest, []).append(each)
    return [_with_below(each, below) for each in below.get(None, [])]


def _with_below(each, below):
    children = below.get((each.system, each.code), ())
    if not children:
        return each
    return Contained(**vars(each) | {"below": tuple(_with_below(one, below) for one in children)})
