"""The command line of the house, `bin/haidang`: its own commands and those that parts bring."""

import io
import json
import os
import subprocess
import sys
import traceback
from contextlib import nullcontext
from pathlib import Path

import click

from haidang.config import endings, environment
from haidang.kernel import terminal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
# `run` starts the database itself, and `doctor` has to speak when it cannot be started.
_WITHOUT_DATABASE = {"run", "doctor", "view"}
# They make the tables, or have something to say without them (`claims check`).
_WITHOUT_TABLES = {"migrate", "within", "django", "claims"}


class House(terminal.Group):
    """Sets Django up only when a command of a part of the house is asked for."""

    command_class = terminal.Command
    hands_on = frozenset({"django", "within"})

    def ending_of(self, why):
        return super().ending_of(endings.unready(why) or why)

    def tell_fault(self, why):
        if environment.in_words():
            traceback.print_exception(why)
        else:
            super().tell_fault(why)

    def list_commands(self, context):
        return sorted({*super().list_commands(context), *_brought()})

    def get_command(self, context, name):
        return super().get_command(context, name) or _brought().get(name)


def _brought():
    import django

    from haidang.config import discovery, handbook

    try:
        django.setup()
    except ValueError as why:
        raise endings.NotReady(f"A setting in the environment has a wrong value: {why}.") from why
    commands = [handbook.command]
    for module in discovery.modules("console"):
        commands += getattr(module, "commands", None) or [module.command]
    return {command.name: command for command in commands}


def database():
    """The embedded cluster in use, or nothing to do when a server is named by DATABASE_URL."""
    if os.environ.get("DATABASE_URL"):
        return nullcontext()
    from haidang.config.operations import cluster

    throwaway = "HAIDANG_THROWAWAY" in os.environ
    return cluster.Cluster(environment.home(), throwaway=throwaway).use()


def _is_made(cluster):
    from haidang.config.operations import databases

    with databases.administrator(cluster) as connection:
        return databases.exists(connection, os.environ.get("HAIDANG_DATABASE", "haidang"))


def _set_home(_context, _option, folder):
    """Where this run keeps everything; before any command is looked up, for settings read it."""
    if folder:
        os.environ["HAIDANG_HOME"] = str(folder)


_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    callback=_set_home,
    expose_value=False,
    is_eager=True,
    help="Folder of the run that is meant.  [default: HAIDANG_HOME, or var/]",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of words.")


class _Steps(io.StringIO):
    """Moves a bar on the error stream for each step that Django says is done."""

    def __init__(self, title, total):
        from rich import progress
        from rich.console import Console

        super().__init__()
        parts = (progress.BarColumn(bar_width=24), progress.MofNCompleteColumn())
        self._bar = progress.Progress(
            "{task.description}", *parts, progress.TimeElapsedColumn(), console=Console(stderr=True)
        )
        self._task = self._bar.add_task(title, total=total)

    def __enter__(self):
        self._bar.start()
        return self

    def __exit__(self, *_why):
        self._bar.stop()

    def write(self, text):
        self._bar.advance(self._task, text.strip() == "OK")
        return len(text)


@click.group(cls=House)
@_HOME
@click.pass_context
def main(context):
    """Hải Đăng, the digital health platform of a Vietnamese city.

    Exit code 0: done. 1: refused, or not all is well; each command tells. 2: a call that cannot be
    understood. 3: a run that cannot be used yet. 70: a fault of ours. 75: not within the time
    given. 130, 143: stopped.

    With --json the output is JSON also then: {"error": {"code", "message"}}.
    """
    asked = context.invoked_subcommand
    if asked in _WITHOUT_DATABASE or "--help" in sys.argv:
        return
    cluster = context.with_resource(database())
    if cluster and asked not in _WITHOUT_TABLES and not _is_made(cluster):
        raise endings.NotReady


