"""`bin/haidang load-reference`: bring releases and catalogues into the database, with counts."""

import json
from contextlib import contextmanager
from pathlib import Path

import click

from haidang.engines.terminology import catalogues as catalogue_files
from haidang.engines.terminology import manifest, releases
from haidang.kernel import actor, errors, terminal


@click.command("load-reference", cls=terminal.Command)
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=releases.FOLDER,
    help="Release folders to load.",
)
@click.option(
    "--catalogues",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the full national catalogues  [default: HAIDANG_CATALOGUES, else the one beside the checkout]",
)
@click.option("--force", is_flag=True, help="Accept a surprising loss of rows.")
@click.option(
    "--seal",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Only write row count and checksum of this release folder.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on the output.")
def command(folder, catalogues, force, seal, as_json):
    """Load reference data: releases, HL7's terminology, national catalogues.

    What is unchanged is skipped. Without the catalogues the starter sets answer. A folder in which
    nothing of the kind is found is refused (exit code 2).
    """
    if seal:
        manifest.seal(seal)
        return
    _check_folders(folder, catalogues)
    catalogues = catalogues or catalogue_files.default_folder()
    with progress_bar("Reference", shown=not as_json) as progress:
        loaded = releases.load_all(
            actor.SYSTEM, root=folder, catalogues=catalogues, progress=progress, force=force
        )
    click.echo(json.dumps(_facts(loaded)) if as_json else summary(loaded))
    if not catalogues and not as_json:
        click.echo(
            "The national catalogues are not here: starter sets answer (docs: reference/README.md)."
        )


def _check_folders(folder, catalogues):
    if not releases.folders_of(folder):
        raise errors.Incorrect(
            "terminology.no_releases",
            f"There is no release in {folder}: one is a folder <system>/<release>/ with a"
            " manifest.toml, as in reference/. Nothing was loaded; name another folder.",
        )
    known = [catalogues / one["file"] for one in catalogue_files.described()] if catalogues else []
    if known and not any(path.is_file() for path in known):
        raise errors.Incorrect(
            "terminology.no_catalogues",
            f"There is no catalogue in {catalogues}: reference/catalogues.toml says what the files"
            " are called. Nothing was loaded; name another folder.",
        )


@contextmanager
def progress_bar(title, *, shown=True):
    """A progress bar on the error stream; yields a function progress(done, total, name)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[name]}"),
    )
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:
        task = bar.add_task(title, total=None, name="")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, name=name)


def summary(loaded):
    """One sentence about a list of `Loaded`."""
    fresh = [one for one in loaded if not one.skipped]
    rows = sum(one.rows for one in fresh)
    return f"{len(fresh)} loaded ({rows:,} rows), {len(loaded) - len(fresh)} unchanged"


def _facts(loaded):
    fresh = [one for one in loaded if not one.skipped]
    return {
        "loaded": {one.name: one.rows for one in fresh},
        "rows": sum(one.rows for one in fresh),
        "unchanged": len(loaded) - len(fresh),
    }
