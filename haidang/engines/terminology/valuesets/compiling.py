"""A definition as one SQL query over the concepts.

Includes are put one after the other, value sets within one include are an intersection, excludes
are taken away. What narrows the codes themselves (`keys`) goes into every part, so that asking
for one code costs one look into an index whatever the size of the set; what only narrows the
answer (`shown`) stands at the includes.
"""

# SQL is put together from fixed parts here; every value goes through Query.put.
# ruff: noqa: S608

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.terminology import lookups
from haidang.engines.terminology.valuesets import definitions
from haidang.kernel import errors, text

_USED = "SELECT 1 FROM terminology_concept WHERE code_system_id = %s AND properties ? %s LIMIT 1"
COLUMNS = (
    "system, version, code, display_vi, display_en, listed, inactive, abstract, ancestors, search"
)
#: So long a regular expression may be.
LONGEST_REGEX = 500
_TRUE = ("true", "1")
_SHORT = 2


class Query:
    """SQL under construction: named values, so that parts can be put together freely."""

    def __init__(self, on):
        self.facts = {"on": on}

    def put(self, value):
        """A placeholder for `value`.

        Raises    Incorrect `terminology.text_unreadable`
        """
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str):
                lookups.clean(each)
        name = f"p{len(self.facts)}"
        self.facts[name] = value
        return f"%({name})s"


@dataclass(frozen=True)
class Narrowed:
    """What of a value set is wanted.

    keys    conditions on a code, as SQL of `system` and `code`
    shown   conditions on what is answered, as SQL of a row
    left    systems that are left out, in what is imported too: `url`, or `url|version`
    """

    keys: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    left: frozenset = frozenset()


def members(query, definition, chosen, wanted=Narrowed()):  # noqa: B008 (frozen)
    """The codes of a definition as SQL with `COLUMNS`, each code once.

    chosen    {(system, version asked for): the `System` that answers}

    Raises    RuleBroken `terminology.system_unknown` (facts: system) when codes of a system that is
              not loaded are chosen by a rule; `terminology.filter_unknown`
    """
    shown = (*wanted.shown, *(() if definition.inactive else ("NOT inactive",)))
    narrowed = Narrowed(wanted.keys, shown, wanted.left)
    parts = [
        _include(query, part, chosen, narrowed)
        for part in definition.include
        if not _is_left(part, chosen, wanted.left)
    ]
    sql = _together(parts)
    for part in definition.exclude:
        outside = _include(query, part, chosen, Narrowed(wanted.keys))
        sql = f"""SELECT * FROM ({sql}) i WHERE NOT EXISTS (
                    SELECT 1 FROM ({outside}) o WHERE o.system = i.system AND o.code = i.code)"""
    return sql


def _is_left(part, chosen, left):
    """True when the codes of a part are of a system, or of a version of one, that is left out."""
    if part.system is None or not left:
        return False
    system = chosen.get((part.system, part.version))
    version = system.version if system else part.version
    return not left.isdisjoint({part.system, f"{part.system}|{version}"})


def words(query, value):
    """The condition that every word of `value` stands in code or words, marks or not.

    A word of one or two letters counts where a word begins, so that it means something and an
    index finds it.
    """
    return tuple(_word(query, lookups.literal(word)) for word in text.fold(value).split())


def _word(query, word):
    if len(word) > _SHORT:
        return f"search LIKE {query.put(f'%{word}%')}"
    return f"(search LIKE {query.put(f'{word}%')} OR search LIKE {query.put(f'% {word}%')})"


def _together(parts):
    if not parts:
        return _nothing()
    if len(parts) == 1:
        return parts[0]
    ranked = " UNION ALL ".join(
        f"SELECT *, {n} AS rank FROM ({p}) p{n}" for n, p in enumerate(parts)
    )
    return f"""SELECT {COLUMNS} FROM (
                 SELECT DISTINCT ON (system, code) * FROM ({ranked}) r
                  ORDER BY system, code, rank) once"""


def _nothing():
    kinds = {"inactive": "boolean", "abstract": "boolean", "ancestors": "varchar[]"}
    nulls = (f"NULL::{kinds.get(c, 'text')} AS {c}" for c in COLUMNS.split(", "))
    return f"SELECT {', '.join(nulls)} WHERE false"


def _include(query, part, chosen, wanted):
    within = Narrowed(keys=wanted.keys, left=wanted.left)
    imports = [members(query, one, chosen, within) for one in part.imports]
    first, others = (
        (_of_system(query, part, chosen), imports) if part.system else (imports[0], imports[1:])
    )
    conditions = [*wanted.keys, *wanted.shown] + [
        f"EXISTS (SELECT 1 FROM ({other}) b WHERE b.system = a.system AND b.code = a.code)"
        for other in others
    ]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {COLUMNS} FROM ({first}) a{where}"


