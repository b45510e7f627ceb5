"""Value sets: expand, and ask whether a code belongs.

A definition (`compose`) is turned into one SQL query over the concepts: includes are a UNION,
several value sets in one include are an intersection, excludes are taken away. So paging,
counting and membership are the database's work, whatever the size of the set.

Besides the stored value sets every code system has an implicit one: `<system>?fhir_vs`,
`<system>?fhir_vs=isa/<code>`, and `BASE/ValueSet/<list>` for each national list.
"""

# SQL is put together from fixed parts here; every value goes through Query.put.
# ruff: noqa: S608

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.terminology import lookups
from haidang.kernel import errors, systems, text

COLUMNS = "system, version, code, display_vi, display_en, inactive, search"
EMPTY = f"SELECT {', '.join(f'NULL::text AS {c}' for c in COLUMNS.split(', '))} WHERE false"
EMPTY = EMPTY.replace("NULL::text AS inactive", "false AS inactive")

#: How deep value sets may import each other before we take it for a circle.
DEEPEST = 12


@dataclass(frozen=True)
class Contained:
    """One code of an expansion."""

    system: str
    version: str
    code: str
    display: str
    inactive: bool


@dataclass(frozen=True)
class Expansion:
    """A page of an expanded value set; `total` counts the whole."""

    url: str
    total: int
    offset: int
    contains: list[Contained]


class Query:
    """SQL under construction: numbered parameters, so that parts can be put together freely."""

    def __init__(self, on):
        self.facts = {"on": on}

    def put(self, value):
        """A placeholder for `value`."""
        name = f"p{len(self.facts)}"
        self.facts[name] = value
        return f"%({name})s"


def expand(
    value_set, *, filter=None, count=100, offset=0, active_only=False, language="vi", on=None
):
    """The codes of a value set, given by its URL or as an R4 resource with `compose`.

    filter       words that must all occur in code or words, marks or not
    active_only  leave out codes that are no longer in use
    language     "vi" or "en": which words to show

    Raises    NotFound `terminology.value_set_unknown`; RuleBroken `terminology.value_set_circle`
    """
    query = Query(on or date.today())  # noqa: DTZ011 (lists are in force by the local calendar)
    members = _members(query, value_set)
    where = _where(query, filter, active_only)
    page = f"""SELECT {COLUMNS}, count(*) OVER () FROM ({members}) m {where}
               ORDER BY system, code LIMIT {query.put(count)} OFFSET {query.put(offset)}"""
    rows = _run(page, query)
    total = rows[0][7] if rows else _run(f"SELECT count(*) FROM ({members}) m {where}", query)[0][0]
    url = value_set if isinstance(value_set, str) else value_set.get("url", "")
    return Expansion(url, total, offset, [_contained(row, language) for row in rows])


def validate_code(value_set, system, code, *, on=None):
    """The member (system, code) of a value set, or None; without a system any system will do.

    Raises    as `expand`
    """
    query = Query(on or date.today())  # noqa: DTZ011 (as above)
    members = _members(query, value_set)
    where = f"code = {query.put(code)}"
    if system:
        where += f" AND system = {query.put(system)}"
    rows = _run(f"SELECT {COLUMNS} FROM ({members}) m WHERE {where} LIMIT 1", query)
    return _contained(rows[0], "vi") if rows else None


def _run(sql, query):
    with connection.cursor() as cursor:
        cursor.execute(sql, query.facts)
        return cursor.fetchall()


def _contained(row, language):
    system, version, code, vi, en, inactive = row[:6]
    first, second = (en, vi) if language and language.startswith("en") else (vi, en)
    return Contained(system, version or "", code, first or second or code, inactive)


def _where(query, filter, active_only):
    conditions = ["NOT inactive"] if active_only else []
    words = text.fold(filter or "").split()
    conditions += [f"search LIKE {query.put('%' + lookups.literal(word) + '%')}" for word in words]
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _members(query, value_set, depth=0):
    if depth > DEEPEST:
        raise errors.RuleBroken(
            "terminology.value_set_circle", _("Tập mã tham chiếu vòng tròn; kiểm tra định nghĩa.")
        )
    compose = _compose(value_set)
    included = [_include(query, part, depth) for part in compose.get("include", ())]
    sql = " UNION ".join(included) or EMPTY
    for part in compose.get("exclude", ()):
        outside = _include(query, part, depth)
        sql = f"""SELECT * FROM ({sql}) i WHERE NOT EXISTS (
                    SELECT 1 FROM ({outside}) o WHERE o.system = i.system AND o.code = i.code)"""
    return sql


def _compose(value_set):
    if not isinstance(value_set, str):
        return value_set.get("compose", {})
    return _stored(value_set) or _implicit(value_set) or _unknown(value_set)


