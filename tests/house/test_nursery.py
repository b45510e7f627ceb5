"""Programs that tests start quickly are what they would be if they were started as usual."""

import os
import signal
import subprocess

import pytest

from tests import nursery

SAYS = "from django.conf import settings; from django.db import connection; print(settings.HAIDANG_FILES, connection.settings_dict['NAME'])"
WAITS = "print('up', flush=True); import signal; signal.pause()"


def test_a_program_reads_its_environment_anew():
    environment = os.environ | {"HAIDANG_FILES": "/elsewhere", "HAIDANG_DATABASE": "another"}

    program = nursery.run(SAYS, environment=environment, output=True)

    assert program.stdout.read() == "/elsewhere another\n"
    assert program.wait() == 0


@pytest.mark.parametrize(
    ("code", "expected"), [("raise SystemExit(3)", 3), ("raise SystemExit('no')", 1), ("1 / 0", 1)]
)
def test_a_program_tells_how_it_ended(code, expected):
    assert nursery.run(code, environment=os.environ).wait() == expected


def test_a_program_that_was_killed_says_by_what():
    program = nursery.run(WAITS, environment=os.environ, output=True)
    assert program.stdout.readline() == "up\n"

    with pytest.raises(subprocess.TimeoutExpired):
        program.wait(timeout=0.01)
    assert program.poll() is None
    program.kill()

    assert program.wait() == -signal.SIGKILL
