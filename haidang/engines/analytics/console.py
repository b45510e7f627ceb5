"""`bin/haidang view`, `lake` and `indicators`: the analytics engine from the command line."""

import json
from pathlib import Path

import click

from haidang.kernel import errors, terminal

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")


@click.group("view", cls=terminal.Group)
def view():
    """SQL on FHIR views."""


@view.command("run")
@click.argument("definition", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--input",
    "source",
    required=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Resources, one JSON a line.",
)
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark", "interpreter"]),
    default="duckdb",
    show_default=True,
)
@_JSON
def run(definition, source, engine, as_json):
    """Run the ViewDefinition in a file over a file of resources.

    Prints one JSON list with --json, else one JSON object a row. Exit code 2: the view is refused.
    """
    from haidang.engines.analytics import api

    rows = api.run_view(_read(definition), source, engine)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo(json.dumps(row, ensure_ascii=False))


def _read(path):
    try:
        return json.loads(path.read_bytes())
    except ValueError as why:
        raise errors.Incorrect(
            "view.not_json", f"{path} is not JSON: {why}. Nothing was run; name a ViewDefinition."
        ) from why


@click.group("lake", cls=terminal.Group)
def lake():
    """The records as columns (Parquet under a Delta log)."""


@lake.command("feed")
@_JSON
def feed(as_json):
    """Follow the changes that there are, now."""
    from haidang.engines.analytics import api

    done = api.catch_up()
    click.echo(json.dumps({"changes": done}) if as_json else done)


@lake.command("rebuild")
@_JSON
def rebuild(as_json):
    """Write the whole lake anew from the records."""
    from haidang.engines.analytics import api

    done = api.rebuild_lake(lambda total: click.echo(f"{total} changes", err=True))
    click.echo(json.dumps({"changes": done}) if as_json else done)


@lake.command("compact")
@_JSON
def compact(as_json):
    """Leave out replaced versions and put small files together."""
    from haidang.engines.analytics import api

    api.compact_lake()
    if as_json:
        click.echo(json.dumps({"compacted": True}))


@lake.command("status")
@_JSON
def status(as_json):
    """How far the lake has followed, and what it holds."""
    from haidang.engines.analytics import api

    told = api.lake_status()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    click.echo(f"change {told['seq']}, written {told['at']}, {told['behind']} behind")
    for type, held in told["tables"].items():
        click.echo(
            f"  {type:24} {held['rows']:>10} rows {held['files']:>4} files {held['bytes'] / 1e6:8.1f} MB"
        )


@click.group("indicators", cls=terminal.Group)
def indicators():
    """The indicator catalogue."""


@indicators.command("list")
@_JSON
def list_(as_json):
    """Every indicator, and what those that cannot be computed are waiting for."""
    from haidang.engines.analytics import api

    known = [
        {"code": i.code, "title": i.title, "unit": i.unit, "missing": i.missing()}
        for i in api.indicators()
    ]
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
        return
    for one in known:
        waiting = f"  ← chưa có: {'; '.join(one['missing'])}" if one["missing"] else ""
        click.echo(f"{one['code']:28} {one['title']} ({one['unit']}){waiting}")


@indicators.command("compute")
@click.argument("period")
@click.argument("codes", nargs=-1)
@_JSON
def compute(period, codes, as_json):
    """Compute indicators (all without CODES) for a PERIOD such as 2026-Q3, and keep them."""
    from haidang.engines.analytics import api
    from haidang.kernel import actor

    span = api.period(period)
    wanted = codes or [one.code for one in api.indicators()]
    api.compute_many(wanted, span, by=actor.SYSTEM)
    for found in api.figures(wanted, span):
        told = {
            "code": found.indicator.code,
            "state": found.state,
            "value": found.value,
            "unit": found.indicator.unit,
            "missing": found.missing,
        }
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else _line(told))


def _line(told):
    shown = (
        told["value"] if told["state"] == "ok" else f"{told['state']} {'; '.join(told['missing'])}"
    )
    return f"{told['code']:28} {shown} {told['unit'] if told['state'] == 'ok' else ''}"


commands = [view, lake, indicators]
