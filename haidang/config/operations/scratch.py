"""Folders in memory, for what is thrown away.

Tests copy a database of 1,600 files for whoever needs one of their own, and drop it again; on a
disk that took ten times the processor time.
"""

import os
import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108, folders there are made below, each for one user
_CGROUP = Path("/sys/fs/cgroup")
_ENOUGH = 6 << 30


def folder(mark, home):
    """A folder in memory for this run home, or None where there is too little of it."""
    if _room() < _ENOUGH:
        return None
    _sweep()
    found = _MEMORY / f"haidang-{mark}"
    try:
        found.mkdir(exist_ok=True)
    except OSError:
        return None
    if found.stat().st_uid != os.geteuid():
        return None
    (found / "home").write_text(str(home))
    return found


def discard(found):
    """Give a folder in memory back; one that stands elsewhere is left alone."""
    if found.parent != _MEMORY:
        return
    data = found / "data"
    shutil.rmtree(data, ignore_errors=True)
    if not data.exists():  # else a cluster still writes there, and a later sweep knows it
        shutil.rmtree(found, ignore_errors=True)


def _room():
    """How many bytes may be filled without pressing anybody, 0 where nothing is known."""
    try:
        free = os.statvfs(_MEMORY)
        told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        available = int(told["MemAvailable"].split()[0]) << 10
    except (OSError, KeyError):
        return 0
    return min(free.f_bavail * free.f_frsize, available, _room_of_group())


def _room_of_group():
    """What the limit of a container leaves."""
    try:
        limit, used = ((_CGROUP / f"memory.{name}").read_text().strip() for name in ("max", "current"))  # fmt: skip
    except OSError:
        return 1 << 62
    return 1 << 62 if limit == "max" else int(limit) - int(used)


def _sweep():
    """Give back what homes have left that are not there any more."""
    for told in _MEMORY.glob("haidang-*/home"):
        if not Path(told.read_text()).exists():
            discard(told.parent)
