"""What a value set says, read from R4's `compose` and made whole: imports followed, circles refused.

Source    FHIR R4, valueset.html#compositions, invariants vsd-1 and vsd-3.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from haidang.engines.terminology import lookups
from haidang.kernel import errors, systems

#: So many includes and excludes may one value set come to, with all that it imports.
MOST_PARTS = 500
#: So long a chain of imports is followed.
DEEPEST = 30


@dataclass(frozen=True)
class Filter:
    """One condition on a code: property, operator, value."""

    property: str
    op: str
    value: str


@dataclass(frozen=True)
class Part:
    """One include or exclude: codes of a system, narrowed by the value sets it imports.

    words    (code, language, words) of the designations that the value set itself gives
    """

    system: str | None
    version: str | None
    codes: tuple[tuple[str, str], ...] | None
    filters: tuple[Filter, ...]
    imports: tuple["Definition", ...]
    words: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Definition:
    """A value set with everything it imports.

    inactive  False when the value set itself leaves out codes that are no longer in use
    locked    the day whose lists it is bound to (`compose.lockedDate`)
    resource  the value set itself, as far as it is known, as R4 writes it
    """

    url: str
    version: str
    name: str
    title: str
    include: tuple[Part, ...] = ()
    exclude: tuple[Part, ...] = ()
    inactive: bool = True
    locked: date | None = None
    resource: dict = field(default_factory=dict, compare=False, repr=False)

    def parts(self):
        """Every include and exclude, those of imported value sets too."""
        for part in (*self.include, *self.exclude):
            yield part
            for imported in part.imports:
                yield from imported.parts()

    def words(self):
        """{(system, code): {language: words}} of what the value set itself calls its codes."""
        found = {}
        for part in self.parts():
            for code, language, words in part.words:
                found.setdefault((part.system, code), {}).setdefault(language, words)
        return found


def nothing_beside(canonical):
    """No value sets but the loaded ones."""


@dataclass
class _Reading:
    """One reading, from the value set asked for down to what it imports."""

    beside: Callable[[str], dict | None]
    parts: int = 0
    path: list[str] = field(default_factory=list)


def read(value_set, *, beside=nothing_beside):
    """A value set, by its canonical (`url` or `url|version`) or as an R4 resource.

    beside    finds a value set that is kept elsewhere: canonical → R4 resource or None

    Raises    NotFound `terminology.value_set_unknown` (facts: url);
              RuleBroken `terminology.value_set_circle`, `terminology.too_costly`;
              Incorrect `terminology.value_set_unreadable` (facts: expression)
    """
    return _definition(value_set, _Reading(beside))


def _definition(value_set, reading):
    if not isinstance(value_set, str):
        return _of_resource(value_set, reading)
    bare = value_set.partition("|")[0]
    if bare in reading.path or len(reading.path) >= DEEPEST:
        raise errors.RuleBroken(
            "terminology.value_set_circle",
            _("Tập mã tham chiếu vòng tròn; kiểm tra định nghĩa."),
            url=bare,
        )
    reading.path.append(bare)
    try:
        return _of_resource(_found(value_set, reading.beside), reading)
    finally:
        reading.path.pop()


def _found(canonical, beside):
    found = _stored(canonical) or _implicit(canonical) or beside(canonical)
    if found is None:
        raise errors.NotFound(
            "terminology.value_set_unknown", _("Không có tập mã này."), url=canonical
        )
    return found


def _of_resource(resource, reading):
    compose = _shaped(resource, dict, "ValueSet").get("compose") or _told(resource)
    _shaped(compose, dict, "ValueSet.compose")
    locked = compose.get("lockedDate")
    return Definition(
        url=_text(resource, "url", "ValueSet"),
        version=_text(resource, "version", "ValueSet"),
        name=_text(resource, "name", "ValueSet"),
        title=_text(resource, "title", "ValueSet"),
        include=_parts(compose, "include", reading),
        exclude=_parts(compose, "exclude", reading),
        inactive=compose.get("inactive") is not False,
        locked=_day(locked) if locked else None,
        resource=resource,
    )


def _told(resource):
    """A value set that only tells its codes (`expansion`), as the composition of just these.

    Whoever sent it has chosen: without this it would be taken for one without any code.
    """
    where = "ValueSet.expansion.contains"
    include, waiting = {}, [_shaped(resource.get("expansion") or {}, dict, "ValueSet.expansion")]
    while waiting:
        for each in _shaped(waiting.pop().get("contains") or [], list, where):
            waiting.append(_shaped(each, dict, where))
            named = {n: _text(each, n, where) for n in ("system", "version") if n in each}
            if each.get("code") and not each.get("abstract"):
                part = include.setdefault(tuple(named.items()), named | {"concept": []})
                part["concept"].append(each)
    return {"include": list(include.values())}


def _parts(compose, name, reading):
    listed = _shaped(compose.get(name) or [], list, f"ValueSet.compose.{name}")
    return tuple(
        _part(each, f"ValueSet.compose.{name}[{n}]", reading) for n, each in enumerate(listed)
    )


def _part(part, where, reading):
    reading.parts += 1
    if reading.parts > MOST_PARTS:
        raise too_costly(_("Tập mã này gồm quá nhiều phần; hãy chia nhỏ."))
    system = _text(_shaped(part, dict, where), "system", where) or None
    imports = _shaped(part.get("valueSet") or [], list, f"{where}.valueSet")
    codes, filters = part.get("concept"), part.get("filter")
    if system is None and (not imports or codes or filters):
        raise unreadable(where, _("Phải nêu system hoặc valueSet (vsd-1)."))
    if codes and filters:
        raise unreadable(where, _("Không được nêu cả concept và filter (vsd-3)."))
    return Part(
        system=system,
        version=_text(part, "version", where) or None,
        codes=_codes(codes, f"{where}.concept") if codes else None,
        filters=_filters(filters, f"{where}.filter"),
        imports=tuple(
            _definition(_shaped(one, str, f"{where}.valueSet"), reading) for one in imports
        ),
        words=tuple(_designations(codes, f"{where}.concept")) if codes else (),
    )


def _codes(listed, where):
    """Each code once, as a set has it, with the first words that are given."""
    found = {}
    for each in _shaped(listed, list, where):
        found.setdefault(_needed(each, "code", where), _text(each, "display", where))
    return tuple(found.items())


def _designations(listed, where):
    for each in listed:
        for one in _shaped(each.get("designation") or [], list, f"{where}.designation"):
            language = _text(_shaped(one, dict, where), "language", where)
            if language:
                yield each["code"], language, _needed(one, "value", where)


def _filters(listed, where):
    names = ("property", "op", "value")
    return tuple(
        Filter(*(_needed(each, name, where) for name in names))
        for each in _shaped(listed or [], list, where)
    )


def _needed(element, name, where):
    value = _text(_shaped(element, dict, where), name, where)
    if not value:
        raise unreadable(f"{where}.{name}", _("Thiếu giá trị."))
    return value


def _text(element, name, where):
    return _shaped(element.get(name, ""), str, f"{where}.{name}")


def _shaped(value, kind, where):
    if not isinstance(value, kind):
        raise unreadable(where, _("Giá trị không đúng kiểu."))
    return value


def _day(text):
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as why:
        raise unreadable("ValueSet.compose.lockedDate", _("Ngày không đọc được.")) from why


def unreadable(where, why):
    """The refusal of a definition that breaks the shape R4 gives it."""
    return errors.Incorrect("terminology.value_set_unreadable", why, expression=where[:200])


def too_costly(why):
    """The refusal of a question that would take too much (issue type `too-costly`)."""
    return errors.RuleBroken("terminology.too_costly", why, issues=[{"code": "too-costly"}])


# ── Where definitions come from ────────────────────────────────────────────────────────────


def _stored(canonical):
    url, _bar, version = canonical.partition("|")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT v.url, v.version, v.name, v.title, v.compose, v.facts
                 FROM terminology_valueset v
                 JOIN terminology_release r ON r.id = v.release_id AND r.state = 'ready'
                WHERE v.url = %s AND (%s = '' OR v.version = %s)
                ORDER BY v.version DESC, v.id DESC LIMIT 1""",
            [lookups.clean(url), version, version],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    named = dict(zip(("url", "version", "name", "title"), row, strict=False))
    return lookups.decoded(row[5]) | named | {"compose": lookups.decoded(row[4])}


def _implicit(canonical):
    """The value sets that every code system has: all of its codes, or a code and those below it."""
    url, _bar, version = canonical.partition("|")
    system, mark, rest = url.partition("?fhir_vs")
    if mark:
        isa, code = rest[: len("=isa/")], rest[len("=isa/") :]
        if rest and (isa != "=isa/" or not code):
            return None
        chosen = [{"property": "concept", "op": "is-a", "value": code}] if code else []
        return _all_of(url, system, version, chosen)
    prefix = f"{systems.BASE}/ValueSet/"
    own = systems.codes(url.removeprefix(prefix))
    if url.startswith(prefix) and _is_loaded(own):
        return _all_of(url, own, version, [])
    return None


def _all_of(url, system, version, filters):
    part = {"system": system, "filter": filters} | ({"version": version} if version else {})
    return {"url": url, "version": version, "compose": {"include": [part]}}


def _is_loaded(system):
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT 1 FROM terminology_codesystem
                WHERE current AND url = %s AND (complete OR concept_count > 0) LIMIT 1""",
            [system],
        )
        return cursor.fetchone() is not None
