"""Marts: tables that rooms publish for figures about what is not in the records.

A part of the house brings `marts.py`, where functions marked with `mart` give rows. What a mart
has to hold is written in `data/marts.yaml`, so that an indicator can be written before its source
exists and says by name what it is waiting for.
"""

import functools
import importlib
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps

from haidang.engines.analytics.views import published as views
from haidang.kernel import yamlfile

_CONTRACTS = Path(__file__).resolve().parents[1] / "data" / "marts.yaml"
_given = {}


@dataclass(frozen=True)
class Mart:
    """What a mart is to hold.

    columns    {name: type}, types text, whole, number, flag or day
    """

    name: str
    title: str
    columns: dict


def mart(name):
    """Marks the function that gives the rows of a mart, as dictionaries."""

    def marked(function):
        _given[name] = function
        return function

    return marked


@functools.cache
def contracts():
    """{name: Mart} of every mart that indicators may name, whether it exists or not."""
    listed = yamlfile.read(_CONTRACTS)
    if twice := sorted({*listed} & {*views.all()}):
        raise ValueError(f"marts with the name of a view: {', '.join(twice)}")
    return {name: Mart(name, one["title"], one["columns"]) for name, one in listed.items()}


def published():
    """{name: function} of the marts that exist."""
    _load()
    return {name: function for name, function in _given.items() if name in contracts()}


@functools.cache
def _load():
    for app in apps.get_app_configs():
        if app.name.startswith("haidang.") and (Path(app.path) / "marts.py").exists():
            importlib.import_module(f"{app.name}.marts")


_ARROW = {"text": "string", "whole": "int64", "number": "float64", "flag": "bool", "day": "string"}


def table(name):
    """The rows of a mart as an Arrow table with the columns that it is to have."""
    import pyarrow

    columns = contracts()[name].columns
    schema = pyarrow.schema([(key, _ARROW[kind]) for key, kind in columns.items()])
    rows = [{key: _plain(row.get(key)) for key in columns} for row in published()[name]()]
    return pyarrow.Table.from_pylist(rows, schema=schema)


def _plain(value):
    return value.isoformat() if hasattr(value, "isoformat") else value
