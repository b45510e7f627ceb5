"""The embedded cluster: shared by whoever needs it, gone with the last one, closed to strangers."""

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from haidang.config.operations import cluster as clusters
from haidang.config.operations import scratch


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "run home"
    yield folder
    clusters.Cluster(folder).discard()


def test_the_last_one_out_stops_it(home):
    first, second = (clusters.Cluster(home, throwaway=True) for _ in range(2))

    with first.use():
        with second.use():
            assert first.running()
        still_up = first.running()

    assert still_up
    assert not first.running()


def test_a_user_who_was_killed_does_not_hold_it_up(home):
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "up\n"
    holder.kill()
    holder.wait()
    cluster = clusters.Cluster(home, throwaway=True)
    left_behind = cluster.running()

    with cluster.use():
        pass

    assert left_behind
    assert not cluster.running()


_HOLD = """
import signal
import sys
from haidang.config.operations import cluster
with cluster.Cluster(sys.argv[1], throwaway=True).use():
    print("up", flush=True)
    signal.pause()
"""


def test_what_was_written_is_there_after_a_restart(home):
    cluster = clusters.Cluster(home, throwaway=True)
    with cluster.use(), _connect(cluster) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 31 AS code")

    with cluster.use(), _connect(cluster) as connection:
        assert connection.execute("SELECT code FROM kept").fetchone() == (31,)


def test_only_the_runner_and_the_cluster_itself_come_in(home):
    with clusters.Cluster(home, throwaway=True).use() as cluster:
        names = (cluster.data / "pg_ident.conf").read_text().split()
        mode = stat.S_IMODE(cluster.data.stat().st_mode)
        with _connect(cluster) as connection:
            reachable = connection.execute("SHOW listen_addresses").fetchone()

    assert set(names) <= {"house", "all", "haidang", "root", os.environ.get("USER", "root")}
    assert mode == 0o700
    assert reachable == ("",)


def test_a_home_behind_a_closed_door_still_has_a_cluster(home):
    home.parent.chmod(0o700)
    cluster = clusters.Cluster(home, throwaway=True)

    with cluster.use(), _connect(cluster) as connection:
        answer = connection.execute("SELECT 1").fetchone()

    assert answer == (1,)
    # Root hands the cluster to a user who cannot pass the door, so it stands elsewhere.
    assert ((home / "postgres").resolve() == home / "postgres") == (os.geteuid() != 0)


def test_a_long_path_still_has_a_socket(home):
    cluster = clusters.Cluster(home / ("very-long-name-of-a-folder-" * 4), throwaway=True)

    with cluster.use(), _connect(cluster) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    cluster.discard()


def _connect(cluster):
    return psycopg.connect(
        host=str(cluster.socket_folder), dbname="postgres", user="postgres", autocommit=True
    )


def test_the_pages_kept_fit_the_memory_that_a_limit_leaves(home, tmp_path, monkeypatch):
    limit = tmp_path / "memory.max"
    limit.write_text(f"{2 << 30}\n")
    monkeypatch.setattr(clusters, "_CGROUP_LIMIT", limit)

    with clusters.Cluster(home).use() as cluster:
        options = {"host": str(cluster.socket_folder), "user": "postgres", "dbname": "postgres"}
        with psycopg.connect(**options) as connection:
            (kept,) = connection.execute("SHOW shared_buffers").fetchone()

    assert kept == "256MB"


@pytest.fixture
def memory(monkeypatch):
    """Stands for the folder in memory, with room enough; the cluster's own user may pass it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(scratch, "_MEMORY", Path(folder))
        monkeypatch.setattr(scratch, "_room", lambda: 8 << 30)
        yield Path(folder)


def _start(home):
    cluster = clusters.Cluster(home, throwaway=True)
    with cluster.use(), _connect(cluster) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    return cluster


def test_a_cluster_for_tests_stands_in_memory_and_leaves_nothing_there(home, memory):
    cluster = _start(home)
    stood_in = cluster.data.resolve().parent

    cluster.discard()

    assert stood_in.parent == memory
    assert not stood_in.exists()


def test_a_cluster_for_tests_comes_back_after_the_memory_was_lost(home, memory):
    scratch.discard(_start(home).data.resolve().parent)

    assert _start(home).data.resolve().parent.parent == memory


def test_what_a_home_that_is_gone_left_in_memory_is_swept(home, memory):
    gone, kept = (scratch.folder(name, home / name) for name in ("gone", "kept"))
    (home / "kept").mkdir(parents=True)

    scratch.folder("another", home)

    assert (gone.exists(), kept.exists()) == (False, True)


def test_a_machine_with_little_memory_keeps_it_on_disk(home, monkeypatch):
    monkeypatch.setattr(scratch, "_room", lambda: 2 << 30)

    cluster = _start(home)

    assert cluster.data.resolve().parent == cluster.place.resolve()


def test_the_limit_of_a_container_counts(tmp_path, monkeypatch):
    (tmp_path / "memory.max").write_text(f"{3 << 30}\n")
    (tmp_path / "memory.current").write_text(f"{1 << 30}\n")
    monkeypatch.setattr(scratch, "_CGROUP", tmp_path)

    assert scratch._room() <= 2 << 30
