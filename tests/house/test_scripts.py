"""The scripts in bin say what they do, and a new room fits the house."""

import ast
import shutil
import subprocess

import pytest

from haidang.config import environment

BIN = environment.CHECKOUT / "bin"
SCRIPTS = sorted(path for path in BIN.iterdir() if not path.name.startswith("_"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_explains_itself(script):
    done = subprocess.run([script, "--help"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) >= 5


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "bin").mkdir()
    shutil.copy(BIN / "new-room", tmp_path / "bin")
    return tmp_path


def _new_room(checkout, name):
    return subprocess.run([checkout / "bin" / "new-room", name], capture_output=True, text=True)


def test_a_new_room_has_what_every_room_has(checkout):
    done = _new_room(checkout, "sick_leave")

    room = checkout / "haidang" / "rooms" / "sick_leave"
    assert done.returncode == 0, done.stderr
    assert {path.name for path in room.iterdir()} >= {"README.md", "room.py", "apps.py", "tests"}
    assert all(ast.parse(path.read_text()) is not None for path in room.glob("**/*.py"))


def test_a_room_is_not_laid_over_another(checkout):
    _new_room(checkout, "sick_leave")

    again = _new_room(checkout, "sick_leave")

    assert again.returncode == 1
    assert "already" in again.stderr


@pytest.mark.parametrize("name", ["Sick", "1st", "a-b", "../x"])
def test_a_name_that_is_no_name_is_refused(checkout, name):
    done = _new_room(checkout, name)

    assert done.returncode == 1
    assert not (checkout / "haidang").exists()
