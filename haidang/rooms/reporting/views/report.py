"""Screens of one report: the table, a cell, what the unit does with them, files."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.documents import api as documents
from haidang.kernel import errors
from haidang.rooms.reporting import selectors, services
from haidang.rooms.reporting.selectors import words
from haidang.rooms.reporting.views import acting, tables


@access.screen("reporting.see_reports", portal="office")
def see_report(request, report_id):
    """A report as a table, with its clock, its rules, its words and its history."""
    return _page(request, report_id)


def _page(request, report_id, *, issues=(), posted=None, status=200):
    page = selectors.page(report_id, by=request.actor, at=timezone.now())
    typed = {name[2:]: posted[name] for name in posted if name.startswith("c_")} if posted else None
    wrong = {one["cell"] for one in issues} | {one.key for one in page.faults}
    shown = {
        "page": page,
        "title": words.title(page.line),
        "period": words.period(page.line.period),
        "state": words.STATES[page.line.state],
        "clock": words.clock(page.line),
        "table": tables.filled(page, typed=typed, wrong=wrong),
        "errors": [_issue(page.form, one) for one in issues],
        "faults": [
            (one.key, selectors.cell_name(page.form, one.key), words.fault(one), one.warning)
            for one in page.faults
        ],
        "words": posted.get("words", "") if posted else page.words,
        "history": [(words.STEPS.get(one["what"], one["what"]), one) for one in page.history],
        "returned": next((x for x in page.history if x["what"] == "returned"), None),
        "back": _back(page, request.actor),
        "paper": documents.issued(page.paper) if page.paper else None,
        "coverage": _coverage(page),
        "types": any(one.source == "typed" for one in page.form.cells.values()),
    }
    return render(request, "reporting/report.html", shown, status=status)


def _issue(form, one):
    said = _(one["message"])
    if not one["cell"]:
        return {"field_id": "fill", "message": said}
    place = one["cell"].replace(":", "-").replace(".", "_")
    return {
        "field_id": f"c_{place}",
        "message": f"{selectors.cell_name(form, one['cell'])}: {said}",
    }


def _back(page, by):
    """Where one came from: the own list, or the matrix of the period."""
    if page.line.unit in selectors.units_of(by):
        return reverse("reporting:see_own")
    matrix = reverse("reporting:see_matrix")
    return f"{matrix}?loai-ky={page.line.kind}&ky={page.line.period}"


def _coverage(page):
    """Of an aggregated report: how many units are in it, of how many."""
    if not page.form.aggregate:
        return None
    sources = max((one.sources for one in page.values.values()), key=len, default=[])
    return {"done": sum(one["report"] is not None for one in sources), "total": len(sources)}


@access.screen("reporting.fill", portal="office", methods=("POST",))
def fill(request, report_id):
    """Take the figures into the report."""
    return acting.act(request, report_id, _("Đã lấy số liệu của hệ thống."), services.fill)


@access.screen("reporting.fill", portal="office", methods=("POST",))
def write(request, report_id):
    """Keep what was typed; with the last button, submit too."""
    posted = request.POST
    revision = posted.get("revision", "")
    try:
        services.write(
            report_id,
            typed={name[2:]: posted[name][:40] for name in posted if name.startswith("c_")},
            words=posted.get("words", ""),
            revision=int(revision) if revision.isdigit() else -1,
            by=request.actor,
            at=timezone.now(),
        )
    except errors.RuleBroken as why:
        return _page(request, report_id, issues=why.facts["issues"], posted=posted, status=422)
    except (errors.Conflict, errors.Incorrect) as why:
        messages.error(request, _(why.message))
        return redirect("reporting:see_report", report_id)
    if "submit" in posted:
        return _submit(request, report_id)
    messages.success(request, _("Đã lưu. Báo cáo chưa nộp."))
    return redirect("reporting:see_report", report_id)


@access.screen("reporting.submit", portal="office", methods=("POST",))
def submit(request, report_id):
    """Submit a report that has nothing to type."""
    return _submit(request, report_id)


def _submit(request, report_id):
    try:
        services.submit(report_id, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã nộp báo cáo. Số liệu được chốt tại thời điểm này."))
    except errors.RuleBroken as why:
        return _page(request, report_id, issues=why.facts["issues"], status=422)
    except errors.Conflict as why:
        messages.error(request, _(why.message))
    return redirect("reporting:see_report", report_id)


@access.screen("reporting.see_reports", portal="office")
def see_cell(request, report_id, cell):
    """One cell: what it shows and why, its definition, its data, its corrections, earlier periods."""
    return _cell_page(request, report_id, cell)


def _cell_page(request, report_id, cell, *, refusal="", status=200):
    page = selectors.page(report_id, by=request.actor, at=timezone.now())
    told = page.form.cells.get(cell)
    if told is None or told.source == "none":
        raise errors.NotFound("reporting.cell_unknown", _("Biểu này không có ô đó."))
    result, value = page.results[cell], page.values.get(cell)
    titles = {row.code: row.title for row in page.form.rows}
    shown = {
        "page": page,
        "period": words.period(page.line.period),
        "cell": told,
        "key": cell,
        "row": titles[told.row],
        "column": selectors.column_name(page.form, told.column),
        "source": words.SOURCES[told.source],
        "result": result,
        "said": words.result(result),
        "given": words.number(result.given) or _("không có số"),
        "value": value,
        "indicator": analytics.indicator(told.indicator) if told.indicator else None,
        "definition": _definition(value),
        "where": [(name, ", ".join(values)) for name, values in told.where.items()],
        "parts": [titles[code] for code in (told.parts or filter(None, (told.of, told.over)))],
        "corrections": [(one, words.number(one.before) or "–", words.number(one.value) or _("bỏ sửa")) for one in page.corrections if one.cell == cell],
        "before": [(words.period(label), words.result(one)) for label, one in selectors.same_cell_before(report_id, cell, by=request.actor)],
        "sources": _sources(value),
        "refusal": refusal,
        "posted": request.POST,
    }  # fmt: skip
    return render(request, "reporting/cell.html", shown, status=status)


def _definition(value):
    """The definition that counted a filled cell, as it was then; None for other cells."""
    if value is None or not value.computation:
        return None
    return analytics.definition(value.computation)


def _sources(value):
    """The units behind a cell of an aggregated report: (link, name, number)."""
    return selectors.sources_of(value) if value and value.sources else []


@access.screen("reporting.fill", portal="office", methods=("POST",))
def correct(request, report_id, cell):
    """Correct a cell with a reason."""
    try:
        services.correct(
            report_id,
            cell,
            value=request.POST.get("value", "")[:40],
            reason=request.POST.get("reason", ""),
            by=request.actor,
            at=timezone.now(),
        )
    except (errors.RuleBroken, errors.Incorrect) as why:
        return _cell_page(request, report_id, cell, refusal=_(why.message), status=422)
    except errors.Conflict as why:
        messages.error(request, _(why.message))
        return redirect("reporting:see_cell", report_id, cell)
    messages.success(request, _("Đã sửa ô; số của hệ thống vẫn được giữ bên cạnh."))
    return redirect("reporting:see_cell", report_id, cell)


@access.screen("reporting.see_reports", portal="office")
def export(request, report_id, form):
    """The report as a file."""
    try:
        found = services.export(report_id, form, by=request.actor, at=timezone.now())
    except errors.Conflict as why:
        messages.error(request, _(why.message))
        return redirect("reporting:see_report", report_id)
    answer = HttpResponse(found.content, content_type=found.type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
