"""The release folders of the project: load one, load all, say what is loaded."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from haidang.engines.places import api as places
from haidang.engines.terminology import catalogues as catalogue_files
from haidang.engines.terminology import definitions, drafts, folders, hl7, loading, manifest, models

#: Where releases lie when nobody says otherwise.
FOLDER = definitions.PROJECT / "reference"

#: Kinds in the order they must be loaded: successors need today's units.
ORDER = ("places", "former-places")


@dataclass(frozen=True)
class Status:
    """One ready release, for screens and `doctor`."""

    name: str
    title: str
    publisher: str
    decision: str
    sure: str
    completeness: str
    unverified: str
    rows: int
    loaded_at: object


def load_release(folder, by, *, force=False):
    """Load one release folder, whatever engine its kind belongs to, and return what was done.

    Kinds that neither this engine nor places knows are left to the engine that names them: then
    the result is None.

    Raises    see `manifest.read`, `loading.load` and `places.load_units`
    """
    release = manifest.read(folder)
    if release.kind in ORDER:
        return _load_places(release, by, force)
    source = folders.source_of(folder)
    return loading.load_source(source, by=by, force=force) if source else None


def _load_places(release, by, force):
    if places.is_loaded(release.name, release.checksum):
        return loading.Loaded(release.name, release.rows, skipped=True)
    rows = places.load_units(
        manifest.rows(release),
        name=release.name,
        checksum=release.checksum,
        valid_from=release.get("valid_from"),
        valid_to=release.get("valid_to"),
        by=by,
        force=force,
    )
    return loading.Loaded(release.name, rows, skipped=False)


def folders_of(root=FOLDER):
    """Every release folder below `root`, in the order they must be loaded."""
    found = [path.parent for path in sorted(Path(root).glob("*/*/manifest.toml"))]
    rank = {name: number for number, name in enumerate(ORDER)}
    return sorted(found, key=lambda path: rank.get(path.parent.name, len(ORDER)))


def load_all(by, *, root=FOLDER, catalogues=None, progress=None, force=False):
    """Load every release folder, HL7's own terminology and the national catalogues.

    catalogues  folder of catalogue files, or None for none
    progress    called as progress(done, total, name) before each and once at the end

    Returns     a list of `Loaded`; what was unchanged is marked as skipped
    """
    todo = list(_jobs(root, catalogues, by, force))
    done = []
    for number, (name, job) in enumerate(todo):
        _tell(progress, number, len(todo), name)
        done.append(job())
    _tell(progress, len(todo), len(todo), "")
    return [loaded for loaded in done if loaded]


def _jobs(root, catalogues, by, force):
    for folder in folders_of(root):
        name = f"{folder.parent.name}/{folder.name}"
        yield name, partial(load_release, folder, by, force=force)
    if hl7.source():
        yield hl7.NAME, partial(loading.load_source, hl7.source(), by=by, force=force)
    for source in catalogue_files.sources(catalogues, by=by) if catalogues else ():
        yield source.name, partial(_load_catalogue, source, by, force)


def _load_catalogue(source, by, force):
    if isinstance(source, drafts.Chore):
        rows = source.run()
        return loading.Loaded(source.name, rows, skipped=not rows)
    return loading.load_source(source, by=by, force=force)


def _tell(progress, done, total, name):
    if progress:
        progress(done, total, name)


def statuses():
    """The ready releases, by name."""
    rows = models.Release.objects.filter(state="ready").order_by("name")
    return [_status(row) for row in rows]


def _status(row):
    facts = row.manifest
    words = ("publisher", "decision", "sure", "completeness", "unverified")
    return Status(
        name=row.name,
        title=facts.get("title_vi", row.name),
        rows=row.rows,
        loaded_at=row.loaded_at,
        **{word: facts.get(word, "") for word in words},
    )