def _of_system(query, part, chosen):
    system = chosen.get((part.system, part.version))
    if part.codes is not None:
        return _listed(query, part, system)
    if system is None:
        raise errors.RuleBroken(
            "terminology.system_unknown",
            _("Danh mục {system} chưa được nạp, nên không kê được tập mã này.").format(
                system=part.system
            ),
            system=part.system,
            issues=[{"code": "not-found"}],
        )
    conditions = [lookups.VALID, *(condition(query, each, system) for each in part.filters)]
    return f"""SELECT {query.put(system.url)}::text AS system, {query.put(system.version)}::text AS version,
                      c.code::text, c.display_vi, c.display_en, ''::text AS listed, c.inactive,
                      {ABSTRACT} AS abstract, c.ancestors, c.search
                 FROM terminology_concept c
                WHERE c.code_system_id = {query.put(system.id)} AND {" AND ".join(conditions)}"""


ABSTRACT = "coalesce(c.properties ->> 'notSelectable', c.properties ->> 'abstract', '') = 'true'"


def _listed(query, part, system):
    """Codes spelled out one by one: they stand even when their system is not loaded here."""
    codes = [code for code, _display in part.codes]
    displays = [display for _code, display in part.codes]
    folded = [text.fold(f"{code} {display}") for code, display in part.codes]
    version = query.put(system.version if system else part.version)
    return f"""SELECT {query.put(part.system)}::text AS system, {version}::text AS version, l.code,
                      coalesce(c.display_vi, '') AS display_vi, coalesce(c.display_en, '') AS display_en,
                      l.display AS listed, coalesce(c.inactive, false) AS inactive,
                      coalesce({ABSTRACT}, false) AS abstract,
                      coalesce(c.ancestors, ARRAY[]::varchar[]) AS ancestors,
                      coalesce(c.search || ' ', '') || l.folded AS search
                 FROM unnest({query.put(codes)}::text[], {query.put(displays)}::text[],
                             {query.put(folded)}::text[]) AS l(code, display, folded)
                 LEFT JOIN terminology_concept c
                        ON c.code_system_id = {query.put(system.id if system else None)}::bigint
                       AND c.code = l.code AND {lookups.VALID}"""


# ── Filters ────────────────────────────────────────────────────────────────────────────────


def condition(query, entry, system):
    """One filter of a value set as SQL about the concept `c` (valueset.html, filter operators).

    Raises    RuleBroken `terminology.filter_unknown` (facts: op, property)
    """
    if entry.op in _HIERARCHY:
        return _HIERARCHY[entry.op](query.put(entry.value))
    if not _has_property(system, entry.property):
        raise _unknown_filter(entry)
    subject = _subject(query, entry.property)
    match entry.op:
        case "=":
            return _equal(query, subject, entry.value)
        case "in" | "not-in":
            values = query.put([v.strip() for v in entry.value.split(",")])
            negation = "NOT " if entry.op == "not-in" else ""
            return f"{negation}coalesce({subject} = ANY({values}), false)"
        case "regex":
            return f"{subject} ~ {query.put(f'^(?:{_expression(entry.value)})$')}"
        case "exists":
            return f"({subject} IS NOT NULL) = {query.put(entry.value in _TRUE)}"
    raise _unknown_filter(entry)


def _unknown_filter(entry):
    return errors.RuleBroken(
        "terminology.filter_unknown",
        _("Phép lọc của tập mã không được hỗ trợ."),
        op=entry.op[:40],
        property=entry.property[:40],
        issues=[{"code": "not-supported"}],
    )


def _has_property(system, name):
    """Whether a code system defines a property, or one of its codes has it: by any other, a set
    would be empty, or whole, for a slip of the pen.
    """
    if name in _OF_THE_ROW or name in {each["code"] for each in system.facts.get("property", ())}:
        return True
    with connection.cursor() as cursor:
        cursor.execute(_USED, [system.id, lookups.clean(name)])
        return cursor.fetchone() is not None


def _equal(query, subject, value):
    return f"coalesce({subject}, '') = {query.put(value)}"


def _expression(value):
    if len(value) > LONGEST_REGEX:
        raise definitions.too_costly(_("Biểu thức chính quy quá dài."))
    return value


def _is_a(code):
    return f"(c.code = {code} OR {_below(code)})"


def _below(code):
    return f"c.ancestors @> ARRAY[{code}]::varchar[]"


def _is_not_a(code):
    return f"NOT {_is_a(code)}"


def _above(code):
    return f"""(c.code = {code} OR EXISTS (SELECT 1 FROM terminology_concept d
                WHERE d.code_system_id = c.code_system_id AND d.code = {code}
                  AND c.code = ANY(d.ancestors)))"""


_HIERARCHY = {
    "is-a": _is_a, "descendent-of": _below, "is-not-a": _is_not_a, "generalizes": _above,
}  # fmt: skip

_OF_THE_ROW = {
    "code": "c.code",
    "concept": "c.code",
    "display": "coalesce(nullif(c.display_en, ''), c.display_vi)",
    "parent": "nullif(c.parent, '')",
    "inactive": "c.inactive::text",
}


def _subject(query, name):
    return _OF_THE_ROW.get(name) or f"(c.properties ->> {query.put(name)})"
