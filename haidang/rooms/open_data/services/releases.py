"""Releases: frozen with date, number and checksums; a published period keeps its numbers."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors
from haidang.rooms.open_data import models, selectors
from haidang.rooms.open_data.domain import cells, checks, datasets
from haidang.rooms.open_data.services import sources, writing

log = logging.getLogger("haidang.open_data")
#: What ends a worker's try and is nobody's fault: there is nothing yet, or another was quicker.
_ORDINARY = frozenset(["open_data.nothing_to_release", "open_data.released_meanwhile"])
_AGAIN = timedelta(hours=20)  # how often the worker looks again for a period that has settled


def release(key, *, by, at, note=""):
    """Release a data set (phát hành), or note that nothing is new.

    Periods that were published before keep their rows to the letter: a late record that changed
    one of them would be told by the difference of two releases.

    Returns   the Release, a new one or the one that still holds

    Raises    NotAllowed; NotFound `open_data.dataset_unknown`; RuleBroken
              `open_data.nothing_to_release` (facts: missing), `open_data.personal_column`
    Records   event `open_data.release.made` or `open_data.release.unchanged`
    """
    if by is not actor.SYSTEM:
        access.require(by, "open_data.publish", org=datasets.DEPARTMENT)
    dataset = selectors.dataset(key)
    if dataset.source["kind"] == "contributed":
        raise errors.RuleBroken("open_data.contributed", _("Bộ dữ liệu này do người đóng góp gửi bản mới."))  # fmt: skip
    before = selectors.newest_release(key)
    known = selectors.rows(before) if before and "period" in dataset.source else []
    made = sources.rows_of(dataset, at, known=known)
    rows = [*known, *made.rows]
    if not rows:
        raise _nothing(made.missing)
    return keep(dataset, rows, made, before=before, by=by, at=at, note=note)


def _nothing(missing):
    message = _("Chưa có gì để phát hành trong các kỳ đã chốt.")
    if missing:
        message = _("Nguồn chưa có: {names}").format(names=", ".join(missing))
    return errors.RuleBroken("open_data.nothing_to_release", message, missing=missing)


def check_people(dataset, rows):
    """The last look before rows go out: nothing in them leads to a person.

    Raises    RuleBroken `open_data.personal_column` (facts: columns)
    """
    odd = [name for row in rows[:1] for name in row if name not in dataset.names]
    texts = [column.name for column in dataset.columns if column.type == "text"]
    wrong = checks.people_in(rows, texts)
    named = sorted({*odd, *wrong} & {*datasets.PERSONAL_COLUMNS, *wrong})
    if named or odd:
        raise errors.RuleBroken(
            "open_data.personal_column",
            _("Dữ liệu có cột dẫn tới một người hoặc không có trong từ điển: {names}.").format(
                names=", ".join(named or odd)
            ),
            columns=named or odd,
        )


def keep(dataset, rows, made, *, before, by, at, note=""):
    """Write a release of rows, unless they are those of the one before."""
    check_people(dataset, rows)
    digest = writing.digest([{n: r.get(n) for n in dataset.names} for r in rows])
    if before and before.digest == digest and before.definition == _plain(dataset.content):
        return _unchanged(before, by, at)
    number = before.number + 1 if before else 1
    files = writing.files_of(dataset, rows, number=number, made_at=at, by=by)
    labels = sorted({row["period"] for row in rows if row.get("period")}) or [""]
    with transaction.atomic():
        row = _once(
            dataset=dataset.key, number=number, definition=_plain(dataset.content), dictionary=writing.dictionary(dataset),
            made_at=at, made_by=by.ref, checked_at=at, data_at=made.data_at, first_period=labels[0], last_period=labels[-1],
            row_count=len(rows), hidden_count=sum(_is_hidden(dataset, r) for r in rows), digest=digest, files=files,
            lineage={**(before.lineage if before else {}), **made.lineage}, note=note,
        )  # fmt: skip
        facts = {"dataset": dataset.key, "number": number, "rows": len(rows), "sha256": digest}
        ledger.record("open_data.release.made", by=by, about=None, facts=facts)
    return row


def _once(**values):
    """The row of a release; of two workers that make the same one, the second is told."""
    try:
        with transaction.atomic():
            return models.Release.objects.create(**values)
    except IntegrityError as why:
        raise errors.Conflict("open_data.released_meanwhile", _("Bộ dữ liệu vừa được phát hành ở nơi khác.")) from why  # fmt: skip


def _is_hidden(dataset, row):
    """Whether a row hides something: a flag says so, or the state of a figure."""
    if dataset.source["kind"] == "figures":
        return row["state"] == "hidden"
    return bool(row.get("suppressed"))


def _plain(content):
    """A definition as JSON keeps it: days as texts."""
    if isinstance(content, dict):
        return {key: _plain(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value) for value in content]
    return content.isoformat() if hasattr(content, "isoformat") else content


@transaction.atomic
def _unchanged(row, by, at):
    row.checked_at = at
    row.save(update_fields=["checked_at"])
    facts = {"dataset": row.dataset, "number": row.number}
    ledger.record("open_data.release.unchanged", by=by, about=None, facts=facts)
    return row


def revise(key, period, *, reason, by, at):
    """Publish a period anew (đính chính kỳ đã phát hành), when nobody can be told from the change.

    Whoever kept an old release may compare it too, so the new numbers are set against all of them.

    Raises    NotAllowed; NotFound; RuleBroken `open_data.reason_missing`,
              `open_data.cannot_revise`, `open_data.change_tells_people`
    Records   event `open_data.release.made`
    """
    access.require(by, "open_data.publish", org=datasets.DEPARTMENT)
    if not reason.strip():
        raise errors.RuleBroken("open_data.reason_missing", _("Hãy nêu lý do đính chính."))
    dataset, before = selectors.dataset(key), selectors.release(key)
    old = [row for row in selectors.rows(before) if row.get("period") == period]
    if dataset.source["kind"] != "indicators" or not old or period not in before.lineage:
        raise errors.RuleBroken("open_data.cannot_revise", _("Kỳ này không đính chính được: chưa phát hành, hoặc không tính từ chỉ số."))  # fmt: skip
    rest = [row for row in selectors.rows(before) if row.get("period") != period]
    forced = sources.hidden_in(dataset, old)
    made = sources.of_period(dataset, analytics.period(period), rest, forced=forced)
    if not all(_tells_nobody(dataset, then, rows, made) for then, rows in _published(key, period)):
        raise errors.RuleBroken(
            "open_data.change_tells_people",
            _("Số mới khác số cũ quá ít nên có thể nhận ra người; kỳ này giữ số đã phát hành."),
        )
    rows = sorted([*rest, *made.rows], key=lambda row: (row["period"], row[dataset.source["key"]] or ""))  # fmt: skip
    return keep(dataset, rows, made, before=before, by=by, at=at, note=reason.strip()[:1000])


def _published(key, period):
    """(computations, rows) of every time that a period was published with numbers of its own."""
    seen = {}
    for row in selectors.releases(key):
        if period in row.lineage and tuple(row.lineage[period]) not in seen:
            rows = [one for one in selectors.rows(row) if one.get("period") == period]
            seen[tuple(row.lineage[period])] = rows
    return seen.items()


def _tells_nobody(dataset, computations, old, made):
    """Whether each measure's numbers may stand where they stood; compared on exact counts."""
    (period,) = made.lineage or (None,)
    codes = dataset.source["codes"]
    if period is None or not len(codes) == len(computations) == len(made.lineage[period]):
        return False
    return all(
        cells.may_replace(then, now, sources.least())
        for measure, *both in zip(codes, computations, made.lineage[period], strict=True)
        for then, now in zip(
            _counts(dataset, measure, both[0], old), _counts(dataset, measure, both[1], made.rows), strict=True
        )
    )  # fmt: skip