def _stored(url):
    bare, _, version = url.partition("|")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.compose FROM terminology_valueset v
                 JOIN terminology_release r ON r.id = v.release_id AND r.state = 'ready'
                WHERE v.url = %s AND (%s = '' OR v.version = %s)
                ORDER BY v.version DESC, v.id DESC LIMIT 1""",
            [bare, version, version],
        )
        row = cursor.fetchone()
    return lookups.decoded(row[0]) if row else None


def _implicit(url):
    system, mark, rest = url.partition("?fhir_vs")
    if mark:
        _, isa, code = rest.partition("=isa/")
        chosen = [{"property": "concept", "op": "is-a", "value": code}] if isa else []
        return {"include": [{"system": system, "filter": chosen}]}
    prefix = f"{systems.BASE}/ValueSet/"
    if url.startswith(prefix) and _known(systems.codes(url.removeprefix(prefix))):
        return {"include": [{"system": systems.codes(url.removeprefix(prefix))}]}
    return None


def _known(system):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM terminology_codesystem WHERE current AND url = %s", [system])
        return cursor.fetchone() is not None


def _unknown(url):
    raise errors.NotFound("terminology.value_set_unknown", _("Không có tập mã này."), url=url)


def _include(query, part, depth):
    imports = [_members(query, url, depth + 1) for url in part.get("valueSet", ())]
    if "system" not in part:
        parts = imports or [EMPTY]
    elif part.get("concept"):
        parts = [_listed(query, part), *imports]
    else:
        parts = [_of_system(query, part), *imports]
    sql = f"SELECT {COLUMNS} FROM ({parts[0]}) a"
    for number, other in enumerate(parts[1:]):
        joint = "WHERE" if number == 0 else "AND"
        sql += f" {joint} EXISTS (SELECT 1 FROM ({other}) b WHERE b.system = a.system AND b.code = a.code)"
    return f"({sql})"


def _in_force(query, part):
    wanted, version = query.put([part["system"]]), query.put(part.get("version"))
    return lookups.IN_FORCE.replace("%(systems)s", wanted).replace("%(version)s", version)


def _of_system(query, part):
    conditions = [lookups.VALID]
    conditions += [_filter(query, entry) for entry in part.get("filter", ())]
    return f"""SELECT s.url AS system, s.version, c.code, c.display_vi, c.display_en,
                      c.inactive, c.search
                 FROM ({_in_force(query, part)}) s
                 JOIN terminology_concept c ON c.code_system_id = s.id
                WHERE {" AND ".join(conditions)}"""


def _listed(query, part):
    """Codes spelled out one by one: they stand even when their system is not loaded here."""
    codes = [entry["code"] for entry in part["concept"]]
    words = [entry.get("display", "") for entry in part["concept"]]
    return f"""SELECT {query.put(part["system"])}::text AS system, s.version, l.code,
                      coalesce(nullif(c.display_vi, ''), '') AS display_vi,
                      coalesce(nullif(c.display_en, ''), l.display) AS display_en,
                      coalesce(c.inactive, false) AS inactive,
                      coalesce(c.search, lower(l.code || ' ' || l.display)) AS search
                 FROM unnest({query.put(codes)}::text[], {query.put(words)}::text[]) AS l(code, display)
                 LEFT JOIN ({_in_force(query, part)}) s ON true
                 LEFT JOIN terminology_concept c
                        ON c.code_system_id = s.id AND c.code = l.code AND {lookups.VALID}"""


def _filter(query, entry):
    name, op, value = entry["property"], entry["op"], entry["value"]
    if op in ("is-a", "descendent-of", "is-not-a", "generalizes"):
        return _by_hierarchy(query, op, value)
    subject = _subject(query, name)
    match op:
        case "=":
            return f"{subject} = {query.put(value)}"
        case "in" | "not-in":
            values = query.put([v.strip() for v in value.split(",")])
            negation = "NOT " if op == "not-in" else ""
            return f"{negation}coalesce({subject} = ANY({values}), false)"
        case "regex":
            return f"{subject} ~ {query.put(f'^(?:{value})$')}"
        case "exists":
            return f"({subject} IS NOT NULL) = {query.put(value == 'true')}"
    raise errors.RuleBroken(
        "terminology.filter_unknown", _("Phép lọc của tập mã không được hỗ trợ."), op=op
    )


def _by_hierarchy(query, op, value):
    code = query.put(value)
    below = f"c.ancestors @> ARRAY[{code}]::varchar[]"
    match op:
        case "is-a":
            return f"(c.code = {code} OR {below})"
        case "descendent-of":
            return below
        case "is-not-a":
            return f"NOT (c.code = {code} OR {below})"
    return f"""(c.code = {code} OR EXISTS (SELECT 1 FROM terminology_concept d
                WHERE d.code_system_id = c.code_system_id AND d.code = {code}
                  AND c.code = ANY(d.ancestors)))"""


def _subject(query, name):
    if name in ("code", "concept"):
        return "c.code"
    if name == "display":
        return "coalesce(nullif(c.display_en, ''), c.display_vi)"
    if name == "parent":
        return "c.parent"
    return f"(c.properties ->> {query.put(name)})"
