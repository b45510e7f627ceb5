"""Lists of what is to be destroyed (danh mục huỷ): proposed, approved by somebody else, carried out."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.documents import files, models, numbers, papers, retention, stores
from haidang.engines.ledger import api as ledger
from haidang.kernel import dates, errors

_TEMPLATE = Path(__file__).parent / "data" / "disposal.typ"


@dataclass(frozen=True)
class Line:
    """One file of a list; `kept_because` says why it was left alone after all."""

    file: str
    about: str
    kind: str
    until: date
    destroyed: bool
    kept_because: str


@dataclass(frozen=True)
class Disposal:
    """One list: state is proposed, reviewed, approved, refused or done.

    `minute` is the file of its minute, `people` are the refs of who has dealt with it.
    """

    id: int
    org: str
    state: str
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str
    decided_by: str
    reason: str
    number: str
    minute: str
    lines: list
    people: tuple = ()


@transaction.atomic
def propose(*, org, by, at):
    """Make a list of everything that is past its term (lập danh mục huỷ).

    Raises    RuleBroken `documents.nothing_due`
    Records   event `documents.disposal.proposed` (facts: files)
    """
    due = retention.due(at.astimezone(dates.HANOI).date())
    if not due:
        raise errors.RuleBroken("documents.nothing_due", _("Không có tài liệu nào hết thời hạn."))
    row = models.Disposal.objects.create(
        org=org, proposed_by=by.ref, proposed_name=by.name, proposed_at=at
    )
    models.DisposalLine.objects.bulk_create(
        [models.DisposalLine(disposal=row, holding=one) for one in due]
    )
    _note("documents.disposal.proposed", row, by, files=len(due))
    return _describe(row)


@transaction.atomic
def decide(disposal_id, *, approve, by, at, reason=""):
    """Say yes to a list, or no with a reason; the first yes reviews it (thẩm định), the second approves it.

    Neither is said by whoever proposed it, nor both by one person. One no ends the list.

    Raises    NotFound `documents.disposal_unknown`; Conflict `documents.disposal_state`; NotAllowed
              `documents.own_disposal`; Incorrect `documents.reason_missing`
    Records   event `documents.disposal.reviewed`, `documents.disposal.approved` or
              `documents.disposal.refused`
    """
    row = _locked(disposal_id, "proposed", "reviewed")
    if by.ref in (row.proposed_by, row.reviewed_by):
        raise errors.NotAllowed(
            "documents.own_disposal",
            _("Danh mục cần ba người khác nhau lập, thẩm định và duyệt; bạn đã làm một bước."),
        )
    if not approve and not reason.strip():
        raise errors.Incorrect("documents.reason_missing", _("Nêu lý do không duyệt."))
    if approve and row.state == "proposed":
        row.state, row.reviewed_by, row.reviewed_name = "reviewed", by.ref, by.name
    else:
        row.state = "approved" if approve else "refused"
        row.decided_by, row.decided_name, row.reason = by.ref, by.name, reason.strip()
    row.save()
    if not approve:
        row.lines.all().delete()
    _note(f"documents.disposal.{row.state}", row, by)
    return _describe(row)


@transaction.atomic
def carry_out(disposal_id, *, by, at, named=None):
    """Destroy what an approved list names, and write the minute (biên bản huỷ).

    named    {about: how the minute calls a matter}; others stand there as they are

    What must stay after all is left and named in the minute with its reason. The contents are let
    go after the transaction: if that fails the minute stands and `sweep` lets them go.

    Raises    NotFound `documents.disposal_unknown`; Conflict `documents.disposal_state`
    Records   events `documents.file.destroyed` for each, `documents.disposal.done`
    """
    row = _locked(disposal_id, "approved")
    day = at.astimezone(dates.HANOI).date()
    # In the order in which everybody locks files.
    lines = row.lines.select_related("holding").order_by("holding__file")
    gone = [one for one in lines if _let_go(one, day, by=by, at=at)]
    row.state = "done"
    row.number = numbers.take_number("minutes", unit=row.org, on=day).symbol
    content = papers.render(_TEMPLATE, _told(row, by, at, named or {}), at=at).content
    matter = (f"Disposal/{row.pk}", "disposal")
    row.minute = files.keep_made(content, type="application/pdf", by=by, into=matter).sha256
    row.save()
    retention.matter_ended(f"Disposal/{row.pk}", on=day)
    _note("documents.disposal.done", row, by, destroyed=len(gone))
    transaction.on_commit(sweep)
    return _describe(row)


def _let_go(line, day, *, by, at):
    """Mark a line's file as destroyed, or say on the line why it stays."""
    holding = line.holding
    file = models.File.objects.select_for_update().get(pk=holding.file_id)
    line.kept_because = retention.why_kept(file.pk, day)
    line.save(update_fields=["kept_because"])
    if line.kept_because:
        return False
    models.Holding.objects.filter(file=file, destroyed_at=None).update(destroyed_at=at)
    if file.destroyed_at is None:
        file.destroyed_at = at
        file.save(update_fields=["destroyed_at"])
        models.Recognition.objects.filter(pk=file.pk).update(text="", search="")
        ledger.record(
            "documents.file.destroyed", by=by, record=holding.about, facts={"file": file.pk}
        )
    return True