def _counts(dataset, measure, computation, rows):
    """[{key: people}] for each part of what rows show of a measure; None where it is hidden."""
    figure = analytics.frozen(computation)
    exact = {cell.key: cell for cell in figure.cells.get(dataset.source["breakdown"], ())}
    exact[""] = sources.whole(figure)
    shown = {row[dataset.source["key"]] or "": row[measure] is not None for row in rows}
    parts = [lambda cell: cell.count]
    if figure.indicator.kind in ("count", "share"):
        parts.append(lambda cell: cell.numerator or 0)
    return [
        {key: (part(exact[key]) if key in exact else 0) if is_shown else None for key, is_shown in shown.items()}
        for part in parts
    ]  # fmt: skip


def release_due(now=None):
    """The worker's part: make the releases that are due; how many were made or looked at.

    A source that has nothing yet is asked again the next time, and so is one that fails: it stands
    in the log and stops no other.
    """
    now = now or timezone.now()
    newest = selectors.newest()
    due = [one for one in selectors.files().values() if _is_due(one, newest.get(one.key), now)]
    return sum(_release_due(one.key, now) for one in due)


def _release_due(key, now):
    """Release one data set for the worker; whether there is something now that was not."""
    try:
        release(key, by=actor.SYSTEM, at=now)
    except Exception as why:  # noqa: BLE001 - whatever it is, other data sets are not to blame
        if getattr(why, "code", "") not in _ORDINARY:
            log.exception("a data set could not be released", extra={"facts": {"key": key}})
        return False
    return True


def _is_due(dataset, row, now):
    """Never released; a period has settled since; or the rhythm says so."""
    if row is None:
        return dataset.source["kind"] == "listing" or bool(analytics.lake_place().seq)
    if now - row.checked_at < _AGAIN:
        return False
    if "period" in dataset.source:
        due = sources.periods(dataset, now)
        return bool(due) and due[-1].label > row.last_period
    days = datasets.RHYTHMS[dataset.rhythm]
    return days is not None and now - row.checked_at >= timedelta(days=days)
