"""What a command of `bin/haidang` says when the run that is meant cannot be used (exit code 3)."""

import re

import click

from haidang.kernel import terminal

_NO_TABLES = (
    "This run has no tables yet. `bin/run` makes them and a demo city; `bin/haidang migrate`"
    " makes the tables alone. `--home DIR` speaks to another run."
)
_AWAY = (
    "The database does not answer ({why}). What was finished before stands, what was under way is"
    " undone; `bin/haidang doctor` says what is in the way."
)
_NOT_STARTED = (
    "The database of this home cannot be started or stopped ({why}). What was finished before"
    " stands; `bin/haidang doctor` says what is in the way."
)


class NotReady(click.ClickException):
    """The run that is meant has no tables yet, those of an earlier version, or no database."""

    exit_code = terminal.NOT_READY
    code = "house.not_ready"

    def __init__(self, message=_NO_TABLES):
        super().__init__(message)


def waiting(number):
    """The NotReady of a run whose tables are those of an earlier version."""
    return NotReady(f"{number} migrations wait in this run: `bin/haidang migrate`.")


def unready(why):
    """The NotReady that an error comes from, or None when it has nothing to do with the run.

    What is missing counts only where tables are still to be made: a wrong statement asks for what
    is not there too, and has to be seen.
    """
    import psycopg
    from django.db import InterfaceError, OperationalError, ProgrammingError

    from haidang.config.operations import cluster

    if isinstance(why, cluster.ClusterError):
        return NotReady(_NOT_STARTED.format(why=str(why).strip().rstrip(".")))
    if isinstance(why, OperationalError | InterfaceError | psycopg.OperationalError):
        return _away(str(why))
    missing = {"UndefinedTable", "UndefinedColumn", "UndefinedFunction"}
    if not isinstance(why, ProgrammingError) or type(why.__cause__).__name__ not in missing:
        return None
    made, left = migrations()
    if not left:
        return None
    return waiting(len(left)) if made else NotReady()


def _away(words):
    if re.search('(database|role) ".*" does not exist', words):
        return NotReady()
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return NotReady(_AWAY.format(why=lines[0].rstrip(".") if lines else "no reason given"))


def migrations():
    """(those that this run has, those that wait), asked over a connection of its own."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.close()
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return executor.loader.applied_migrations, left
