"""Bulk jobs as rows: asking, waiting, telling how far they are, cancelling, throwing away."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.records.bulk import standing, storage
from haidang.engines.records.models import BulkFile, BulkJob
from haidang.kernel import actor as actors
from haidang.kernel import errors

CHANNEL = "records_bulk"
EXPORT, IMPORT, REINDEX = "export", "import", "reindex"
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
OPEN = (WAITING, RUNNING)


@dataclass(frozen=True)
class Made:
    """A file that a job has made, or one that it reads."""

    role: str
    type: str
    name: str
    bytes: int
    lines: int
    faults: int


@dataclass(frozen=True)
class Job:
    """A bulk job as its owner sees it.

    ahead   jobs that will be done before this one begins
    done    resources dealt with; `total` is None while it has not been counted
    why     {code, message, facts} of the error that ended it
    """

    number: int
    uid: str
    kind: str
    state: str
    asked: dict
    actor: actors.Actor
    asked_at: datetime
    moment: datetime | None
    expires_at: datetime | None
    done: int
    total: int | None
    starts: int = 0
    ahead: int = 0
    stage: dict = field(default_factory=dict)
    why: dict | None = None
    files: tuple[Made, ...] = ()

    @property
    def open(self):
        return self.state in OPEN


def ask_for_export(wish, *, by, request=""):
    """Ask for an export (see `exporting.wish_of`); return the Job, which waits for a worker.

    request   the words it was asked in, which its report repeats
    """
    return _ask(EXPORT, msgspec.to_builtins(wish), by, request)


def ask_for_import(sources, *, by, request=""):
    """Ask for an import of files (`importing.Source`), read one after the other."""
    return _ask(IMPORT, {}, by, request, sources)


def ask_for_reindex(types, *, by, request=""):
    """Ask that the search values of every record of these types (all when empty) be read anew."""
    return _ask(REINDEX, {"types": list(types or ())}, by, request)


def standing_import(sources, *, by):
    """This actor's import of the same files that has not ended, or None."""
    wanted = [each.url for each in sources]
    for row in BulkJob.objects.filter(kind=IMPORT, owner=by.ref, state__in=OPEN).order_by("number"):
        files = row.files.filter(role="input").order_by("number")
        if list(files.values_list("name", flat=True)) == wanted:
            return job_of(row)
    return None


def reading(job):
    """Where an import stands: `file` (its place in what was asked for, from 1), `url`, `from_line`.

    Empty when no file is left, and for other jobs. What follows a question mark in an address may
    be a key and is left out.
    """
    rows = BulkFile.objects.filter(job_id=job.number, role="input", ended=False)
    row = rows.order_by("number").first()
    if row is None:
        return {}
    return {"file": row.number, "url": row.name.partition("?")[0], "from_line": row.lines + 1}


@transaction.atomic
def _ask(kind, asked, by, request, sources=()):
    """Put a job in the queue and wake a worker."""
    row = BulkJob.objects.create(
        uid=uuid.uuid4(), kind=kind, owner=by.ref, actor=msgspec.to_builtins(by),
        asked=asked, stage={"request": request},
    )  # fmt: skip
    BulkFile.objects.bulk_create(
        BulkFile(job=row, number=number, role="input", type=each.type, name=each.url)
        for number, each in enumerate(sources, 1)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")
    return job_of(row)


def status(uid, *, by):
    """A job of this actor, with its files once it has ended.

    Asked within the reach of the actor: an export of which something is out of it by now is closed.

    Raises    NotFound `records.no_job`: also for another actor's, a cancelled or an expired one;
              NotAllowed `records.files_of_more`; Gone `records.files_closed`
    """
    row = _standing(uid, by)
    files = row.files.order_by("role", "number") if row.state in (DONE, FAILED) else ()
    ahead = BulkJob.objects.filter(state__in=OPEN, number__lt=row.number).count()
    return job_of(row, ahead=ahead if row.state == WAITING else 0, files=files)


@transaction.atomic
def cancel(uid, *, by):
    """Stop a job that has not ended, or throw away the files of one that has.

    Raises    NotFound `records.no_job`
    """
    row = _of(uid, by)
    running = row.state == RUNNING
    BulkJob.objects.filter(pk=row.pk).update(state=CANCELLED, ended_at=timezone.now())
    if not running:  # otherwise its worker removes what it has made
        transaction.on_commit(lambda: storage.discard(row.uid.hex))
    return job_of(row)


def file_of(uid, name, *, by):
    """A file that a job of this actor has made; asked as `status`.

    Raises    NotFound `records.no_job`, `records.file_gone`; as `status`
    """
    found = _standing(uid, by).files.exclude(role="input").filter(name=name).first()
    if found is None:
        raise storage.gone()
    return _made(found)


def fetch(uid, name):
    """The bytes of a file that `file_of` has found, a piece at a time."""
    return storage.open_store().pieces(f"{uuid.UUID(str(uid)).hex}/{name}")


def _standing(uid, by):
    """A job of this actor whose files may still be given."""
    row = _of(uid, by)
    if row.state == FAILED and row.why["code"] == standing.closed().code:
        raise standing.closed()
    if row.kind == EXPORT and row.state == DONE:
        standing.check(row, by=by)
    return row


def _of(uid, by):
    try:
        key = uuid.UUID(str(uid))
    except ValueError as why:
        raise _unknown() from why
    row = BulkJob.objects.filter(uid=key, owner=by.ref).exclude(state=CANCELLED).first()
    if row is None or (row.expires_at and row.expires_at < timezone.now()):
        raise _unknown()
    return row


def _unknown():
    return errors.NotFound(
        "records.no_job", _("Không có yêu cầu này, hoặc yêu cầu đã huỷ hay đã hết hạn.")
    )


def job_of(row, *, ahead=0, files=()):
    return Job(
        number=row.number, uid=str(row.uid), kind=row.kind, state=row.state, asked=row.asked,
        actor=msgspec.convert(row.actor, actors.Actor), asked_at=row.asked_at, moment=row.moment,
        expires_at=row.expires_at, done=row.done, total=row.total, starts=row.starts,
        stage=row.stage, ahead=ahead, why=row.why, files=tuple(map(_made, files)),
    )  # fmt: skip


def _made(file):
    return Made(file.role, file.type, file.name, file.bytes, file.lines, file.faults)


@transaction.atomic
def end(job, state, *, files=(), why=None):
    """Conclude a running job with its files; False when it was cancelled meanwhile."""
    now = timezone.now()
    expires = now + timedelta(hours=settings.HAIDANG_BULK_HOURS)
    ended = BulkJob.objects.filter(pk=job.number, state=RUNNING).update(
        state=state, ended_at=now, expires_at=expires, why=why
    )
    if ended:
        BulkFile.objects.bulk_create(files)
    return bool(ended)
