"""How long files are kept, and how they end (bảo quản và huỷ tài liệu hết giá trị).

A file is held for a matter and a kind; when the matter ends its term begins (`data/retention.toml`).
What is past its term comes on a list, somebody else approves the list, and then it is destroyed with
a minute. A file is never destroyed while a matter is open, another term runs, or a legal hold stands:
this is asked again at the moment of destruction, under a lock.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from haidang.engines.documents import models
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors

_RULES = Path(__file__).parent / "data" / "retention.toml"


@dataclass(frozen=True)
class Rule:
    """How long one kind is kept: `years` from the end of its matter, None for ever."""

    kind: str
    title: str
    title_en: str
    source: str
    sure: str
    years: int | None = None

    def until(self, ended_on):
        """The first day on which it may go; None for ever."""
        if self.years is None:
            return None
        try:
            return ended_on.replace(year=ended_on.year + self.years)
        except ValueError:  # 29 February
            return date(ended_on.year + self.years, 3, 1)


@cache
def rules():
    """Every rule by its kind."""
    told = tomllib.loads(_RULES.read_text(encoding="utf-8"))
    return {kind: Rule(kind, **values) for kind, values in told.items()}


def rule(kind):
    """The rule of a kind.

    Raises    NotFound `documents.kind_unknown`
    """
    if kind not in rules():
        raise errors.NotFound(
            "documents.kind_unknown", _("Chưa có thời hạn bảo quản cho loại này.")
        )
    return rules()[kind]


@transaction.atomic
def hold(hashes, *, about, kind):
    """File some contents under a matter that is open (đưa vào hồ sơ); the same again does nothing.

    Whoever keeps a content files it, for it may be the content of others too: it goes with the last
    matter that needs it. The locks are those of a destruction, which therefore sees this holding or
    is seen by it.

    Raises    NotFound `documents.kind_unknown`; Gone `documents.destroyed` for a content that ended
              before it was filed: it has to be sent anew
    """
    rule(kind)
    rows = models.File.objects.select_for_update().filter(pk__in=set(hashes)).order_by("pk")
    if any(row.destroyed_at for row in rows):
        raise errors.Gone("documents.destroyed", _("Tệp này đã bị huỷ theo thời hạn bảo quản."))
    models.Holding.objects.bulk_create(
        [models.Holding(file_id=sha256, about=about, kind=kind) for sha256 in set(hashes)],
        ignore_conflicts=True,
    )


@transaction.atomic
def refile(about, *, to, kind):
    """What was filed under one matter goes on under another (chuyển hồ sơ); the first has nothing left.

    For files that came before the matter that they belong to. The same again does nothing.

    Raises    as `hold`
    """
    rows = models.Holding.objects.filter(about=about, destroyed_at=None)
    hashes = list(rows.values_list("file", flat=True))
    if hashes:
        hold(hashes, about=to, kind=kind)
        rows.delete()


@transaction.atomic
def matter_ended(about, *, on, kind=None):
    """A matter came to its end: the terms of what is filed under it begin.

    kind    another kind, known only at the end: a refusal is kept shorter than a licence
    """
    for row in models.Holding.objects.select_for_update().filter(about=about, ended_on=None):
        row.kind = kind or row.kind
        row.ended_on, row.until = on, rule(row.kind).until(on)
        row.save()


@transaction.atomic
def matter_reopened(about):
    """A matter goes on: nothing filed under it has a term for now."""
    models.Holding.objects.filter(about=about).update(ended_on=None, until=None)


@transaction.atomic
def stop_disposal(about, *, reason, by):
    """Forbid the destruction of whatever is filed under a matter (lệnh giữ tài liệu).

    Raises    Incorrect `documents.reason_missing`
    Records   event `documents.hold.placed`
    """
    if not reason.strip():
        raise errors.Incorrect("documents.reason_missing", _("Nêu lý do và căn cứ của lệnh giữ."))
    row = models.LegalHold.objects.create(about=about, reason=reason.strip(), by_ref=by.ref)
    ledger.record("documents.hold.placed", by=by, record=about, facts={"hold": row.pk})
    return row.pk


@transaction.atomic
def lift_hold(hold_id, *, by, at):
    """Let a legal hold go (gỡ lệnh giữ); a lifted one stays on record.

    Raises    NotFound `documents.hold_unknown`
    Records   event `documents.hold.lifted`
    """
    row = models.LegalHold.objects.select_for_update().filter(pk=hold_id, lifted_at=None).first()
    if row is None:
        raise errors.NotFound("documents.hold_unknown", _("Không có lệnh giữ này."))
    row.lifted_at, row.lifted_by = at, by.ref
    row.save()
    ledger.record("documents.hold.lifted", by=by, record=row.about, facts={"hold": row.pk})


def holds():
    """The legal holds that stand: (id, about, reason, since)."""
    rows = models.LegalHold.objects.filter(lifted_at=None).order_by("-since")
    return [(r.pk, r.about, r.reason, r.since) for r in rows]


def due(on, *, limit=1000):
    """What is past its term and nothing keeps: holdings, the longest overdue first."""
    held = models.LegalHold.objects.filter(lifted_at=None).values("about")
    rows = models.Holding.objects.filter(until__lte=on, destroyed_at=None)
    rows = rows.exclude(about__in=held).exclude(
        disposalline__disposal__state__in=["proposed", "reviewed", "approved"]
    )
    return list(rows.order_by("until", "pk")[:limit])


def why_kept(sha256, on):
    """Why a content must stay, in words; empty when nothing keeps it.

    Called under a lock of the file, so that a matter opened meanwhile is seen.
    """
    rows = models.Holding.objects.filter(file_id=sha256, destroyed_at=None)
    if rows.filter(ended_on=None).exists():
        return _("một việc chưa kết thúc còn dùng tệp này")
    if rows.filter(Q(until=None) | Q(until__gt=on)).exists():
        return _("còn thời hạn bảo quản ở một hồ sơ khác")
    held = models.LegalHold.objects.filter(lifted_at=None).values("about")
    if rows.filter(about__in=held).exists():
        return _("có lệnh giữ tài liệu")
    if models.File.objects.filter(pk=sha256, unfiled=True).exists():
        return _("có nơi khác giữ tệp này mà không đưa vào hồ sơ nào")
    if _is_given_out(sha256):
        return _("là văn bản đã phát hành của một hồ sơ khác")
    return ""


def _is_given_out(sha256):
    """Whether a content is a paper of a matter that does not file it itself."""
    papers = models.Issued.objects.filter(Q(file=sha256) | Q(plain=sha256) | Q(seals__file=sha256))
    filed = models.Holding.objects.filter(file_id=sha256).values("about")
    return papers.exclude(about__in=filed).exists()
