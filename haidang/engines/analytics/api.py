"""The door of the analytics engine.

`run_view` needs no database and no settings, so scripts may import this module without Django;
what needs them is imported when it is asked for.
"""

import importlib

from haidang.engines.analytics.views.running import run_view

_HOMES = {
    "indicators.catalogue": {
        "all": "indicators",
        "get": "indicator",
        "Indicator": "Indicator",
        "relatives": "relatives",
    },
    "indicators.periods": {"Period": "Period", "parse": "period"},
    "indicators.computing": {
        "compute": "compute",
        "compute_many": "compute_many",
        "compute_all": "compute_all",
    },
    "indicators.figures": {
        "Figure": "Figure",
        "figure": "figure",
        "figures": "figures",
        "series": "series",
        "cell_series": "cell_series",
        "frozen": "frozen",
        "definition": "definition",
        "counted_rows": "counted_rows",
    },
    "indicators.suppression": {"Cell": "Cell"},
    "indicators.reading": {"together": "read_together"},
    "indicators.disclosure": {"Counted": "Counted", "hidden_spots": "hidden_spots"},
    "engines.marts": {"mart": "mart", "contracts": "marts", "published": "published_marts"},
    "engines": {"opened": "session"},
    "lake.feed": {
        "place": "lake_place",
        "catch_up": "catch_up",
        "compact": "compact_lake",
        "rebuild": "rebuild_lake",
        "status": "lake_status",
    },
    "sql.running": {
        "run_sql": "run_sql",
        "run_definition": "run_definition",
        "tables": "tables",
        "Answer": "Answer",
    },
    "views.published": {"all": "views"},
}
_DOORS = {shown: (home, name) for home, names in _HOMES.items() for name, shown in names.items()}

#: Doors with several functions of their own: `analytics.exports.ask`, `.status` …
_MODULES = {"exports": "sql.exports"}

__all__ = ["run_view", *sorted(_DOORS), *sorted(_MODULES)]  # noqa: PLE0604 - the doors are the table above


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f"haidang.engines.analytics.{_MODULES[name]}")
    if name not in _DOORS:
        raise AttributeError(name)
    home, inner = _DOORS[name]
    return getattr(importlib.import_module(f"haidang.engines.analytics.{home}"), inner)
