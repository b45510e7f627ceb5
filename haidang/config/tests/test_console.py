"""What `bin/haidang` says to somebody who has not set anything up, and what its exit codes mean."""

import json
import os
import subprocess
import sys

import click
import psycopg
import pytest
from click.testing import CliRunner
from django.db import OperationalError, ProgrammingError, connection, connections

from haidang.config import console
from haidang.config.operations import cluster, databases
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


@pytest.mark.parametrize("missing", ['database "haidang"', 'role "haidang_app"'])
def test_a_run_without_tables_says_how_to_make_them(house, missing):
    answer = house(OperationalError(f"FATAL:  {missing} does not exist"))

    assert answer.exit_code == 3
    assert "bin/run" in answer.output


WRONG = "SELECT nothing FROM records_key"


def _refused():
    with pytest.raises(ProgrammingError) as why, connection.cursor() as run:
        run.execute(WRONG)
    return why.value


def test_a_wrong_statement_is_not_mistaken_for_a_run_without_tables(house, own_database):
    assert house(_refused()).exit_code == 70


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


def test_a_fault_of_ours_says_where_it_is(house):
    answer = house(ZeroDivisionError())

    assert answer.exit_code == 70
    assert "haidang/config/tests/test_console.py:" in answer.stderr


@pytest.mark.parametrize(
    "why",
    [
        OperationalError(
            'connection to server at "10.0.0.1", port 5432 failed: Connection refused'
        ),
        psycopg.errors.AdminShutdown("terminating connection due to administrator command"),
        cluster.ClusterError("/home/x cannot be written: Read-only file system"),
    ],
)
def test_a_run_without_its_database_is_a_3(house, why):
    answer = house(why)

    assert answer.exit_code == 3
    assert str(why) in answer.stderr
    assert "doctor" in answer.stderr


def test_a_home_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()

    answer = CliRunner().invoke(
        console.main, ["--home", str(tmp_path / "file" / "home"), "migrate", "--json"],
        env={"HAIDANG_HOME": "", "DATABASE_URL": ""},
    )  # fmt: skip

    assert answer.exit_code == 3
    assert "cannot be written" in json.loads(answer.stdout)["error"]["message"]


def test_a_setting_with_a_wrong_value_is_told(tmp_path):
    asked = [sys.executable, "-m", "haidang.config.console", "--home", tmp_path, "indicators", "list", "--json"]  # fmt: skip

    done = subprocess.run(
        asked, env=os.environ | {"HAIDANG_SMALL_CELL": "many"}, capture_output=True, text=True
    )

    assert done.returncode == 3
    assert "'many'" in json.loads(done.stdout)["error"]["message"]


def test_a_program_that_is_not_there_is_told():
    answer = CliRunner().invoke(console.within, ["no-such-program"])

    assert answer.exit_code == 127
    assert "no-such-program" in answer.stderr


def test_a_cluster_without_our_database_is_not_ready(monkeypatch, tmp_path):
    monkeypatch.setattr(console, "_is_made", lambda _cluster: False)
    monkeypatch.setattr(console, "_brought", dict)
    monkeypatch.setattr(console, "database", lambda: console.nullcontext("a cluster"))
    monkeypatch.setattr(console.House, "get_command", lambda *_: click.Command("ledger"))

    answer = CliRunner().invoke(
        console.main, ["--home", str(tmp_path), "ledger"], env={"HAIDANG_HOME": str(tmp_path)}
    )

    assert answer.exit_code == 3