@main.command()
@_HOME
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="The next free one is taken if busy.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Web processes.")  # fmt: skip
@click.option("--demo/--no-demo", default=True, show_default=True, help="Fill the demo city.")
@click.option("--people", type=click.IntRange(0, 20_000), help="How many live in the demo city.")
def run(host, port, workers, demo, people):
    """Start everything: database, reference data, demo city, web server and worker.

    It runs until it is stopped and says to a person how far it is, so it has no --json: a script asks
    `/san-sang/`, or `doctor --json`.
    """
    from haidang.config.operations import server

    server.run(host=host, port=port, workers=workers, demo=demo, people=people)


@main.command()
@_JSON
def doctor(as_json):
    """What is missing or misconfigured on this machine, and what to do.

    Exit code 0: nothing is in the way. 1: something is. With --json one object for each check.
    """
    from haidang.config.operations import doctor as checks

    found = checks.examine()
    for one in checks.as_dicts(found):
        click.echo(json.dumps(one, ensure_ascii=False) if as_json else _finding(one))
    sys.exit(any(one.state == checks.BAD for one in found))


def _finding(one):
    do = f"\n               → {one['do']}" if one["do"] else ""
    return f"{one['state']:>4}  {one['check']:<12} {one['found']}{do}"


@main.command()
@click.option("--quiet", is_flag=True)
@click.option("--bar", is_flag=True, help="Count the steps instead of naming them.")
@_JSON
def migrate(quiet, bar, as_json):
    """Bring the tables up to date, as the owner role."""
    if os.environ.get("HAIDANG_DB_ROLE") != "owner":
        told = ["--quiet"] * quiet + ["--bar"] * bar + ["--json"] * as_json
        again = [sys.executable, "-m", "haidang.config.console", "migrate", *told]
        sys.exit(subprocess.call(again, env=os.environ | {"HAIDANG_DB_ROLE": "owner"}))
    import django

    from haidang.config.operations import cluster, databases

    if not os.environ.get("DATABASE_URL"):
        name = os.environ.get("HAIDANG_DATABASE", "haidang")
        databases.ensure(cluster.Cluster(environment.home()), name)
    django.setup()
    _migrate(quiet or as_json, as_json, bar)


def _migrate(quiet, as_json, bar):
    from django.core.management import call_command

    _made, left = endings.migrations()
    if bar and left and not quiet:
        with _Steps("Tables", len(left)) as steps:
            call_command("migrate", stdout=steps, no_color=True, interactive=False)
    else:
        call_command("migrate", verbosity=0 if quiet or bar else 1, interactive=False)
    if as_json:
        click.echo(json.dumps({"applied": len(left)}))


@main.command()
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
def work(processes):
    """Do what is waiting: take messages in, tell subscribers, seal the ledger.

    It runs until it is stopped and has no --json: its log is JSON, one object a line.
    """
    from haidang.config.operations import worker

    worker.main(processes)


@main.command("load-rooms")
@_JSON
def load_rooms(as_json):
    """Bring in what rooms come with: procedures, plans.

    What is there stays, also when it was changed in the product since; `bin/run` does this each time.
    """
    import django

    django.setup()
    from haidang.config import discovery

    loaded = {
        module.__package__.rpartition(".")[2]: module.load()
        for module in discovery.modules("reference")
    }
    if as_json:
        click.echo(json.dumps(loaded))
    elif any(loaded.values()):
        told = ", ".join(f"{count} of {room}" for room, count in loaded.items() if count)
        click.echo(f"New or changed: {told}.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments):
    """Any management command of Django, e.g. `django makemigrations people`.

    All options are handed on, --json too, and the exit code is that of the command.
    """
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bin/haidang django", *arguments])


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("program", nargs=-1, type=click.UNPROCESSED, required=True)
def within(program):
    """Run a program while the database is up, e.g. `within pytest haidang/kernel`.

    All options are handed on, --json too, and the exit code is that of the program.
    """
    try:
        sys.exit(subprocess.call(program))
    except OSError as why:
        click.echo(f"Error: {program[0]} cannot be run: {why.strerror}.", err=True)
        sys.exit(127)  # as a shell says it


if __name__ == "__main__":
    main(prog_name="bin/haidang")
