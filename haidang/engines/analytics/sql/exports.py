"""Exports of views and queries: asked for, made by the worker, fetched, thrown away.

Each subject becomes one file. A file is there when its export is done, and nobody but who asked
for it gets it.
"""

import csv
import shutil
import threading
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import msgspec
import orjson
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.analytics import models
from haidang.engines.analytics.engines import duck
from haidang.engines.analytics.lake import layout
from haidang.engines.analytics.sql import guard, running
from haidang.engines.analytics.views import definition, duckdb_sql, plan
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

FORMATS = ("ndjson", "csv", "parquet")
_BATCH = 10_000
_KEPT = timedelta(days=1)
_WAITING, _RUNNING, _DONE, _FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True)
class Export:
    """An export as its owner sees it.

    state    waiting, running, done or failed (`why`: {code, message})
    files    [{name, file, rows}] once it is done
    """

    uid: str
    state: str
    format: str
    asked_at: object
    expires_at: object
    files: list
    why: dict


def ask(subjects, *, format, by):
    """Ask for an export; what cannot run is refused now and not in an hour.

    subjects    [{name, view} or {name, sql, parameters}]

    Raises    Incorrect as `running.run_sql` and `run_definition`
    """
    if format not in FORMATS:
        raise errors.Incorrect(
            "analytics.export_format", _("Chỉ xuất được ndjson, csv hoặc parquet.")
        )
    names = [one["name"] for one in subjects]
    if not names or len(set(names)) != len(names) or not all(_is_name(name) for name in names):
        raise errors.Incorrect(
            "analytics.export_names",
            _("Mỗi phần cần xuất phải có một tên riêng gồm chữ không dấu, số và gạch dưới."),
        )
    for one in subjects:
        _prepared(one)
    row = models.SqlExport.objects.create(
        uid=uuid.uuid4(),
        owner=by.ref,
        actor=msgspec.to_builtins(by),
        format=format,
        subjects=subjects,
        asked_at=timezone.now(),
    )
    return _told(row)


def status(uid, *, by):
    """An export of this actor.

    Raises    NotFound `analytics.no_export`: also for another actor's, or one thrown away
    """
    return _told(_of(uid, by))


def cancel(uid, *, by):
    """Throw an export away, with its files."""
    row = _of(uid, by)
    row.delete()
    shutil.rmtree(_folder(row.uid), ignore_errors=True)


def file(uid, name, *, by):
    """The path of a file of a finished export.

    Raises    NotFound `analytics.no_export`
    """
    row = _of(uid, by)
    if row.state != _DONE or name not in {each["file"] for each in row.files}:
        raise _nothing()
    return _folder(row.uid) / name


def work():
    """Make the export that has waited longest; how many were made."""
    _forget()
    row = _next()
    if row is None:
        return 0
    by = msgspec.convert(row.actor, actors.Actor)
    try:
        row.files = [_made(row, one, by) for one in row.subjects]
        row.state = _DONE
    except errors.HaidangError as why:
        row.state, row.why = _FAILED, {"code": why.code, "message": why.message}
    row.expires_at = timezone.now() + _KEPT
    # A row that was cancelled meanwhile stays gone.
    kept = models.SqlExport.objects.filter(pk=row.pk)
    if not kept.update(state=row.state, files=row.files, why=row.why, expires_at=row.expires_at):
        shutil.rmtree(_folder(row.uid), ignore_errors=True)
    return 1


@transaction.atomic
def _next():
    """The next one to make; one whose worker died is made again after an hour."""
    late = timezone.now() - timedelta(hours=1)
    waiting = models.SqlExport.objects.select_for_update(skip_locked=True).order_by("pk")
    row = (
        waiting.filter(state=_WAITING).first()
        or waiting.filter(state=_RUNNING, started_at__lt=late).first()
    )
    if row is not None:
        row.state, row.started_at = _RUNNING, timezone.now()
        row.save(update_fields=["state", "started_at"])
    return row


def _forget():
    for row in models.SqlExport.objects.filter(expires_at__lt=timezone.now()):
        row.delete()
        shutil.rmtree(_folder(row.uid), ignore_errors=True)


def _prepared(subject):
    """What is needed to run a subject: what it reads, and a function from a session to (SQL, values)."""
    if "sql" in subject:
        query = guard.check(subject["sql"], running.tables())
        values = running.values_of(query, subject.get("parameters") or {})
        return query.reads, lambda: (query.sql, values)
    made = plan.make(definition.read(subject["view"]))

    def compiled():
        writer = duckdb_sql.DuckDB()
        return writer.query(made, duck.scan_sql(writer, made)), writer.parameters

    return [made.resource], compiled


def _made(row, subject, by):
    reads, compiled = _prepared(subject)
    path = _folder(row.uid) / f"{subject['name']}.{row.format}"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with duck.opened(memory="1GB", locked=layout.home()) as session:
        late = threading.Timer(settings.HAIDANG_SQL_EXPORT_SECONDS, session.interrupt)
        late.start()
        try:
            count = _WRITERS[row.format](session, *compiled(), path)
        except duckdb.InterruptException as why:
            raise errors.RuleBroken(
                "analytics.sql_too_long", _("Câu truy vấn chạy quá lâu; hãy thêm điều kiện.")
            ) from why
        except duckdb.Error as why:
            raise running.failed(str(why)) from why
        finally:
            late.cancel()
    ledger.record("analytics.sql.exported", by=by, facts={"reads": sorted(reads), "rows": count})
    return {"name": subject["name"], "file": path.name, "rows": count}


def _batches(session, sql, values):
    found = session.stream(sql, values)
    names = [column[0] for column in found.description]
    while rows := found.fetchmany(_BATCH):
        yield names, rows


def _ndjson(session, sql, values, path):
    count = 0
    with path.open("wb") as file:
        for names, rows in _batches(session, sql, values):
            file.writelines(
                orjson.dumps(dict(zip(names, row, strict=True)), default=str) + b"\n"
                for row in rows
            )
            count += len(rows)
    return count


def _csv(session, sql, values, path):
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for names, rows in _batches(session, sql, values):
            if not count:
                writer.writerow(names)
            writer.writerows([[_cell(value) for value in row] for row in rows])
            count += len(rows)
    return count


def _cell(value):
    return (
        orjson.dumps(value, default=str).decode()
        if isinstance(value, list | dict | bool)
        else value
    )


def _parquet(session, sql, values, path):
    import pyarrow.parquet

    reader = session.arrow(sql, values, _BATCH)
    count = 0
    with pyarrow.parquet.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count


_WRITERS = {"ndjson": _ndjson, "csv": _csv, "parquet": _parquet}


def _of(uid, by):
    try:
        row = models.SqlExport.objects.filter(uid=uuid.UUID(str(uid)), owner=by.ref).first()
    except ValueError:
        row = None
    if row is None:
        raise _nothing()
    return row


def _nothing():
    return errors.NotFound("analytics.no_export", _("Không có lần xuất này, hoặc đã hết hạn."))


def _told(row):
    return Export(
        str(row.uid), row.state, row.format, row.asked_at, row.expires_at, row.files, row.why
    )


def _folder(uid):
    return Path(settings.HAIDANG_SQL_EXPORTS) / str(uid)


def _is_name(name):
    return isinstance(name, str) and name.isidentifier() and name.isascii() and len(name) <= 60
