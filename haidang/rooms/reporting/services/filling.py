"""Filling a report: figures of the house, numbers typed from paper books, corrections with reasons."""

import logging
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.analytics import api as analytics
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.reporting import domain, models
from haidang.rooms.reporting.selectors import catalogue, figures, overview, reports
from haidang.rooms.reporting.services import keeping

log = logging.getLogger("haidang.reporting")
_AGAIN = timedelta(hours=1)  # when the worker tries anew what could not be filled


def fill(report_id, *, by, at):
    """Take the figures into a report (lấy số liệu), each with its definition and the date of its data.

    What was typed and what was corrected stays. A cell without a source keeps its name; none is
    ever filled with a zero that nobody counted. Figures are computed before the report is held: that
    takes seconds, and nobody has to wait for them.

    Raises    Conflict as `domain.move`; NotAllowed `access.not_permitted`
    Records   event `reporting.report.filled` (facts: cells)
    """
    row = keeping.writable(report_id, "reporting.fill", by, held=False)
    form = reports.form_of(row)
    found = _figures(form, row, by=by, at=at)
    with transaction.atomic():
        return _fill(keeping.writable(report_id, "reporting.fill", by), form, found, by=by, at=at)


def _figures(form, row, *, by, at):
    """The figures of the report's period, computed first where there are none or data came since."""
    found = figures.Figures(form.indicators, row.starts_on, row.ends_on)
    wanted = found.to_compute(at)
    if wanted:
        analytics.compute_many(wanted, analytics.Period(row.starts_on, row.ends_on), by=by)
        found = figures.Figures(form.indicators, row.starts_on, row.ends_on)
    return found


def _fill(row, form, found, *, by, at):
    values = [*_counted(row, form, found, by, at), *_added_up(row, form, by, at)]
    row.values.exclude(cell__in=_typed(form)).delete()
    models.Value.objects.bulk_create(values)
    row.filled_at, row.unfilled_at, row.unfilled_why = at, None, ""
    row.revision += 1
    keeping.step(row, "filled", by=by, at=at)
    row.save(update_fields=["filled_at", "unfilled_at", "unfilled_why", "revision", "history"])
    keeping.note("reporting.report.filled", row, by, cells=len(values))
    return len(values)


def _typed(form):
    return [key for key, cell in form.cells.items() if cell.source == "typed"]


def _counted(row, form, found, by, at):
    for one in found.cells(form, row.unit):
        told = {**vars(one), "missing": list(one.missing)}
        yield models.Value(report=row, at=at, by_name=by.name, **told)


def _added_up(row, form, by, at):
    """The cells of an aggregated report, from the locked reports of the units."""
    keys = [key for key, cell in form.cells.items() if cell.source == "units"]
    if not keys:
        return
    locked, total = overview.locked_of(form.aggregate, row.period)
    results = [(one.pk, _results(one)) for one in locked]
    for key in keys:
        parts = [(pk, found.get(key)) for pk, found in results]
        yield _sum(row, key, parts, total, by=by, at=at)


def _results(row):
    fixed = sorted(row.corrections.all(), key=lambda one: one.pk)
    return domain.evaluate(
        reports.form_of(row), reports.given(row.values.all()), reports.standing(fixed)
    )


def _sum(row, key, parts, total, *, by, at):
    """One cell: the sum of the units that have a value; units without one are kept as such."""
    valued = [one.value for _pk, one in parts if one and one.value is not None]
    names = dict.fromkeys(name for _pk, one in parts if one for name in one.missing)
    state = "ok" if valued else "no_source" if names else "empty"
    sources = [
        {"report": pk, "value": str(one.value) if one and one.value is not None else None}
        for pk, one in parts
    ]
    sources += [{"report": None, "value": None}] * (total - len(parts))
    return models.Value(
        report=row,
        cell=key,
        state=state,
        value=sum(valued, Decimal(0)) if valued else None,
        missing=[] if valued else list(names),
        sources=sources,
        at=at,
        by_name=by.name,
    )


def fill_waiting(now=None):
    """Fill reports that were opened and that nobody has filled yet (việc của máy); how many.

    What cannot be filled is marked with the reason, stands aside for an hour, and stops no other.
    """
    now = now or timezone.now()
    if not analytics.lake_place().seq:
        return 0
    waiting = models.Report.objects.filter(state="open", filled_at=None).filter(
        Q(unfilled_at=None) | Q(unfilled_at__lte=now - _AGAIN)
    )
    first = waiting.exclude(definition__content__has_key="aggregate").order_by("due_at", "form").first()  # fmt: skip
    if first is None:
        return 0
    same = waiting.filter(definition=first.definition, period=first.period)
    try:
        form = reports.form_of(first)
        found = _figures(form, first, by=actors.SYSTEM, at=now)
    except Exception as why:  # noqa: BLE001 - whatever it is, other forms are not to blame
        return _set_aside(same, why, now)
    return sum(_fill_one(pk, form, found, now) for pk in list(same.values_list("pk", flat=True)))


