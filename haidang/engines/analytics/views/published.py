"""The published views: ViewDefinition files of the engine and of the rooms."""

import functools
from pathlib import Path

import orjson

from haidang.engines.analytics.views import definition, plan

_HOUSE = Path(__file__).resolve().parents[3]
FOLDERS = ("engines/analytics/data/views", "rooms/*/data/views")


@functools.cache
def all():
    """{name: ViewDefinition}, as read from the files."""
    found = {}
    for pattern in FOLDERS:
        for path in sorted(_HOUSE.glob(f"{pattern}/*.json")):
            content = orjson.loads(path.read_bytes())
            if content["name"] != path.stem or content["name"] in found:
                raise ValueError(f"{path}: its name is not that of its file, or there are two")
            found[content["name"]] = content
    return found


def read(name):
    """A published view as `definition.View`."""
    return definition.read(all()[name])


def made(name):
    """The plan of a published view; a fresh one each time, because emitters mark it."""
    return plan.make(read(name))


def plans(type):
    """The plans of the published views of a resource type."""
    return [made(name) for name, content in all().items() if content["resource"] == type]
