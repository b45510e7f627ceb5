"""`bin/haidang demo`: fill this installation with the demo city."""

import json
import os
from pathlib import Path

import click
from django.conf import settings

from haidang.kernel import terminal

TOKEN_FILE = "demo-client.token"  # noqa: S105, the name of a file


@click.command("demo", cls=terminal.Command)
@click.option("--people", type=click.IntRange(0, 20_000), help="How many people.  [default: 300]")
@click.option("--seed", type=int, help="Another seed gives another city.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on the output.")
def command(people, seed, as_json):
    """Build the demo city: synthetic facilities, accounts and years of visits. Once is enough."""
    from haidang.demo import api

    with _bars(shown=not as_json) as progress:
        built = api.build(progress, people=people, seed=seed, keep_token=_keep)
    if as_json:
        click.echo(json.dumps({"fresh": built.fresh, "counts": built.counts or {}}))
    elif not built.fresh:
        click.echo("The demo city stands already.")
    else:
        click.echo(f"The token of the connected hospital system is in {_token_path()}")


def _keep(token):
    """Write the client's token where only the owner of this installation reads it."""
    with os.fdopen(
        os.open(_token_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
    ) as file:
        file.write(token + "\n")


def _token_path():
    return Path(settings.HAIDANG_HOME) / TOKEN_FILE


class _bars:
    """A progress bar for each step, with counts, on the error stream."""

    def __init__(self, *, shown):
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            TextColumn("{task.description:<12}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._bars = Progress(*columns, console=Console(stderr=True), disable=not shown)
        self._tasks = {}

    def __enter__(self):
        self._bars.__enter__()
        return self._tell

    def __exit__(self, *exception):
        return self._bars.__exit__(*exception)

    def _tell(self, step, done, total):
        if step not in self._tasks:
            self._tasks[step] = self._bars.add_task(step, total=total)
        self._bars.update(self._tasks[step], completed=done, total=total)
