"""The watched folder (thư mục nhận hồ sơ): files put there are taken in and moved away.

A file goes to `done/` or `refused/` with a report beside it, `<name>.txt` for people and
`<name>.json` for programs. It is taken in before it is moved, so a crash between the two only
means that the same bytes are met again, which changes nothing.
"""

import contextlib
import dataclasses
import fcntl
import json
import time
from pathlib import Path

from django.conf import settings

from haidang.engines.exchange import faults, inbox, pipeline, reports
from haidang.kernel import actor, errors

_SETTLED_S = 2.0
_LONGEST_STEM = 200
_KINDS = {".xml", ".zip"}
GOOD = {"accepted", "partly", "unpacked", "waiting", "received"}


def watched():
    """The folder to watch: `HAIDANG_CLAIMS_FOLDER`, or `claims-in` in the run home."""
    return Path(settings.HAIDANG_CLAIMS_FOLDER or Path(settings.HAIDANG_HOME) / "claims-in")


def sweep(folder=None, *, limit=100, now=None):
    """Take in what lies in the folder; return how many files were dealt with.

    A file still being written (changed within two seconds) is left for the next round. Files in
    a folder named after a facility code are sent for that facility; those at the top, for the
    city.
    """
    folder = folder or watched()
    if not folder.is_dir():
        return 0
    with _alone(folder) as alone:
        paths = _waiting(folder, now or time.time())[:limit] if alone else []
        for path in paths:
            with contextlib.suppress(FileNotFoundError):  # somebody took it back meanwhile
                _take(folder, path)
    return len(paths)


@contextlib.contextmanager
def _alone(folder):
    """Whether no other process sweeps this folder now; its death lets go of the lock."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _waiting(folder, now):
    found = [*folder.glob("*"), *folder.glob("[0-9][0-9]???/*")]
    return sorted(p for p in found if _is_settled(p, now))


def _is_settled(path, now):
    with contextlib.suppress(FileNotFoundError):
        facts = path.lstat()
        plain = path.is_file() and not path.is_symlink()
        return plain and path.suffix.lower() in _KINDS and now - facts.st_mtime >= _SETTLED_S
    return False


def _take(folder, path):
    org = "" if path.parent == folder else path.parent.name
    try:
        told = _receive(inbox.read_file(path), path.name, org)
    except (errors.Incorrect, errors.TooLarge) as why:
        problem = faults.told_by(why)._asdict()
        told = {"state": "refused", "problems": [{"visit": "", **problem}]}
    _put_away(path, told)


def _receive(content, name, org):
    receipt = inbox.receive(content, filename=name, by=actor.SYSTEM, channel="folder", org=org)
    pipeline.process(receipt.message_id)
    found = reports.report(receipt.message_id, with_problems=True)
    inside = [(each.visit, problem) for each in found.dossiers for problem in each.problems]
    return {
        "receipt": receipt.message_id,
        "duplicate": receipt.duplicate,
        "state": found.message.state,
        "counts": found.counts,
        "problems": [_told("", each) for each in found.problems]
        + [_told(visit, each) for visit, each in inside],
    }


def _told(visit, problem):
    return {"visit": visit, **dataclasses.asdict(problem)}


def _put_away(path, told):
    place = path.parent / ("done" if told["state"] in GOOD else "refused")
    place.mkdir(exist_ok=True)
    goal = _free(place / _short(path.name))
    goal.with_name(goal.name + ".json").write_text(
        json.dumps(told, ensure_ascii=False, indent=1, default=str), "utf-8"
    )
    goal.with_name(goal.name + ".txt").write_text(_words(told), "utf-8")
    path.rename(goal)


def _short(name):
    """A name that leaves room for the report's: file systems hold names of 255 bytes."""
    stem = inbox.name_of(Path(name).stem).encode()[:_LONGEST_STEM]
    return stem.decode("utf-8", "ignore") + Path(name).suffix


def _free(goal):
    """The same name, or with a number when a file of that name was dealt with before."""
    number, free = 1, goal
    while free.exists():
        number += 1
        free = goal.with_stem(f"{goal.stem}-{number}")
    return free


def _words(told):
    lines = [f"Trạng thái: {told['state']}", f"Mã tiếp nhận: {told.get('receipt', '')}", ""]
    for each in told["problems"]:
        where = " ".join(str(each[k]) for k in ("visit", "table", "row", "field") if each.get(k))
        place = f"{each['code']} {where}".strip()
        lines += [f"{place}: {each['vi']} {each['action_vi']}"]
        lines += [f"    {each['en']} {each['action_en']}"]
    return "\n".join(lines) + "\n"
