"""`bin/haidang claims`: check, import and export dossiers from the command line."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich import progress

from haidang.kernel import errors, terminal

_AT_ONCE = 100
_BYTES = 32 * 1024 * 1024
_NOT_WHOLE = {"rejected", "refused", "failed", "partly"}
_NOT_YET = {"received", "waiting"}
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document instead of words.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("claims", cls=terminal.Group)
def command():
    """Health-insurance dossiers (QĐ 130, 4750, 3176): check, import, export."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@_JSON
def check(files, as_json):
    """List every problem of FILES (XML or zip) and keep nothing.

    Exit code 0: no errors. 1: some dossier would be refused. 2: a file cannot be read.
    """
    from haidang.engines.exchange import api

    found, unreadable = [], []
    for path in files:
        try:
            found += api.check(api.read_file(path), name=api.name_of(path.name), shown=sys.maxsize)
        except errors.HaidangError as why:
            unreadable.append(_why_not(path, why))
    _show_checked(found, unreadable, as_json)
    sys.exit(2 if unreadable else int(not all(each.is_sound for each in found)))


def _show_checked(found, unreadable, as_json):
    if as_json:
        files = [_as_facts(each) for each in found]
        click.echo(json.dumps({"files": files, "unreadable": unreadable}, ensure_ascii=False))
        return
    for each in unreadable:
        click.echo(f"{each['name']}: {each['message']}")
    for each in found:
        wrong = sum(dossier.errors > 0 for dossier in each.dossiers)
        click.echo(f"{each.name}: {each.total} hồ sơ, {wrong} có lỗi")
        for problem in each.problems:
            click.echo(_line("", problem))
        for dossier in each.dossiers:
            for problem in dossier.problems:
                click.echo(_line(dossier.visit, problem))


def _as_facts(checked):
    dossiers = [
        {"visit": d.visit, "form": d.form, "problems": [p._asdict() for p in d.problems]}
        for d in checked.dossiers
    ]
    problems = [problem._asdict() for problem in checked.problems]
    facts = {"name": checked.name, "sender": checked.sender, "total": checked.total}
    return facts | {"sound": checked.is_sound, "problems": problems, "dossiers": dossiers}


def _line(visit, problem):
    where = " ".join(str(x) for x in (visit, problem.table, problem.row, problem.field) if x)
    return f"  {problem.severity:7} {problem.code:12} {where}: {problem.vi} {problem.action_vi}"


@command.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--facility", default="", help="Take only dossiers of this facility.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="Worker processes.")  # fmt: skip
@click.option("--wait", "wait_s", type=click.IntRange(min=1), default=3600, show_default=True, metavar="SECONDS", help="How long at most until the files are read.")  # fmt: skip
@click.option("--no-wait", is_flag=True, help="Leave the processing to the worker.")
@_JSON
def import_(paths, facility, processes, wait_s, no_wait, as_json):
    """Take in files, zips and folders of them, and process them.

    It ends when these are read, here or by the worker of a house that runs, after what came
    before them; stopped earlier, the worker goes on with them.

    Exit code 0: everything was accepted. 1: something was refused or failed, or is to be tried
    again. 75: some files were still unread after --wait; they are kept, and the worker goes on
    with them. With --no-wait 0 says that everything was received.
    """
    from haidang.engines.exchange import api

    files = [file for path in paths for file in _files(path)]
    if not files:
        raise errors.Incorrect(
            "claims.no_files",
            "Không có tệp XML hay zip nào ở đó. Chưa có gì thay đổi; hãy chọn nơi khác.",
        )
    receipts, refused = _receive(files, facility, as_json)
    ids = [receipt.message_id for receipt in receipts]
    in_time = no_wait or api.see_through(
        ids, processes, told=_Waiting(quiet=as_json), within_s=wait_s
    )
    told = _became(receipts, refused)
    unread = 0 if in_time else told["states"].get("received", 0)
    if unread:
        told["error"] = _time_is_up(unread, wait_s)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _words(told))
    wanting = _NOT_WHOLE if no_wait else _NOT_WHOLE | _NOT_YET
    not_whole = bool(refused or set(told["states"]) & wanting)
    sys.exit(terminal.LATER if unread else int(not_whole))


def _became(receipts, refused):
    """What became of the files, as a script reads it."""
    from haidang.engines.exchange import api

    told = {
        "files": len(receipts),
        "duplicates": sum(receipt.duplicate for receipt in receipts),
        "states": api.count_states([receipt.message_id for receipt in receipts]),
    }
    return told | ({"refused": refused} if refused else {})


