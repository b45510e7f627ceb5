"""The doctor tells what is in the way, and never stops at the first thing."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.db import connection

from haidang.config import environment
from haidang.config.operations import databases, doctor
from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, systems


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HAIDANG_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def states(check):
    return [(one.state, one.found) for one in doctor._asked(check)]


def test_a_key_that_others_can_read_is_named_and_a_public_one_is_not(home):
    (home / "keys").mkdir()
    for name, mode in (("secret-key", 0o600), ("ledger.pub", 0o644), ("signing", 0o640)):
        (home / "keys" / name).touch()
        (home / "keys" / name).chmod(mode)

    assert states(doctor._keys) == [("bad", "others can read signing")]


@pytest.mark.parametrize(("free_gb", "state"), [(0.5, "bad"), (5, "warn"), (50, "ok")])
def test_a_disk_that_is_nearly_full_is_told(home, monkeypatch, free_gb, state):
    usage = SimpleNamespace(free=free_gb * 2**30)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: usage)

    assert states(doctor._space)[0][0] == state


def test_a_check_that_breaks_says_so():
    def _broken():
        raise OSError("the disk is gone")

    assert states(_broken) == [("bad", "OSError: the disk is gone")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "check",
    [doctor._answers, doctor._server_log, doctor._tables, doctor._work, doctor._denials],
)
def test_a_sound_house_is_called_sound(check):
    found = states(lambda: check("here")) if check is doctor._answers else states(check)

    assert {state for state, _found in found} == {"ok"}


def test_a_server_that_writes_what_was_sent_into_its_log_is_told(own_database, database_cluster):
    with databases.administrator(database_cluster) as owner:
        owner.execute(
            f"ALTER ROLE haidang_app IN DATABASE {own_database} SET log_min_messages = 'warning'"
        )
    connection.close()

    ((state, found),) = states(doctor._server_log)

    assert (state, "log_min_messages is warning" in found) == ("warn", True)


def test_a_check_that_breaks_on_a_value_does_not_tell_it():
    def _broken():
        raise ValueError("Trần Thị Kín Đáo")

    ((state, found),) = states(_broken)

    assert (state, found.split(" ")[0], "Kín" in found) == ("bad", "ValueError", False)


@pytest.mark.django_db
def test_denials_that_are_not_in_force_are_told():
    who = [{"reference": {"identifier": {"system": systems.FACILITY, "value": "31001"}}}]
    consent = {"resourceType": "Consent", "id": "no", "status": "active", "patient": {"reference": "Patient/an"},
               "provision": {"type": "deny", "actor": who}}  # fmt: skip
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all([{"resourceType": "Patient", "id": "an"}, consent], by=actor.SYSTEM)
    access.set_denials("Consent/no", (), ())

    assert states(doctor._denials) == [("bad", "1 Consents are not in force as they are written")]
    records.consents.uphold()
    assert states(doctor._denials) == [("ok", "in force as written")]


def test_the_command_speaks_without_a_database_and_ends_with_one(home):
    done = subprocess.run(
        [sys.executable, "-m", "haidang.config.console", "--home", str(home), "doctor", "--json"],
        cwd=environment.CHECKOUT,
        env={k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "HAIDANG_DATABASE")},
        capture_output=True,
        text=True,
        timeout=120,
    )

    found = {one["check"]: one["state"] for one in map(json.loads, done.stdout.splitlines())}
    assert (done.returncode, found["database"], found["python"]) == (1, "bad", "ok"), done.stderr
