"""One demo city for all processes of a test run.

The first process that has journeys to do starts `bin/run` while its other tests run; the others
ask where it is. Locks of the system say who is first and who is still at work, so that a process
that dies leaves nobody waiting.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from haidang.config import environment
from haidang.config.operations import cluster, server
from haidang.demo import api as demo

_UP = re.compile(r"is up:\S* *(http://\S+)")
_ELSEWHERE = {"HAIDANG_DATABASE", "DATABASE_URL"}


class House:
    """The city as `bin/run` starts it, shared by the processes of one run of tests.

    run    names the run; the processes of one run share a house
    """

    def __init__(self, run):
        self.folder = Path(tempfile.gettempdir()) / f"haidang-journeys-{run}"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._at_work = _locked(self.folder / "at-work", fcntl.LOCK_SH)
        self._process = None
        first = _locked(self.folder / "starting", fcntl.LOCK_EX | fcntl.LOCK_NB)
        if first:
            self._start(first)

    @property
    def address(self):
        """Where the house is; waits until it is up.

        Raises    AssertionError with what the house said when it did not come up
        """
        _locked(self.folder / "starting", fcntl.LOCK_SH).close()
        told = self.folder / "address"
        assert told.exists(), self._said()
        return told.read_text()

    def leave(self):
        """Say that this process is done; who started the house waits for the others and stops it."""
        self._at_work.close()
        if self._process is None:
            return
        _locked(self.folder / "at-work", fcntl.LOCK_EX).close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)
        cluster.Cluster(self.folder / "home").discard()
        shutil.rmtree(self.folder)

    def _start(self, first):
        variables = {k: v for k, v in os.environ.items() if k not in _ELSEWHERE}
        variables |= {"HAIDANG_HOME": str(self.folder / "home"), "HAIDANG_THROWAWAY": "1"}
        with open(self.folder / "run.log", "w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "haidang.config.console", "run", "--port", "8200"],
                cwd=environment.CHECKOUT,
                env=variables | {"PYTHONUNBUFFERED": "1"},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                preexec_fn=server.die_with_parent,
            )
        threading.Thread(target=self._listen, args=(first,), daemon=True).start()

    def _listen(self, first):
        """Hold the lock until the house has said its address, and go on reading what it says."""
        with open(self.folder / "said.log", "w") as kept:
            for line in self._process.stdout:
                kept.write(line)
                kept.flush()
                if found := _UP.search(line):
                    (self.folder / "address").write_text(found[1])
                    first.close()
        first.close()

    def _said(self):
        return "".join((self.folder / name).read_text() for name in ("said.log", "run.log"))


def password(username):
    """The password of an account that bin/run prints."""
    return {row[0]: row[1] for row in demo.accounts()}[username]


def _locked(path, kind):
    """An open file with a lock on it, which closing it gives back; None if somebody has it."""
    file = open(path, "a")  # noqa: SIM115, the lock lives as long as the file is open
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        file.close()
        return None
    return file