def _time_is_up(unread, wait_s):
    message = (
        f"Sau {wait_s} giây còn {unread} tệp chưa đọc xong. Mọi tệp đã được giữ an toàn, worker của"
        " hệ thống đọc tiếp; chạy lại lệnh này để chờ thêm, tệp đã gửi không bị gửi hai lần."
    )
    facts = {"unread": unread, "waited_s": wait_s}
    return {"code": "claims.not_read_yet", "message": message, "facts": facts}


class _Waiting:
    """Says on the error stream how many files are still to be read: at a terminal each number once,
    in a log the first alone."""

    def __init__(self, *, quiet):
        self._quiet, self._shown = quiet, None

    def __call__(self, left):
        if self._quiet or left in (0, self._shown):
            return
        if sys.stderr.isatty() or self._shown is None:
            click.echo(f"Còn {left} tệp chờ đọc.", err=True)
        self._shown = left


def _receive(files, facility, quiet):
    """Receipts of the files that were taken in, and why the others were not."""
    from haidang.engines.exchange import api
    from haidang.kernel import actor

    receipts, refused = [], []
    for pile in _piles(progress.track(files, "Tiếp nhận", disable=quiet), refused):
        receipts += api.receive_many(pile, by=actor.SYSTEM, channel="console", org=facility)
    return receipts, refused


def _files(path):
    if path.is_file():
        return [path]
    return sorted(
        p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in {".xml", ".zip"}
    )


def _piles(paths, refused):
    """Files in piles that fit in memory together and share a commit; why others do not stand there."""
    from haidang.engines.exchange import api

    pile, size = [], 0
    for path in paths:
        try:
            content = api.read_file(path)
        except errors.HaidangError as why:
            refused.append(_why_not(path, why))
            continue
        pile.append((path.name, content))
        size += len(content)
        if len(pile) >= _AT_ONCE or size >= _BYTES:
            yield pile
            pile, size = [], 0
    if pile:
        yield pile


def _why_not(path, why):
    from haidang.engines.exchange import api

    return {"name": api.name_of(path.name), "code": why.code, "message": why.message}


def _words(told):
    states = ", ".join(f"{state} {count}" for state, count in sorted(told["states"].items()))
    lines = [f"{told['files']} tệp, {told['duplicates']} đã gửi trước đó; {states}"]
    lines += [f"{each['name']}: {each['message']}" for each in told.get("refused", ())]
    return "\n".join([*lines, *([told["error"]["message"]] if "error" in told else [])])


@command.command("status")
@click.argument("receipt")
@_JSON
def status(receipt, as_json):
    """What became of one message, with every problem."""
    from haidang.engines.exchange import api

    found = api.report(receipt, with_problems=True)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
        return
    click.echo(f"{found.message.filename}: {found.message.state} {found.counts or found.parts}")
    for problem in found.problems:
        click.echo(_line("", problem))
    for dossier in found.dossiers:
        for problem in dossier.problems:
            click.echo(_line(dossier.visit, problem))


@command.command("export")
@click.argument("encounters", nargs=-1, required=True)
@click.option("--to", "folder", default=".", type=click.Path(file_okay=False, path_type=Path))
@_JSON
def export(encounters, folder, as_json):
    """Write visits (Encounter/<id> …) as QĐ 3176 files into a folder.

    Exit code 0: all are written. 1: some cannot be; each is named, and the others are written.
    """
    from haidang.engines.exchange import api

    folder.mkdir(parents=True, exist_ok=True)
    written, refused = [], []
    for encounter in encounters:
        ref = encounter if "/" in encounter else f"Encounter/{encounter}"
        try:
            content = api.export_visit(ref)
        except errors.HaidangError as why:
            refused.append({"visit": ref, "code": why.code, "message": why.message})
            continue
        written.append(str(_write(folder / f"{ref.partition('/')[2]}.xml", content)))
        if not as_json:
            click.echo(written[-1])
    _show_exported(written, refused, as_json)
    sys.exit(int(bool(refused)))


def _write(path, content):
    """A file that stands whole or not at all, whatever stops us."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _show_exported(written, refused, as_json):
    if as_json:
        told = {"files": written} | ({"refused": refused} if refused else {})
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in refused:
        click.echo(f"{each['visit']}: {each['message']}", err=True)
