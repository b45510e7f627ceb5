"""What `bin/haidang` says to somebody who has not set anything up, and what its exit codes mean."""

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from haidang.config import console
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
