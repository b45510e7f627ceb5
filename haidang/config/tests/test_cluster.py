"""The embedded cluster: shared by whoever needs it, gone with the last one, closed to strangers."""

import os
import shutil
import stat
import subprocess
import sys

import psycopg
import pytest

from haidang.config.operations import cluster as clusters


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "run home"
    yield folder
    shutil.rmtree(clusters.Cluster(folder).place, ignore_errors=True)


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