def _fill_one(pk, form, found, now):
    """Fill one report that still waits; whether it was filled."""
    try:
        with transaction.atomic():
            row = keeping.locked_row(pk)
            if row.state != "open" or row.filled_at is not None:
                return False
            _fill(row, form, found, by=actors.SYSTEM, at=now)
            return True
    except Exception as why:  # noqa: BLE001 - whatever it is, other units are not to blame
        return bool(_set_aside(models.Report.objects.filter(pk=pk), why, now))


def _set_aside(rows, why, now):
    """Mark reports that could not be filled, for their units and whoever runs the house; none filled."""
    log.exception("reports could not be filled")
    known = isinstance(why, errors.HaidangError)
    said = why.message if known else _("Hệ thống gặp lỗi; đội vận hành xem nhật ký của máy chủ.")
    waiting = rows.filter(state="open", filled_at=None)
    waiting.update(unfilled_at=now, unfilled_why=said[:500])
    return 0


@transaction.atomic
def write(report_id, *, typed, words, revision, by, at):
    """Keep what a unit typed and its explanation (nhập số, giải trình).

    typed     {cell: text}; an empty text empties the cell
    revision  the one that the writer saw, so that two writers do not undo each other

    Raises    Conflict `reporting.written_meanwhile`, and as `domain.move`; Incorrect
              `reporting.cell_not_typed`; RuleBroken `reporting.numbers_wrong` (facts: issues)
    Records   event `reporting.report.typed` (facts: cells)
    """
    row = keeping.writable(report_id, "reporting.fill", by)
    if row.revision != revision:
        raise errors.Conflict(
            "reporting.written_meanwhile",
            _("Người khác vừa sửa báo cáo này; hãy mở lại trang để thấy bản mới nhất."),
        )
    form = reports.form_of(row)
    numbers = _numbers(form, typed)
    changed = sum(_type(row, key, value, by=by, at=at) for key, value in numbers.items())
    row.words, row.revision = words.strip()[:5000], row.revision + 1
    if changed:
        keeping.step(row, "typed", by=by, at=at)
        keeping.note("reporting.report.typed", row, by, cells=changed)
    row.save(update_fields=["words", "revision", "history"])
    return row.revision


def _numbers(form, typed):
    found, issues = {}, []
    for key, text in typed.items():
        cell = form.cells.get(key)
        if cell is None or cell.source != "typed":
            raise errors.Incorrect(
                "reporting.cell_not_typed", _("Biểu này không có ô nhập tay đó."), cell=key[:40]
            )
        try:
            found[key] = domain.number(text, decimals=cell.decimals)
        except errors.Incorrect as why:
            issues.append({"cell": key, "message": why.message})
    if issues:
        raise errors.RuleBroken(
            "reporting.numbers_wrong", _("Có ô nhập chưa đúng; chưa lưu gì."), issues=issues
        )
    return found


def _type(row, key, value, *, by, at):
    """Keep one typed number; whether it is another one than before."""
    old = row.values.filter(cell=key).first()
    if (old.value if old else None) == value:
        return False
    if value is None:
        old.delete()
        return True
    told = {"state": "ok", "value": value, "at": at, "by_name": by.name}
    models.Value.objects.update_or_create(report=row, cell=key, defaults=told)
    return True


@transaction.atomic
def correct(report_id, cell, *, value, reason, by, at):
    """Correct one cell (sửa ô) with the reason; the filled figure stays beside it, for good.

    value     a number as text; empty takes the correction back

    Raises    NotFound `reporting.cell_unknown`; RuleBroken `reporting.reason_missing`,
              `reporting.nothing_to_undo`; Incorrect `reporting.number_wrong`; Conflict as `domain.move`
    Records   event `reporting.cell.corrected` (facts: cell, before, after)
    """
    row = keeping.writable(report_id, "reporting.fill", by)
    form = reports.form_of(row)
    if cell not in form.cells or form.cells[cell].source == "none":
        raise errors.NotFound("reporting.cell_unknown", _("Biểu này không có ô đó."))
    said = domain.check_reason(reason)
    number = domain.number(value, decimals=max(form.cells[cell].decimals, 0))
    standing = reports.standing(row.corrections.order_by("pk"))
    if number is None and cell not in standing:
        raise errors.RuleBroken("reporting.nothing_to_undo", _("Nhập số mới cho ô này."))
    before = domain.evaluate(form, reports.given(row.values.all()), standing)[cell].value
    models.Correction.objects.create(
        report=row,
        cell=cell,
        before=before,
        value=number,
        reason=said,
        at=at,
        by_ref=by.ref,
        by_name=by.name,
    )
    row.revision += 1
    keeping.step(
        row, "corrected", by=by, at=at, reason=f"{catalogue.cell_name(form, cell)}: {said}"
    )
    row.save(update_fields=["revision", "history"])
    after = None if number is None else str(number)
    keeping.note("reporting.cell.corrected", row, by, cell=cell, before=None if before is None else str(before), after=after)  # fmt: skip
