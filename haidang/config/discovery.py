"""Finds engines, rooms and portals by what lies in their folders, so that adding one edits no list.

An engine or portal is a folder with apps.py, a room one with room.py. Any of them may bring
urls.py (pages), console.py (`command` or `commands`, joined to bin/haidang) and worker.py (`LOOPS`), a
room also reference.py (`load`, what it comes with in every house); an engine may bring settings.py,
whose capital names are merged into the settings.
"""

import importlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

# From bottom to top, as in .importlinter; an engine that is not built yet is passed over.
ENGINES = [
    "ledger",
    "places",
    "access",
    "terminology",
    "records",
    "people",
    "forms",
    "documents",
    "workflow",
    "notify",
    "payments",
    "exchange",
    "analytics",
]
PORTALS = ("citizen", "staff", "office", "gateway")


@cache
def parts():
    """Every part of the house that is a Django app, as dotted names, bottom first."""
    engines = [f"engines.{name}" for name in ENGINES]
    rooms = [f"rooms.{path.parent.name}" for path in sorted(PACKAGE.glob("rooms/*/room.py"))]
    portals = [f"portals.{name}" for name in PORTALS]
    candidates = [*engines, "ui", *rooms, *portals, "demo"]
    return [f"haidang.{part}" for part in candidates if _has(part, "apps")]


def rooms():
    """The Room of each room, in the order of their names."""
    found = sorted(PACKAGE.glob("rooms/*/room.py"))
    return [_load(f"haidang.rooms.{path.parent.name}.room").ROOM for path in found]


def modules(name):
    """The modules of that name (`urls`, `console`, `worker`, `settings`) of all parts."""
    return [_load(f"{part}.{name}") for part in parts() if _has(part.partition(".")[2], name)]


def engine_settings():
    """The settings that engines bring along, as a list of modules, bottom first."""
    return [
        _load(f"haidang.engines.{n}.settings") for n in ENGINES if _has(f"engines.{n}", "settings")
    ]


def locale_folders():
    """Folders of translations, one per part that has people-facing text."""
    return [str(path) for path in sorted(PACKAGE.glob("**/locale"))]


def _has(part, module):
    folder = PACKAGE.joinpath(*part.split("."))
    return (folder / f"{module}.py").is_file() or (folder / module / "__init__.py").is_file()


def _load(name):
    return importlib.import_module(name)
