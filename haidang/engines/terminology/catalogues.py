"""The full national catalogues, read from a folder that the installation has beside it.

What each file is stands in `reference/catalogues.toml`; this module turns a file with its
description into a `Source`. ICD-10 has a module of its own, and populations and borders go to
the places engine.
"""

import csv
import hashlib
import json
import os
import tomllib
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from haidang.engines.places import api as places
from haidang.engines.terminology import definitions, drafts, folders, icd10_catalogue, manifest
from haidang.kernel import errors, systems

DESCRIPTION = definitions.PROJECT / "reference" / "catalogues.toml"
BESIDE = definitions.PROJECT.parent / "shared" / "reference" / "catalogues"
FACTS = (
    "title_vi",
    "title_en",
    "publisher",
    "decision",
    "licence",
    "source",
    "sure",
    "completeness",
)


def default_folder():
    """HAIDANG_CATALOGUES, or the folder beside the checkout when it is there, or None."""
    named = os.environ.get("HAIDANG_CATALOGUES")
    folder = Path(named) if named else BESIDE
    return folder if folder.is_dir() else None


def described():
    """The entries of `reference/catalogues.toml`, each with the common facts filled in."""
    content = tomllib.loads(DESCRIPTION.read_text(encoding="utf-8"))
    return [content["common"] | entry for entry in content["catalogue"]]


def missing(folder):
    """Titles of the catalogues that `folder` lacks, with what works less well without them."""
    absent = [e for e in described() if not folder or not (folder / e["file"]).is_file()]
    return [(entry["title_vi"], entry["without"]) for entry in absent]


def sources(folder, *, by):
    """What can be loaded from `folder`: a `Source` or, for places, a `Chore` for each file."""
    entries = [e for e in described() if (Path(folder) / e["file"]).is_file()]
    return [_source(entry, Path(folder), by) for entry in entries]


def _source(entry, folder, by):
    name = f"catalogues/{Path(entry['file']).stem}"
    seal = _seal(entry, folder)
    if entry.get("use") in CHORES:
        return drafts.Chore(name, partial(_do_chore, entry, folder, name, seal, by))
    return drafts.Source(name, seal, partial(_draft, entry, folder, name, seal))


def _draft(entry, folder, name, seal):
    facts = {fact: entry.get(fact, "") for fact in FACTS}
    build = icd10_catalogue.parts if entry.get("use") == "icd10" else _parts
    with _readable(entry["file"]):
        return drafts.Draft(name, seal, facts, **build(entry, partial(_rows, folder)))


def _do_chore(entry, folder, name, seal, by):
    if places.is_loaded(name, seal):
        return 0
    with _readable(entry["file"]):
        found = list(CHORES[entry["use"]](folder / entry["file"]))
    load = places.load_borders if entry["use"] == "borders" else places.load_populations
    return load(found, name=name, checksum=seal, by=by)


def _populations(path):
    for row in _rows(path.parent, path.name):
        if row["population"]:
            yield row["commune_code"], int(row["population"])


def _borders(path):
    return json.loads(path.read_bytes())["features"]


CHORES = {"populations": _populations, "borders": _borders}


@contextmanager
def _readable(file):
    """Turn a file of another shape than described into a refusal that names it."""
    try:
        yield
    except (KeyError, ValueError, ArithmeticError, csv.Error) as why:
        raise errors.RuleBroken(
            "terminology.catalogue_unreadable",
            _(
                "Tệp danh mục không đúng dạng; so các cột với reference/catalogues.toml rồi nạp lại."
            ),
            file=file,
            where=str(why)[:100],
        ) from why


def _seal(entry, folder):
    """A checksum over every file the entry reads and over its description."""
    read = {entry["file"], entry.get("extra"), *entry.get("files", ())}
    read |= {join["file"] for join in entry.get("join", ())}
    digest = hashlib.sha256(repr(sorted(entry.items())).encode())
    if entry.get("base"):
        digest.update(_base_manifest(entry).checksum.encode())
    for file in sorted(filter(None, read)):
        path = folder / file
        digest.update(path.read_bytes() if path.is_file() else b"")
    return f"sha256:{digest.hexdigest()}"


def _rows(folder, file):
    """The rows of a catalogue file; none when the file is absent."""
    path = folder / file
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _parts(entry, rows):
    """The code system and concept maps of one described file."""
    found = {concept.code: concept for concept in _of_base(entry)}
    joined = [(join, _by_key(rows(join["file"]), join["key"])) for join in entry.get("join", ())]
    extra = entry.get("extra")
    fresh = _concepts(entry, [*rows(entry["file"]), *(rows(extra) if extra else [])], joined)
    for concept in fresh:
        found[concept.code] = _over(found.get(concept.code), concept)
    system = drafts.SystemDraft(
        url=folders.url_of(entry["system"]),
        version=entry["version"],
        title_vi=entry["title_vi"],
        title_en=entry["title_en"],
        complete=entry.get("completeness") == "complete",
        valid_from=entry.get("valid_from"),
        concepts=list(found.values()),
    )
    return {"systems": [system], "maps": [_map(system, part) for part in entry.get("maps", ())]}


def _concepts(entry, rows, joined):
    """One concept a row; a code that comes again adds nothing."""
    types = entry.get("types", {})
    seen = set()
    for row in rows:
        code = _code(row, entry.get("code", ["code"]))
        if code in seen:
            continue
        seen.add(code)
        for join, by_key in joined:
            row = row | {name: by_key.get(code, {}).get(name, "") for name in join["columns"]}
        yield drafts.ConceptDraft(
            code=code,
            display_vi=_words(row, entry.get("vi", ())),
            display_en=_words(row, entry.get("en", ())),
            properties=_properties(entry, row, types),
        )


def _properties(entry, row, types):
    spent = {*entry.get("code", ["code"]), *entry.get("leave", ())}
    if len(entry.get("vi", ())) == 1:
        spent.update(entry["vi"])
    return {
        name: folders.typed(value, types.get(name, "string"))
        for name, value in row.items()
        if value and name not in spent
    }


def _code(row, columns):
    return "-".join(row[column] for column in columns if row[column])[:200]


def _words(row, columns):
    return " – ".join(row[column] for column in columns if row[column])


def _by_key(rows, key):
    """Rows by their code; the first of several."""
    found = {}
    for row in rows:
        found.setdefault(_code(row, key), row)
    return found


def _base_manifest(entry):
    return manifest.read(definitions.PROJECT / "reference" / entry["base"])


def _of_base(entry):
    if not entry.get("base"):
        return []
    base = folders.draft_of(definitions.PROJECT / "reference" / entry["base"])
    return base.systems[0].concepts


def _over(starter, concept):
    """The catalogue's concept, with what only the starter set knows."""
    if starter is None:
        return concept
    return concept._replace(
        display_en=concept.display_en or starter.display_en,
        properties=starter.properties | concept.properties,
    )


def _map(system, part):
    target = folders.url_of(part["target"])
    arrows = [
        drafts.Arrow(system.url, concept.code, target, code.strip())
        for concept in system.concepts
        for code in (concept.properties.get(part["column"]) or "").split(";")
        if code.strip()
    ]
    url = f"{systems.BASE}/ConceptMap/{part['name']}"
    return drafts.MapDraft(url, arrows, title=part["title"])
