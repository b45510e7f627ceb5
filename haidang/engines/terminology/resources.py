"""Loaded code systems, value sets and concept maps as FHIR resources (danh mục dưới dạng FHIR).

A code system of up to `MOST_CODES` codes is given with them; a larger one says `not-present` and how
many there are, and its codes are read by page from the value set it names. `complete` is said only
of what is loaded whole; a starter set says `fragment`.
"""

import re
from collections.abc import Iterator

from django.db import connection

from haidang.engines.terminology import lookups
from haidang.kernel import ids, systems

#: So many codes, or arrows, stand in a resource itself.
MOST_CODES = 1000

_SYSTEMS = """
SELECT s.id, s.url, s.version, s.title_vi, s.title_en, s.complete, s.valid_from, s.valid_to,
       s.concept_count, s.facts, r.manifest
  FROM terminology_codesystem s JOIN terminology_release r ON r.id = s.release_id
 WHERE s.current ORDER BY s.id
"""
_VERSIONS = """
SELECT url, version, complete,
       array_remove(ARRAY[
         CASE WHEN EXISTS (SELECT FROM terminology_concept c
                            WHERE c.code_system_id = s.id AND c.display_vi <> '') THEN 'vi' END,
         CASE WHEN EXISTS (SELECT FROM terminology_concept c
                            WHERE c.code_system_id = s.id AND c.display_en <> '') THEN 'en' END], NULL)
  FROM terminology_codesystem s
 WHERE current AND (complete OR concept_count > 0)
 ORDER BY url, (coalesce(valid_from, '-infinity') <= now()
                AND coalesce(valid_to, 'infinity') > now()) DESC,
       complete DESC, valid_from DESC NULLS LAST, version DESC
"""
_VALUE_SETS = """
SELECT DISTINCT ON (v.url, v.version) v.url, v.version, v.name, v.title, v.compose, v.facts
  FROM terminology_valueset v JOIN terminology_release r ON r.id = v.release_id
 WHERE r.state = 'ready' ORDER BY v.url, v.version, v.id DESC
"""
_MAPS = """
SELECT m.id, m.url, m.version, m.title, m.facts
  FROM terminology_conceptmap m JOIN terminology_release r ON r.id = m.release_id
 WHERE r.state = 'ready' ORDER BY m.id
"""
_ARROWS = """
SELECT source_system, target_system, source, target, equivalence, comment
  FROM terminology_mapentry WHERE concept_map_id = %s
 ORDER BY source_system, target_system, source, id LIMIT %s
"""
_CONCEPTS = f"""
SELECT {lookups.COLUMNS} FROM terminology_concept c
  JOIN terminology_codesystem s ON s.id = c.code_system_id
 WHERE s.id = %(system)s ORDER BY c.code, c.valid_from
"""  # noqa: S608
_PROPERTIES = """
SELECT key, min(jsonb_typeof(value)) FROM terminology_concept c, jsonb_each(c.properties)
 WHERE c.code_system_id = %s GROUP BY key ORDER BY key
"""
#: Counts up when lists are served in another shape, so that they are published anew.
_SHAPE = 3
#: What R4 itself defines, so that it is not defined again.
_STANDARD = {"definition"}
_TYPES = {"boolean": "boolean", "number": "decimal", "array": "code"}


def stamp():
    """A text that changes when anything is loaded, or is served in another shape."""
    ((found,),) = _rows(
        "SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM terminology_release WHERE state = 'ready'"
    )
    return f"{_SHAPE} {found}"


def everything() -> Iterator[dict]:
    """Every code system, value set and concept map that answers, as R4 resources with an id."""
    yield from map(_code_system, _rows(_SYSTEMS))
    yield from map(_value_set, _rows(_VALUE_SETS))
    yield from map(_concept_map, _rows(_MAPS))


def versions():
    """[(url, [(version, whether complete, languages of its words)])] of every loaded code system.

    The version in force stands first.
    """
    found = {}
    for url, *version in _rows(_VERSIONS):
        found.setdefault(url, []).append(tuple(version))
    return sorted(found.items())


def id_of(kind, url, version):
    """The id under which a resource is served."""
    return ids.stable_id(kind, url, version)


def _rows(sql, values=()):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


# ── Code systems ───────────────────────────────────────────────────────────────────────────


def _code_system(row):
    pk, url, version, vi, en, complete, begins, ends, count, facts, manifest = row
    facts, manifest = lookups.decoded(facts), lookups.decoded(manifest)
    whole = count <= MOST_CODES and (complete or count > 0)
    content = "not-present" if not whole else "complete" if complete else "fragment"
    head = _head("CodeSystem", url, version, vi or en, facts) | _published(manifest, facts)
    told = count if complete or count else None
    head |= {"content": content, "count": told, "valueSet": facts.get("valueSet") or all_of(url)}
    head.setdefault("caseSensitive", True)
    head.setdefault("property", _properties(pk) or None)
    if begins or ends:
        head["extension"] = [*facts.get("extension", ()), _in_force(begins, ends)]
    concepts = _concepts(pk, head) if whole and count else None
    return _filled(head | {"concept": concepts})


