"""Programs of the house that start quickly, for tests which start many of them.

Whatever such a program imports is imported once, in a process that does nothing else: each
program is a copy of it, which reads its environment anew. `test_worker` and the journeys start
theirs as people do. A program is what `subprocess.Popen` gives, as far as tests ask of it.
"""

import array
import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback

_WELCOME = ("haidang.config.wsgi", "haidang.config.urls", "haidang.engines.exchange.pipeline", "granian.cli")  # fmt: skip


class Program:
    """A started program. `stdout` is its output when that was asked for."""

    def __init__(self, told, environment, *, output=False):
        self.stdout, out = None, 1
        if output:
            read, out = os.pipe()
            self.stdout = os.fdopen(read)
        fds = array.array("i", [out, 2])
        self.pid = _ask({**told, "environment": {**environment}}, fds)
        if output:
            os.close(out)
        self.returncode = None
        self._ended = os.pidfd_open(self.pid)

    def poll(self):
        if self.returncode is None and _readable(self._ended, 0):
            self.returncode = _ask({"ended": self.pid})
            os.close(self._ended)
        return self.returncode

    def wait(self, timeout=None):
        """Raises    subprocess.TimeoutExpired"""
        if self.returncode is None and not _readable(self._ended, timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return self.poll()

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def start(module, *arguments, environment, **how):
    """Start `python -m module arguments...`."""
    return Program({"module": module, "arguments": [module, *arguments]}, environment, **how)


def run(code, *, environment, **how):
    """Start `python -c code`."""
    return Program({"code": code}, environment, **how)


def _readable(file, timeout):
    asked = select.poll()
    asked.register(file, select.POLLIN)
    return bool(asked.poll(None if timeout is None else timeout * 1000))


def _ask(told, fds=()):
    line = _nursery()
    given = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if fds else []
    line.sendmsg([json.dumps(told).encode()], given)
    return json.loads(line.recv(1 << 16))


@functools.cache
def _nursery():
    """The line to the process that programs are copies of; it ends when this end of the line does."""
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    subprocess.Popen(
        [sys.executable, "-m", "tests.nursery", str(its.fileno())],
        pass_fds=[its.fileno()], env=os.environ | {"DJANGO_SETTINGS_MODULE": "haidang.config.settings"},
    )  # fmt: skip
    its.close()
    return mine


# ── The process that programs are copies of ────────────────────────────────────────────────


def _serve(line):
    """Answer what is asked; comes back in each copy, with what it is to be."""
    while True:
        content, fds, *_ = socket.recv_fds(line, 1 << 18, 2)
        if not content:
            os._exit(0)
        told = json.loads(content)
        if "ended" in told:
            _pid, status = os.waitpid(told["ended"], 0)
            line.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())
            continue
        if pid := os.fork():
            line.send(json.dumps(pid).encode())
            for fd in fds:
                os.close(fd)
            continue
        line.close()
        for fd, place in zip(fds, (1, 2), strict=True):
            os.dup2(fd, place)
            os.close(fd)
        return told


def _become(told):
    import random
    import runpy
    import warnings

    os.environ.clear()
    os.environ.update(told["environment"])
    random.seed()
    _read_settings_anew()
    if "code" in told:
        sys.argv = ["-c"]
        exec(compile(told["code"], "<program>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = told["arguments"]
        warnings.filterwarnings("ignore", ".*found in sys.modules", RuntimeWarning)
        runpy.run_module(told["module"], run_name="__main__", alter_sys=True)


def _code_of(told):
    """Be the program to its end; its exit code."""
    try:
        _become(told)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:  # noqa: BLE001 - told as the interpreter would
        traceback.print_exc()
        return 1
    return 0


def _leave(code):
    """End as the interpreter does, but for taking apart all that was imported: that took a second."""
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


def _read_settings_anew():
    """What stands in settings comes from the environment of the copy; nobody has connected yet."""
    import importlib

    from django.conf import settings
    from django.db import connections

    from haidang.config import discovery
    from haidang.config import settings as written

    for module in discovery.engine_settings():
        importlib.reload(module)
    for name, value in vars(importlib.reload(written)).items():
        if name.isupper():
            setattr(settings, name, value)
    connections.__dict__.pop("settings", None)
    connections._settings = None
    with contextlib.suppress(AttributeError):
        del connections["default"]


def _main():
    import importlib

    for name in _WELCOME:
        importlib.import_module(name)
    from haidang.config import discovery

    discovery.modules("worker")
    discovery.modules("console")
    _leave(_code_of(_serve(socket.socket(fileno=int(sys.argv[1])))))


if __name__ == "__main__":
    _main()
