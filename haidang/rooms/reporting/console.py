"""`bin/haidang reports`: periodic reports from the command line."""

import json
from pathlib import Path

import click

from haidang.kernel import terminal

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")


@click.group("reports", cls=terminal.Group)
def command():
    """Periodic statistical reports."""


@command.command("forms")
@_JSON
def forms(as_json):
    """Every form with its circular, its period and where its cells come from."""
    from haidang.rooms.reporting import selectors

    for one in selectors.forms():
        told = {
            "code": one.code,
            "number": one.number,
            "title": one.title,
            "circular": one.circular.title,
            "level": one.level,
            "period": one.period,
            "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            "cells": one.counts(),
        }
        click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{one.code:14} {one.period:8} {one.title} ({one.circular.title})")  # fmt: skip


@command.command("open")
@click.argument("form")
@click.argument("period")
@_JSON
def open_(form, period, as_json):
    """Open a PERIOD (2026-Q3, 2026-10, 2026-H1, 2025) of a FORM for every unit that owes it."""
    from django.utils import timezone

    from haidang.kernel import actor
    from haidang.rooms.reporting import services

    made = services.open_period(form, period, by=actor.SYSTEM, at=timezone.now())
    click.echo(json.dumps({"opened": made}) if as_json else f"{made} reports opened")


@command.command("export")
@click.argument("form")
@click.argument("unit")
@click.argument("period")
@click.option("--as", "kind", type=click.Choice(["dhis2", "xlsx", "pdf"]), default="dhis2", show_default=True)  # fmt: skip
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File; DHIS2 JSON goes to the screen without it.")  # fmt: skip
@_JSON
def export(form, unit, period, kind, output, as_json):
    """Write the report of a FORM, UNIT and PERIOD as a file; DHIS2 takes locked reports alone."""
    from django.utils import timezone

    from haidang.kernel import actor
    from haidang.rooms.reporting import selectors, services

    report = selectors.find(form, unit, period)
    found = services.export(report, kind, by=actor.SYSTEM, at=timezone.now())
    if output is None and kind == "dhis2":
        click.echo(found.content.decode())
        return
    target = output or Path(found.name)
    target.write_bytes(found.content)
    told = {"file": str(target), "bytes": len(found.content)}
    click.echo(json.dumps(told) if as_json else f"{told['file']}: {told['bytes']} bytes")
