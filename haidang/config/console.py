"""The command line of the house, `bin/haidang`: its own commands and those that parts bring."""

import os
import subprocess
import sys
from contextlib import nullcontext

import click

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")


class House(click.Group):
    """Sets Django up only when a command of a part of the house is asked for."""

    def list_commands(self, context):
        return sorted({*super().list_commands(context), *_brought()})

    def get_command(self, context, name):
        return super().get_command(context, name) or _brought().get(name)


def _brought():
    import django

    from haidang.config import discovery, handbook

    django.setup()

    commands = [handbook.command]
    for module in discovery.modules("console"):
        commands += getattr(module, "commands", None) or [module.command]
    return {command.name: command for command in commands}


def database():
    """The embedded cluster in use, or nothing to do when a server is named by DATABASE_URL."""
    if os.environ.get("DATABASE_URL"):
        return nullcontext()
    from haidang.config import environment
    from haidang.config.operations import cluster

    throwaway = "HAIDANG_THROWAWAY" in os.environ
    return cluster.Cluster(environment.home(), throwaway=throwaway).use()


@click.group(cls=House)
@click.pass_context
def main(context):
    """Hải Đăng, the digital health platform of a Vietnamese city."""
    if context.invoked_subcommand not in {"run"} and "--help" not in sys.argv:
        context.with_resource(database())


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, help="The next free one is taken if busy.")
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--demo/--no-demo", default=True, show_default=True, help="Fill the demo city.")
def run(host, port, workers, demo):
    """Start everything: database, reference data, demo city, web server and worker."""
    from haidang.config.operations import server

    server.run(host=host, port=port, workers=workers, demo=demo)


@main.command()
@click.option("--quiet", is_flag=True)
def migrate(quiet):
    """Bring the tables up to date, as the owner role."""
    if os.environ.get("HAIDANG_DB_ROLE") != "owner":
        environment = os.environ | {"HAIDANG_DB_ROLE": "owner"}
        again = [
            sys.executable,
            "-m",
            "haidang.config.console",
            "migrate",
            *["--quiet"][: int(quiet)],
        ]
        sys.exit(subprocess.call(again, env=environment))
    import django
    from django.core.management import call_command

    from haidang.config import environment
    from haidang.config.operations import cluster, databases

    if not os.environ.get("DATABASE_URL"):
        name = os.environ.get("HAIDANG_DATABASE", "haidang")
        databases.ensure(cluster.Cluster(environment.home()), name)
    django.setup()
    call_command("migrate", verbosity=0 if quiet else 1, interactive=False)


@main.command()
@click.option("--processes", default=1, show_default=True)
def work(processes):
    """Do what is waiting: take messages in, tell subscribers, seal the ledger."""
    from haidang.config.operations import worker

    worker.main(processes)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments):
    """Any management command of Django, e.g. `django makemigrations people`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["bin/haidang django", *arguments])


@main.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("program", nargs=-1, type=click.UNPROCESSED, required=True)
def within(program):
    """Run a program while the database is up, e.g. `within pytest haidang/kernel`."""
    sys.exit(subprocess.call(program))


if __name__ == "__main__":
    main(prog_name="bin/haidang")
