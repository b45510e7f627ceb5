"""`bin/haidang records …`: take whole populations in and out, and read their search values anew."""

import json
import sys
import threading
import time
from pathlib import Path

import click
from django.db import connections

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.engines.records.bulk.sources import lines
from haidang.kernel import actor, errors, fhirjson, room, terminal

_POLL_S = 0.3
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")


@click.group("records", cls=terminal.Group)
def command():
    """Records: import and export NDJSON, index anew, and uphold what people deny."""


@command.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_JSON
def take_in(paths, as_json):
    """Take in NDJSON from PATHS: files, or folders with files named *.ndjson or *.ndjson.gz.

    Stopped or killed, the same command goes on where it was. Exit code 0: every line was taken
    in. 1: some were not; what is wrong with each is printed, by file and line, and stands in
    `wrong` with --json.
    """
    sources = [records.bulk.Source(str(path.resolve())) for path in _files(paths)]
    if not sources:
        raise errors.Incorrect(
            "records.no_files",
            "There is no file named *.ndjson or *.ndjson.gz there. Nothing was taken in; name another place.",
        )
    by = actor.SYSTEM
    job = records.bulk.standing_import(sources, by=by)
    job = job or records.bulk.ask_for_import(sources, by=by, request="records import")
    done = _finished(job)
    count = sum(file.faults for file in done.files if file.role == "input")
    if as_json:
        wrong = list(_wrong(done))
        told = {"resources": done.done, "lines_wrong": count, "wrong": wrong, "job": done.uid}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for each in _wrong(done):
            click.echo("{file}:{line}: {code}: {message}".format(**each))
        click.echo(f"{done.done:,} resources taken in, {count:,} lines refused.")
    sys.exit(int(bool(count)))


def _files(paths):
    for path in paths:
        named = [*path.glob("*.ndjson"), *path.glob("*.ndjson.gz")]
        yield from sorted(named) if path.is_dir() else [path]


def _wrong(job):
    """What is wrong with the lines that were not taken in, by file and line."""
    sources = [file for file in job.files if file.role == "input" and file.faults]
    reports = [file for file in job.files if file.role == "error"]
    for source, report in zip(sources, reports, strict=True):
        for told, _end in lines(records.bulk.fetch(job.uid, report.name), 0):
            yield from _faults(source.name, fhirjson.loads(told))


def _faults(file, outcome):
    line = outcome["extension"][0]["valueInteger"]
    for issue in outcome["issue"]:
        where = ", ".join(issue.get("expression", ()))
        text = issue["details"]["text"]
        yield {
            "file": file, "line": line, "code": issue["details"]["coding"][0]["code"],
            "message": f"{text} ({where})" if where else text,
        }  # fmt: skip


@command.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--type", "types", multiple=True, help="Only this resource type; may be repeated.")
@click.option("--since", help="Only what was written at or after this instant, and deletions.")
@click.option("--filter", "filters", multiple=True, help="`Observation?code=…`; may be repeated.")
@click.option("--group", help="Only the people of this group, `Group/<id>`.")
@_JSON
def export(folder, types, since, filters, group, as_json):
    """Write everything, or what the options name, to FOLDER as NDJSON, one type a file."""
    wish = records.bulk.wish_of(
        level="group" if group else "system", types=types, since=since, filters=filters,
        group=group, purpose="records",
    )  # fmt: skip
    done = _finished(records.bulk.ask_for_export(wish, by=actor.SYSTEM, request="records export"))
    folder.mkdir(parents=True, exist_ok=True)
    for file in done.files:
        with (folder / file.name).open("wb") as copy:
            copy.writelines(records.bulk.fetch(done.uid, file.name))
    records.bulk.cancel(done.uid, by=actor.SYSTEM)
    if as_json:
        files = [str(folder / file.name) for file in done.files]
        told = {"resources": done.done, "files": files, "as_of": done.moment.isoformat()}
        click.echo(json.dumps(told))
        return
    click.echo(
        f"{done.done:,} resources in {len(done.files)} files, as of {done.moment.isoformat()}."
    )


@command.command("reindex")
@click.option("--type", "types", multiple=True, help="Only this resource type; may be repeated.")
@_JSON
def reindex(types, as_json):
    """Read anew the search values of every record, and whose record it is part of."""
    done = _finished(
        records.bulk.ask_for_reindex(types, by=actor.SYSTEM, request="records reindex")
    )
    told = {"resources": done.done, "of": done.total}
    click.echo(
        json.dumps(told) if as_json else f"{done.done:,} of {done.total:,} resources read anew."
    )


@command.command("uphold")
@_JSON
def uphold(as_json):
    """Bring the denials and the holders of files up to what the records say.

    For records stored before these were kept, or restored without them; a second run changes
    nothing. Exit code 1: some Consents deny what cannot be held to, and are named.
    """
    found = records.consents.uphold()
    files = records.attachments.uphold()
    told = {"consents": found.owing, "holders_of_files": files, "unfit": [*found.unfit]}
    click.echo(
        json.dumps(told)
        if as_json
        else f"{found.owing:,} Consents brought up; {files:,} records hold a file."
    )
    for ref in () if as_json else found.unfit:
        click.echo(f"{ref} denies what cannot be held to.", err=True)
    sys.exit(int(bool(found.unfit)))


def _finished(job):
    """Do a job, or watch the worker that does it, and return it when it has ended."""
    thread = threading.Thread(target=_work, args=(job.number,))
    thread.start()
    try:
        while (found := _status(job)).open:
            _show(found)
            time.sleep(_POLL_S)
            if not thread.is_alive():  # its turn had not come, or its worker was killed
                thread = threading.Thread(target=_work, args=(job.number,))
                thread.start()
    except KeyboardInterrupt as stop:
        room.STOPPING.set()
        raise type(stop)("Stopped; the same command goes on from here.") from None
    finally:
        thread.join()
    if found.state == "failed":
        raise errors.Failed(found.why["code"], found.why["message"], **found.why["facts"])
    return found


def _status(job):
    with access.reach(actor.SYSTEM, people="all"):
        return records.bulk.status(job.uid, by=actor.SYSTEM)


def _work(number):
    try:
        records.bulk.run(number)
    finally:
        connections.close_all()


def _show(job):
    if sys.stderr.isatty():
        click.echo(f"\r{job.done:,} of {job.total or '?'}", nl=False, err=True)
