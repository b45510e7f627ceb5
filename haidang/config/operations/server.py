"""bin/run after set-up: database, tables, reference data, demo city, web server and worker.

Everything started here is a child of this process, and is stopped with it.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from rich.console import Console
from rich.table import Table

from haidang.config import console, environment
from haidang.kernel import terminal

out = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
_PR_SET_PDEATHSIG = 1
_STEADY_S, _MOST_FALLS = 30.0, 3
_STEPS = ("Database", "Tables", "Reference data", "Demo city", "Web server and worker")


def run(*, host, port, workers, demo, people=None):
    """Start the house and stay until Ctrl-C, SIGTERM, or the end of the terminal.

    people    how many live in the demo city; None for as many as its plan says

    An installation that holds real records (`HAIDANG_SYNTHETIC` off) gets no demo city.
    """
    demo = demo and environment.flag("HAIDANG_SYNTHETIC", default=True)
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell may have had Ctrl-C ignored
        signal.signal(number, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup keeps the house up
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        with console.database():
            _say(1)
            _prepare(demo, people)
            free, claim = reserve_port(host, port)
            with claim:
                if free != port:
                    out.print(f"Port {port} is in use; taking {free}.")
                _serve(host, free, workers, demo)
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal may be gone
            out.print("Stopped.")


def _interrupt(*_):
    terminal.stop_listening(signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    raise KeyboardInterrupt


def die_with_parent():
    """Have Linux end this child even when its parent is killed outright."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


# Signals of the terminal come to us alone, and we stop the children: at a hangup granian would begin anew.
_APART = {"start_new_session": True, "preexec_fn": die_with_parent}


def _prepare(demo, people):
    _say(2)
    _command("migrate", "--bar")
    _say(3)
    _command("load-reference")
    _command("load-rooms")
    if demo:
        _say(4)
        _command("demo", *([] if people is None else ["--people", str(people)]))


def _serve(host, port, workers, demo):
    _say(5)
    _command("django", "collectstatic", "--noinput", "--verbosity", "0")
    parts = [Part("web server", lambda: _web(host, port, workers)), Part("worker", _worker)]
    try:
        _wait_until_up(host, port, [part.process for part in parts])
        _tell(host, port, demo)
        while True:
            for part in parts:
                part.keep()
            time.sleep(0.5)
    finally:
        _stop([part.process for part in parts])


class Part:
    """A process of the house that is started again when it falls: one that was killed for want of
    memory takes nobody along. Who falls again and again as soon as it stands has a fault that
    another start does not mend.
    """

    def __init__(self, name, start):
        self.name, self._start, self._falls = name, start, 0
        self._begin()

    def _begin(self):
        self.process, self._began = self._start(), time.monotonic()

    def keep(self):
        """Start it again if it has ended.

        Raises    SystemExit when it fell for the third time without standing for half a minute
        """
        if self.process.poll() is None:
            return
        _end_group(self.process)
        stood = time.monotonic() - self._began > _STEADY_S
        self._falls = 1 if stood else self._falls + 1
        if self._falls == _MOST_FALLS:
            raise SystemExit(
                f"The {self.name} ended by itself {_MOST_FALLS} times in a row; its last words stand above."
            )
        out.print(
            f"The {self.name} ended by itself ({self.process.returncode}) and is started again;"
            " what it had begun goes on."
        )
        self._begin()


def _web(host, port, workers):
    return subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
            "--respawn-failed-workers", "--workers-kill-timeout", "15",  # one that is still starting does not hear that it is to stop
            "haidang.config.wsgi:application",
        ],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "haidang.config.settings",
                          "HAIDANG_STATEMENT_TIMEOUT_S": os.environ.get("HAIDANG_STATEMENT_TIMEOUT_S", "30"),
                          "HAIDANG_SESSION_COOKIE": f"haidang_session_{port}"},
        **_APART,
    )  # fmt: skip


def _worker():
    work = [sys.executable, "-m", "haidang.config.console", "work"]
    return subprocess.Popen(work, **_APART)


def _stop(children):
    with suppress(OSError):  # the terminal may be gone
        out.print("Stopping; what is under way is ended first, which may take half a minute.")
    for child in children:
        child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=30)
        _end_group(child)
        child.wait()


def _end_group(child):
    with suppress(ProcessLookupError):  # nobody of its group is left, as it should be
        os.killpg(child.pid, signal.SIGKILL)


def _command(*arguments):
    done = subprocess.call([sys.executable, "-m", "haidang.config.console", *arguments])
    if done:
        raise SystemExit(f"`bin/haidang {' '.join(arguments)}` failed; the lines above say why.")


def _say(number):
    out.print(f"[bold]\\[{number}/{len(_STEPS)}][/bold] {_STEPS[number - 1]}")


def reserve_port(host, port):
    """The first free port from `port` on, and the socket that keeps it ours while it is open.

    The server shares its port among its processes, so Linux would let a second house in beside
    it: two that start at once would answer each other's requests. A name in the abstract
    namespace goes to one process only, and is gone when that process is.
    """
    for candidate in range(port, port + 100):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0haidang/port/{candidate}")
            if _is_free(host, candidate):
                return candidate, claim
        except OSError:
            pass
        claim.close()
    raise SystemExit(f"No free port from {port} to {port + 99}; name another with --port.")


def _is_free(host, port):
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def _wait_until_up(host, port, children):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and all(child.poll() is None for child in children):
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server did not come up; its last words stand above.")


def _tell(host, port, demo):
    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    out.print(f"\n[bold green]Hải Đăng is up:[/bold green] {address}")
    out.print(
        f"  FHIR        {address}/fhir/metadata\n"
        f"  Developers  {address}/developers\n"
        f"  Gallery     {address}/gallery/"
    )
    if demo:
        _tell_accounts()
    out.print(f"Home {environment.home()}. Ctrl-C stops everything.")


def _tell_accounts():
    import django

    django.setup()
    from haidang.demo import api

    table = Table(title="Demo accounts (synthetic data)", title_justify="left")
    for heading in ("Account", "Password", "Who", "Starts at"):
        table.add_column(heading)
    for row in api.accounts():
        table.add_row(*map(str, row))
    out.print(table)
