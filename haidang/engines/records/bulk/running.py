"""One job from being taken to its end, whatever its kind."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec
from django.db import OperationalError
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records.bulk import desk as desks
from haidang.engines.records.bulk import exporting, importing, jobs, reindexing, storage
from haidang.kernel import actor as actors
from haidang.kernel import errors

log = logging.getLogger("haidang.records.bulk")


def _whole(by):
    return access.reach(by, people="all")


@dataclass(frozen=True)
class Manner:
    """How a door of the house wants its jobs done.

    opened   opens a transaction that sees what the actor may see
    written  called with (actor, Stored versions) in the transaction that wrote them
    check    called with the actor before a job begins; raises when it may no longer
    """

    opened: Callable[[actors.Actor], AbstractContextManager] = _whole
    written: Callable = lambda by, versions: None
    check: Callable = lambda by: None


_WORK = {
    jobs.EXPORT: exporting.export,
    jobs.IMPORT: importing.take_in,
    jobs.REINDEX: reindexing.reindex,
}


def run_next(manner):
    """Do the next job, if one waits; return how many were done (0 or 1)."""
    return int(_run(manner, None) is not None)


def run(number, manner=None):
    """Do this job now; False when another worker holds it or its turn has not come."""
    return _run(manner or Manner(), number) is not None


def _run(manner, only):
    with desks.taken(only) as found:
        if found is None:
            return None
        job, desk = found
        _carry_out(job, desk, manner)
        return job


def _carry_out(job, desk, manner):
    began = False
    try:
        if job.starts > desks.MOST_STARTS:
            raise errors.Unavailable(
                "records.job_given_up",
                _("Yêu cầu này nhiều lần làm dừng tiến trình xử lý nên đã bị bỏ."),
            )
        manner.check(job.actor)
        began = True
        files = _WORK[job.kind](job, desk, manner)
        if not jobs.end(job, jobs.DONE, files=files):
            raise desks.Stopped
    except desks.Stopped:
        if jobs.BulkJob.objects.filter(pk=job.number, state=jobs.CANCELLED).exists():
            storage.discard(_folder(job))
    except OperationalError:
        raise  # the database went away: the job is taken up again when it is back
    except errors.HaidangError as why:
        _fail(job, why, jobs.reading(job) if began else {})
    except OSError as why:
        log.exception("a bulk job could not write its files", extra={"facts": {"job": job.number}})
        _fail(job, storage.closed(why), jobs.reading(job))
    except Exception as why:
        # A fault of ours: its words may name people, so the client is told its kind alone.
        log.exception("a bulk job failed", extra={"facts": {"job": job.number}})
        fault = errors.HaidangError("records.job_failed", type(why).__name__)
        _fail(job, fault, jobs.reading(job))


def _fail(job, why, where):
    """End a job that failed, or that was cancelled meanwhile: nobody may fetch what it has made."""
    jobs.end(job, jobs.FAILED, why=_told(why, where))
    storage.discard(_folder(job))


def _told(why, where):
    """The error as JSON keeps it; lists of issues and expressions stay lists for who tells of it.

    where    the file that was being read, for an import (`jobs.reading`)
    """
    facts = where | msgspec.to_builtins(why.facts, enc_hook=str)
    return {"code": why.code, "message": why.message, "facts": facts}


def _folder(job):
    return job.uid.replace("-", "")
