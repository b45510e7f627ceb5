"""What `bin/haidang` says to somebody who has not set anything up, and what its exit codes mean."""

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError, ProgrammingError, connection, connections

from haidang.config import console
from haidang.config.operations import databases
from haidang.kernel import errors


@pytest.fixture
def house(monkeypatch):
    """The command line with one command that raises what it is given."""

    def made(why):
        @click.group(cls=console.House)
        def group():
            pass

        @group.command()
        def fail():
            raise why

        return CliRunner().invoke(group, ["fail"])

    monkeypatch.setattr(console, "_brought", dict)
    return made


def test_a_run_without_tables_says_how_to_make_them(house):
    answer = house(OperationalError('FATAL:  database "haidang" does not exist'))

    assert answer.exit_code == 3
    assert "bin/run" in answer.output


WRONG = "SELECT nothing FROM records_key"


def _refused():
    with pytest.raises(ProgrammingError) as why, connection.cursor() as run:
        run.execute(WRONG)
    return why.value


def test_a_wrong_statement_is_not_mistaken_for_a_run_without_tables(house, own_database):
    why = _refused()

    assert house(why).exception is why


def test_tables_of_an_earlier_version_are_told_from_none(house, own_database, database_cluster):
    with databases.administrator(database_cluster, own_database) as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'records' AND name > '0005'")
    behind = house(_refused())
    connections["default"].close()
    connection.settings_dict["NAME"] = "postgres"
    empty = house(_refused())

    assert (behind.exit_code, empty.exit_code) == (3, 3)
    assert "migrations wait" in behind.output
    assert "has no tables yet" in empty.output


def test_a_refusal_is_told_in_words(house):
    answer = house(errors.Unavailable("ledger.away", "Sổ chưa trả lời."))

    assert (answer.exit_code, answer.output) == (1, "Error: ledger.away: Sổ chưa trả lời.\n")


def test_a_fault_of_ours_keeps_its_traceback(house):
    assert isinstance(house(ZeroDivisionError()).exception, ZeroDivisionError)


def test_a_cluster_without_our_database_is_not_ready(monkeypatch, tmp_path):
    monkeypatch.setattr(console, "_is_made", lambda _cluster: False)
    monkeypatch.setattr(console, "_brought", dict)
    monkeypatch.setattr(console, "database", lambda: console.nullcontext("a cluster"))
    monkeypatch.setattr(console.House, "get_command", lambda *_: click.Command("ledger"))

    answer = CliRunner().invoke(
        console.main, ["--home", str(tmp_path), "ledger"], env={"HAIDANG_HOME": str(tmp_path)}
    )

    assert answer.exit_code == 3