def sweep():
    """Let go of contents whose destruction is on record; returns how many there were.

    What was read from a scan goes with the scan.
    """
    store, done = stores.store(), 0
    waiting = models.File.objects.filter(content_gone=False).exclude(destroyed_at=None)
    for sha256 in list(waiting.values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            row = waiting.select_for_update(skip_locked=True).filter(pk=sha256).first()
            if row:
                _let_content_go(row, store)
                done += 1
    return done


def _let_content_go(row, store):
    store.remove(stores.name_of(row.pk, infected=row.scan == "infected"))
    read = models.Recognition.objects.filter(pk=row.pk).exclude(made="").first()
    if read:
        store.remove(stores.name_of(read.made))
        made = models.File.objects.filter(pk=read.made)
        made.update(destroyed_at=row.destroyed_at, content_gone=True)
    row.content_gone = True
    row.save(update_fields=["content_gone"])


def disposals():
    """Every list, the newest first."""
    return [_describe(row) for row in models.Disposal.objects.order_by("-pk")]


def disposal(disposal_id):
    """One list.

    Raises    NotFound `documents.disposal_unknown`
    """
    row = models.Disposal.objects.filter(pk=disposal_id).first()
    if row is None:
        raise _unknown()
    return _describe(row)


def _locked(disposal_id, *states):
    row = models.Disposal.objects.select_for_update().filter(pk=disposal_id).first()
    if row is None:
        raise _unknown()
    if row.state not in states:
        raise errors.Conflict(
            "documents.disposal_state", _("Danh mục này đã qua bước đó; hãy mở lại danh mục.")
        )
    return row


def _unknown():
    return errors.NotFound("documents.disposal_unknown", _("Không có danh mục huỷ này."))


def _note(event, row, by, **facts):
    ledger.record(event, by=by, record=f"Disposal/{row.pk}", org=row.org, facts=facts)


def _told(row, by, at, named):
    local = at.astimezone(dates.HANOI)
    lines = _describe(row).lines
    return {
        "agency": ["UBND thành phố Hải Phòng", "Sở Y tế"],
        "number": row.number,
        "place": f"Hải Phòng, ngày {local:%d tháng %m năm %Y}",
        "title": "Biên bản",
        "summary": "Huỷ tài liệu hết giá trị",
        "position": "Người thực hiện",
        "signer": by.name,
        "notice": papers.notice(),
        "proposed": row.proposed_name,
        "reviewed": row.reviewed_name,
        "approved": row.decided_name,
        "rows": [
            [named.get(one.about, one.about), retention.rule(one.kind).title, dates.show(one.until), one.file[:16],
             one.kept_because or "đã huỷ"]
            for one in lines
        ],
    }  # fmt: skip


def _describe(row):
    lines = [
        Line(
            file=one.holding.file_id,
            about=one.holding.about,
            kind=one.holding.kind,
            until=one.holding.until,
            destroyed=row.state == "done" and not one.kept_because,
            kept_because=one.kept_because,
        )
        for one in row.lines.select_related("holding").order_by("pk")
    ]
    return Disposal(
        row.pk, row.org, row.state, row.proposed_name, row.proposed_at, row.reviewed_name,
        row.decided_name, row.reason, row.number, row.minute, lines,
        tuple(one for one in (row.proposed_by, row.reviewed_by, row.decided_by) if one),
    )  # fmt: skip