def all_of(url):
    """The value set of all codes of a system."""
    prefix = systems.codes("")
    if url.startswith(prefix):
        return f"{systems.BASE}/ValueSet/{url.removeprefix(prefix)}"
    return f"{url}?fhir_vs"


def _published(manifest, facts):
    if facts:
        return {}
    about = {
        "publisher": manifest.get("publisher"),
        "copyright": manifest.get("licence"),
        "description": manifest.get("decision") or manifest.get("source"),
    }
    return {name: str(value) for name, value in about.items() if value}


def _in_force(begins, ends):
    period = {"start": begins and begins.isoformat(), "end": ends and ends.isoformat()}
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod",
        "valuePeriod": {name: day for name, day in period.items() if day},
    }


def _properties(pk):
    found = [(key, kind) for key, kind in _rows(_PROPERTIES, [pk]) if key not in _STANDARD]
    return [
        {
            "code": key,
            "uri": f"{systems.BASE}/concept-property/{key}",
            "type": _TYPES.get(kind, "string"),
        }
        for key, kind in found
        if ids.is_fhir_id(key.replace("_", "-"))
    ]


def _concepts(pk, head):
    defined = {each["code"]: each["type"] for each in head.get("property") or ()}
    found = lookups.select(_CONCEPTS, {"system": pk})
    once = {}
    for concept in found:  # a code may stand in several periods: the last one is shown
        once[concept.code] = _concept(concept, defined)
    return list(once.values())


def _concept(concept, defined):
    shown = concept.words
    properties = [p for p in properties_of(concept, defined) if p["code"] in defined]
    if concept.parent:
        properties.append({"code": "parent", "valueCode": concept.parent})
    if concept.inactive and "inactive" not in defined:
        properties.append({"code": "inactive", "valueBoolean": True})
    return _filled(
        {
            "code": concept.code,
            "display": concept.display if shown else None,
            "definition": concept.properties.get("definition"),
            "designation": designations(shown),
            "property": properties,
        }
    )


def designations(words, wanted=None):
    """Words by language as R4 designations; `wanted` chooses languages."""
    return [
        {"language": language, "value": value}
        for language, value in words.items()
        if language and (not wanted or language in wanted)
    ]


def properties_of(concept, defined):
    """The properties of a concept as R4 writes them: [{"code": …, "valueString": …}].

    defined    {code: type} as the code system defines them; what it does not is told by its value
    """
    for name, value in concept.properties.items():
        if name == "definition":
            continue
        for each in value if isinstance(value, list) else [value]:
            yield {"code": name, **_valued(each, defined.get(name), isinstance(value, list))}


def _valued(value, kind, is_code):
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int) and kind != "decimal":
        return {"valueInteger": value}
    if not isinstance(value, str):
        return {"valueDecimal": value}
    return {"valueCode" if is_code or kind == "code" else "valueString": value}


# ── Value sets and concept maps ────────────────────────────────────────────────────────────


def _value_set(row):
    url, version, name, title, compose, facts = row
    head = _head("ValueSet", url, version, title, lookups.decoded(facts))
    return _filled(head | ({"name": name} if name else {}) | {"compose": lookups.decoded(compose)})


def _concept_map(row):
    pk, url, version, title, facts = row
    facts = lookups.decoded(facts)
    head = _head("ConceptMap", url, version, title, facts)
    arrows = _rows(_ARROWS, [pk, MOST_CODES + 1])
    if len(arrows) <= MOST_CODES:
        return _filled(head | {"group": _groups(arrows, facts.get("group", ()))})
    told = "Bảng ánh xạ lớn: không kê ở đây, hãy hỏi từng mã bằng $translate."
    return _filled(head | {"description": told, "group": None})


def _groups(arrows, rules):
    unmapped = {
        (rule.get("source", ""), rule.get("target", "")): rule["unmapped"] for rule in rules
    }
    groups = {}
    for source_system, target_system, source, target, equivalence, comment in arrows:
        elements = groups.setdefault((source_system, target_system), {})
        to = _filled({"code": target, "equivalence": equivalence, "comment": comment})
        elements.setdefault(source, []).append(to)
    return [
        _filled(
            {
                "source": source,
                "target": target,
                "element": [{"code": code, "target": found} for code, found in elements.items()],
                "unmapped": unmapped.get((source, target)),
            }
        )
        for (source, target), elements in groups.items()
    ]


def _head(kind, url, version, title, facts):
    own = {
        "resourceType": kind,
        "id": id_of(kind, url, version),
        "url": url,
        "version": version,
        "title": title,
    }
    return {"status": "active", "experimental": False} | _named(url) | facts | own


def _named(url):
    """The name by which programs call a list that its publisher gave none: `VisitType` (csd-0)."""
    words = re.split(r"\W+", url.rstrip("/").rpartition("/")[2])
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return {"name": name} if re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", name) else {}


def _filled(element):
    return {name: value for name, value in element.items() if value not in (None, "", [], {})}
