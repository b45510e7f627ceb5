"""Papers sealed for the long term (B-LTA): each last timestamp is followed by another before it ends.

What was given out stays as it is; each renewal is a file of its own that begins with the bytes of
the one before. A paper whose renewal does not succeed keeps its last good file and says why; the
worker goes on trying until the last timestamp has ended, and then a person has to look.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.documents import files, models
from haidang.engines.documents.signing import sealing
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors

MARGIN = timedelta(days=90)
_FIRST_PAUSE, _LONGEST = timedelta(minutes=10), timedelta(days=1)
_BATCH = 10


@dataclass(frozen=True)
class Seal:
    """The newest seal of a paper: its file, when its timestamp ends, and why it was not renewed."""

    code: str
    number: str
    file: str
    until: datetime
    made_at: datetime
    problem: str
    next_try_at: datetime | None


def begin(issued, content, *, file, at):
    """Note the first seal of a paper that was just signed; nothing for one that has none."""
    until = sealing.sealed_until(content)
    if until:
        _put(issued, file=file, until=until, at=at)


def seal_of(code):
    """The newest seal of a paper, or None."""
    row = _newest().filter(issued__code=code).first()
    return _told(row) if row else None


def seals_in_trouble(limit=100):
    """Seals whose renewal has not succeeded, those that end first."""
    return [_told(row) for row in _newest().exclude(problem="").order_by("until")[:limit]]


def renew_seal(code, *, by=actors.SYSTEM):
    """Renew the seal of a paper now (gia hạn dấu thời gian), and return how it stands.

    One that another process is renewing is left to it.

    Raises    NotFound `documents.seal_unknown`
    Records   event `documents.paper.renewed` (facts: code, file, until)
    """
    with transaction.atomic():
        row = _newest().select_for_update(skip_locked=True, of=("self",))
        row = row.filter(issued__code=code).first()
        if row is not None:
            _renew(row, by)
    found = seal_of(code)
    if found is None:
        raise errors.NotFound("documents.seal_unknown", _("Văn bản này không có dấu lưu trữ."))
    return found


def renew_due():
    """Renew what ends within MARGIN, a few at a time, and return how many were renewed."""
    now = timezone.now()
    due = _newest().filter(next_try_at__lte=now).order_by("next_try_at")
    before = dict(due.values_list("issued__code", "file")[:_BATCH])
    return sum(renew_seal(code).file != file for code, file in before.items())


def _renew(row, by):
    now = timezone.now()
    try:
        with files.open_file(row.file) as file:
            content = sealing.seal_again(file.read())
    except errors.HaidangError as why:
        row.tries += 1
        row.problem = why.message[:300]
        pause = min(_LONGEST, _FIRST_PAUSE * 2 ** min(row.tries, 10))
        # After its end no try helps any more.
        row.next_try_at = now + pause if now < row.until else None
        row.save(update_fields=["tries", "problem", "next_try_at"])
        return
    kept = files.keep_made(content, type="application/pdf", by=actors.SYSTEM).sha256
    row.superseded, row.problem, row.next_try_at = True, "", None
    row.save(update_fields=["superseded", "problem", "next_try_at"])
    made = _put(row.issued, file=kept, until=sealing.sealed_until(content), at=now)
    facts = {"code": row.issued.code, "file": kept, "until": made.until.isoformat()}
    ledger.record(
        "documents.paper.renewed", by=by, record=row.issued.about, org=row.issued.org, facts=facts
    )


def _put(issued, *, file, until, at):
    return models.Seal.objects.create(
        issued=issued, file=file, until=until, made_at=at, next_try_at=max(at, until - MARGIN)
    )


def _newest():
    return models.Seal.objects.filter(superseded=False).select_related("issued")


def _told(row):
    return Seal(
        row.issued.code,
        row.issued.number,
        row.file,
        row.until,
        row.made_at,
        row.problem,
        row.next_try_at,
    )
