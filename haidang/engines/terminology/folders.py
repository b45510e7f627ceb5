"""Release folders of kind `code-system`, `value-set` and `concept-map`, read into drafts.

`data.csv` of a code system has the columns `code`, `name_vi`, `name_en`, `parent`, `valid_from`,
`valid_to`, `inactive`; any other column is a property, typed by the manifest's `[properties]`.
"""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.terminology import drafts, manifest
from haidang.kernel import errors, fhirjson, systems

KINDS = ("code-system", "value-set", "concept-map")
CORE = {"code", "name_vi", "name_en", "parent", "valid_from", "valid_to", "inactive"}


def source_of(folder):
    """One release folder as a `Source`, or None when its kind belongs to another engine."""
    release = manifest.read(folder)
    if release.kind not in KINDS:
        return None
    read = {"code-system": _system, "value-set": _value_set, "concept-map": _map}[release.kind]
    seal = f"{release.checksum} {manifest.checksum(release.folder / 'manifest.toml')}"
    return drafts.Source(
        release.name,
        seal,
        lambda: drafts.Draft(
            release.name, seal, release.storable, **read(release, manifest.rows(release))
        ),
    )


def draft_of(folder):
    """The draft of one release folder, or None when its kind belongs to another engine."""
    source = source_of(folder)
    return source.draft() if source else None


def url_of(name):
    """The canonical URL of a list: itself when it is a URL, else our own for that name."""
    return name if "://" in name else systems.codes(name)


def _system(release, rows):
    types = release.get("properties", {})
    system = drafts.SystemDraft(
        url=url_of(release.system),
        version=release.version,
        title_vi=release.title_vi,
        title_en=release.title_en,
        complete=release.get("completeness") == "complete",
        valid_from=release.get("valid_from"),
        valid_to=release.get("valid_to"),
        concepts=[_concept(row, types) for row in rows],
    )
    return {"systems": [system]}


def _concept(row, types):
    return drafts.ConceptDraft(
        code=row["code"],
        display_vi=row.get("name_vi", ""),
        display_en=row.get("name_en", ""),
        parent=row.get("parent", ""),
        inactive=row.get("inactive") == "1",
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
        properties={
            name: typed(value, types.get(name, "string"))
            for name, value in row.items()
            if name not in CORE and value
        },
    )


def typed(value, kind):
    """A CSV cell as the property type the manifest declares."""
    match kind:
        case "boolean":
            return value == "1"
        case "integer":
            return int(value)
        case "decimal":
            return Decimal(value)
        case "codes":
            return [code.strip() for code in value.split(";") if code.strip()]
        case "string" | "date":
            return value
    raise errors.RuleBroken(
        "terminology.property_type_unknown", _("Kiểu thuộc tính không được hỗ trợ."), type=kind
    )


def dump(properties):
    """Properties as JSON text, decimals digit for digit."""
    return fhirjson.dumps(properties).decode()


def _value_set(release, rows):
    by_system = {}
    for row in rows:
        entry = {"code": row["code"]}
        if row.get("name_vi"):
            entry["display"] = row["name_vi"]
        by_system.setdefault(url_of(row["system"]), []).append(entry)
    include = [{"system": system, "concept": codes} for system, codes in by_system.items()]
    value_set = drafts.ValueSetDraft(
        url=release.url,
        version=release.version,
        name=release.folder.parent.name,
        title=release.title_vi,
        compose={"include": include},
    )
    return {"value_sets": [value_set]}


def _map(release, rows):
    arrows = [
        drafts.Arrow(
            source_system=url_of(release.source_system),
            source=row["source"],
            target_system=url_of(release.target_system),
            target=row["target"],
            equivalence=row.get("equivalence") or "relatedto",
            comment=row.get("comment", ""),
        )
        for row in rows
    ]
    concept_map = drafts.MapDraft(
        url=release.url,
        arrows=arrows,
        version=release.version,
        title=release.title_vi,
        unmapped=_unmapped(release),
    )
    return {"maps": [concept_map]}


def _unmapped(release):
    """What the manifest says of codes that the data do not name, as R4's `group.unmapped`."""
    said = release.get("unmapped")
    if said is None:
        return []
    needed = {"provided": "mode", "fixed": "code", "other-map": "url"}.get(said.get("mode"))
    if not said.get(needed):
        raise errors.RuleBroken(
            "terminology.manifest_incomplete",
            _("Manifest của bản phát hành còn thiếu mục; bổ sung rồi nạp lại."),
            release=release.name,
            missing=["unmapped"],
        )
    systems = {name: url_of(release.get(f"{name}_system")) for name in ("source", "target")}
    return [systems | {"unmapped": said}]


def _day(value):
    return date.fromisoformat(value) if value else None
