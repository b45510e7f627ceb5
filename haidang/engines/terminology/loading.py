"""The only writer of terminology: a draft becomes a ready release, or nothing happens.

Loading is idempotent (the same checksum again changes nothing), set-based (COPY) and careful:
a list that shrank by more than a fifth, or that names a code twice, stops the load.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.terminology import folders, models
from haidang.kernel import errors

#: A release may lose this share of its rows before a person has to look.
LARGEST_LOSS = 0.20

CONCEPT_COLUMNS = (
    "code_system_id, code, display_vi, display_en, parent, ancestors, inactive,"
    " valid_from, valid_to, properties, search"
)
ARROW_COLUMNS = "concept_map_id, source_system, source, target_system, target, equivalence, comment"


@dataclass(frozen=True)
class Loaded:
    """What a load did. `rows` counts concepts, value sets and arrows."""

    name: str
    rows: int
    skipped: bool


def load(draft, *, by, force=False):
    """Load one draft as a new release and make it ready.

    force     load even when the difference is surprising (duplicates are refused all the same)

    Raises    RuleBroken `terminology.duplicate_codes` (facts: codes),
              `terminology.surprising_loss` (facts: before, after)
    Records   event `terminology.release.loaded`
    """
    with transaction.atomic():
        _one_loader_at_a_time()
        ready = models.Release.objects.filter(name=draft.name, state="ready").first()
        if ready and ready.checksum == draft.checksum:
            return Loaded(draft.name, ready.rows, skipped=True)
        release = models.Release.objects.create(
            name=draft.name, manifest=draft.manifest, checksum=draft.checksum, loaded_by=by.ref
        )
        rows = _write(release, draft)
        if ready and not force:
            _check_loss(draft.name, ready.rows, rows)
        _make_ready(release, ready, rows)
        ledger.record(
            "terminology.release.loaded", by=by, facts={"release": draft.name, "rows": rows}
        )
    return Loaded(draft.name, rows, skipped=False)


def load_source(source, *, by, force=False):
    """As `load`, but the draft is not even built when its checksum is loaded already."""
    ready = models.Release.objects.filter(name=source.name, state="ready").first()
    if ready and ready.checksum == source.checksum:
        return Loaded(source.name, ready.rows, skipped=True)
    return load(source.draft(), by=by, force=force)


def _one_loader_at_a_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('terminology.load', 0))")


def _write(release, draft):
    rows = 0
    for system in draft.systems:
        rows += _write_system(release, system)
    rows += _write_value_sets(release, draft.value_sets)
    for concept_map in draft.maps:
        rows += _write_map(release, concept_map)
    return rows


def _write_system(release, system):
    concepts = list(system.concepts)
    _check_duplicates(system.url, concepts)
    row = models.CodeSystem.objects.create(
        release=release,
        url=system.url,
        version=system.version,
        title_vi=system.title_vi,
        title_en=system.title_en,
        complete=system.complete,
        valid_from=system.valid_from,
        valid_to=system.valid_to,
        concept_count=len(concepts),
        facts=system.facts,
    )
    above = _ancestors(concepts)
    _copy(
        f"terminology_concept ({CONCEPT_COLUMNS})",
        (_concept_row(row.pk, concept, above[concept.code]) for concept in concepts),
    )
    return len(concepts)


def _concept_row(system, concept, ancestors):
    return (
        system,
        concept.code,
        concept.display_vi,
        concept.display_en,
        concept.parent,
        ancestors,
        concept.inactive,
        concept.valid_from,
        concept.valid_to,
        folders.dump(concept.properties),
        concept.search,
    )


def _write_value_sets(release, value_sets):
    rows = [
        models.ValueSet(
            release=release,
            url=value_set.url,
            version=value_set.version,
            name=value_set.name,
            title=value_set.title[:500],
            compose=value_set.compose,
            facts=value_set.facts,
        )
        for value_set in value_sets
    ]
    models.ValueSet.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _write_map(release, draft):
    facts = draft.facts | ({"group": draft.unmapped} if draft.unmapped else {})
    row = models.ConceptMap.objects.create(
        release=release, url=draft.url, version=draft.version, title=draft.title, facts=facts
    )
    arrows = [(row.pk, *arrow) for arrow in draft.arrows]
    _copy(f"terminology_mapentry ({ARROW_COLUMNS})", arrows)
    return len(arrows)


def _copy(target, rows):
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {target} FROM STDIN") as copy,  # noqa: S608 (our own column lists)
    ):
        for row in rows:
            copy.write_row(row)


def _ancestors(concepts):
    """Each code's ancestors, nearest first; a circle ends where it closes."""
    parents = {concept.code: concept.parent for concept in concepts}
    found = {}
    for code in parents:
        above, parent = [], parents[code]
        while parent and parent not in above:
            above.append(parent)
            parent = parents.get(parent)
        found[code] = above
    return found


def _check_duplicates(url, concepts):
    """Refuse a code whose periods of validity overlap."""
    periods = {}
    for concept in concepts:
        start, end = concept.valid_from or date.min, concept.valid_to or date.max
        periods.setdefault(concept.code, []).append((start, end))
    twice = [code for code, spans in periods.items() if len(spans) > 1 and _overlap(spans)]
    if twice:
        raise errors.RuleBroken(
            "terminology.duplicate_codes",
            _("Danh mục có mã trùng nhau trong cùng thời gian hiệu lực; sửa dữ liệu rồi nạp lại."),
            system=url,
            codes=twice[:20],
        )


def _overlap(spans):
    ordered = sorted(spans)
    return any(ordered[i][1] > ordered[i + 1][0] for i in range(len(ordered) - 1))


def _check_loss(name, before, after):
    if after < before * (1 - LARGEST_LOSS):
        raise errors.RuleBroken(
            "terminology.surprising_loss",
            _(
                "Bản mới mất hơn một phần năm số dòng; kiểm tra nguồn, rồi nạp lại kèm --force nếu đúng."
            ),
            release=name,
            before=before,
            after=after,
        )


def _make_ready(release, previous, rows):
    touched = set(release.code_systems.values_list("url", "version"))
    if previous:
        touched |= set(previous.code_systems.values_list("url", "version"))
        _retire(previous)
    release.rows, release.state = rows, "ready"
    release.save(update_fields=["rows", "state"])
    _choose_current({url for url, _ in touched})


def _retire(release):
    for kept in (release.code_systems, release.value_sets, release.concept_maps):
        kept.all().delete()
    release.state = "replaced"
    release.save(update_fields=["state"])


def _choose_current(urls):
    """For each (url, version) let the complete, newest release answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE terminology_codesystem SET current = false WHERE url = ANY(%s)", [list(urls)]
        )
        cursor.execute(
            """UPDATE terminology_codesystem SET current = true WHERE id IN (
                 SELECT DISTINCT ON (s.url, s.version) s.id
                   FROM terminology_codesystem s JOIN terminology_release r ON r.id = s.release_id
                  WHERE r.state = 'ready' AND s.url = ANY(%s)
                  ORDER BY s.url, s.version, s.complete DESC, s.concept_count DESC, s.id DESC)""",
            [list(urls)],
        )


def concept_total():
    """How many codes answer now."""
    current = models.CodeSystem.objects.filter(current=True)
    return current.aggregate(total=Sum("concept_count"))["total"] or 0
