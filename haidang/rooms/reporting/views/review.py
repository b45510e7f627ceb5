"""Screens of those above: units × forms, opening, returning, approving, locking."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.reporting import selectors, services
from haidang.rooms.reporting.selectors import words
from haidang.rooms.reporting.views import acting, tabs


@access.screen("reporting.see_reports", portal="office")
def see_matrix(request):
    """Who has reported what in a period: units × forms, with counts."""
    by, kind = request.actor, request.GET.get("loai-ky", "quarter")
    kind = kind if kind in words.PERIODS else "quarter"
    labels = selectors.periods(kind, by=by)
    label = request.GET.get("ky", "")[:8]
    label = label if label in labels else next(iter(labels), "")
    matrix = selectors.matrix(kind, label, by=by, at=timezone.now()) if label else None
    shown = {
        "kind": kind,
        "label": label,
        "period": words.period(label) if label else "",
        "kinds": [(k, title, k == kind) for k, title in words.PERIODS.items()],
        "labels": [(one, words.period(one), one == label) for one in labels],
        "matrix": matrix,
        "rows": [(name, [_cell(one) for one in line]) for name, line in matrix.rows] if matrix else [],
        "heads": [(form, _tally(counts)) for form, counts in zip(matrix.forms, matrix.counts, strict=True)] if matrix else [],
        "above": [(one, words.title(one), *words.STATES[one.state], words.clock(one)) for one in matrix.above] if matrix else [],
        "totals": _totals(matrix),
        "may_open": access.may(by, "reporting.open_period", org=selectors.DEPARTMENT),
        "may_lock": access.may(by, "reporting.lock") and selectors.is_desk(by),
        "forms": [one for one in selectors.forms() if one.period == kind],
        "tabs": tabs.tabs(request, "see_matrix"),
    }  # fmt: skip
    return render(request, "reporting/matrix.html", shown)


def _cell(line):
    if line is None:
        return None
    title, kind = words.STATES[line.state]
    return {"line": line, "title": title, "kind": kind, "late": line.late}


def _tally(counts):
    """The states of one form that occur, with their numbers."""
    return {
        "states": [(f"{title}: {counts[s]}", kind) for s, (title, kind) in words.STATES.items() if counts[s]],
        "late": counts["late"],
        "approved": counts["approved"],
        "total": counts["total"],
    }  # fmt: skip


def _totals(matrix):
    """Numbers of the whole period, the department's own reports among them."""
    if matrix is None:
        return None
    lines = [*matrix.above, *(one for _name, line in matrix.rows for one in line if one)]
    return {
        "sent": sum(one.state in ("submitted", "approved", "locked") for one in lines),
        "submitted": sum(one.state == "submitted" for one in lines),
        "locked": sum(one.state == "locked" for one in lines),
        "late": sum(one.late for one in lines),
    }


@access.screen("reporting.open_period", portal="office", methods=("POST",))
def open_period(request):
    """Open a period of a form by hand."""
    code, label = request.POST.get("form", "")[:40], request.POST.get("period", "").strip()[:8]
    try:
        made = services.open_period(code, label, by=request.actor, at=timezone.now())
        said = ngettext("Đã mở {n} báo cáo; đơn vị đã được báo.", "Đã mở {n} báo cáo; các đơn vị đã được báo.", made)  # fmt: skip
        messages.success(request, said.format(n=made) if made else _("Kỳ này đã mở cho mọi đơn vị."))  # fmt: skip
    except errors.NotAllowed:
        raise
    except errors.HaidangError as why:
        messages.error(request, _(why.message))
    return _matrix(request, label)


@access.screen("reporting.lock", portal="office", methods=("POST",))
def lock_approved(request):
    """Lock every approved report of a form and period."""
    code, label = request.POST.get("form", "")[:40], request.POST.get("period", "")[:8]
    try:
        done = services.lock_approved(code, label, by=request.actor, at=timezone.now())
        said = ngettext("Đã khóa {n} báo cáo.", "Đã khóa {n} báo cáo.", done)
        messages.success(request, said.format(n=done))
    except (errors.RuleBroken, errors.Conflict) as why:
        messages.error(request, _(why.message))
    return _matrix(request, label)


def _matrix(request, label):
    kind = request.POST.get("kind", "quarter")[:8]
    return redirect(f"{reverse('reporting:see_matrix')}?loai-ky={kind}&ky={label}")


@access.screen("reporting.review", portal="office", methods=("POST",))
def send_back(request, report_id):
    """Return a report with the reason."""
    reason = request.POST.get("reason", "")
    return acting.act(request, report_id, _("Đã trả lại; đơn vị đã được báo."), services.send_back, reason=reason)  # fmt: skip


@access.screen("reporting.review", portal="office", methods=("POST",))
def approve(request, report_id):
    """Approve a report."""
    return acting.act(request, report_id, _("Đã duyệt báo cáo."), services.approve)


@access.screen("reporting.lock", portal="office", methods=("POST",))
def lock(request, report_id):
    """Lock a report for good."""
    return acting.act(request, report_id, _("Đã khóa báo cáo; số liệu không thay đổi nữa."), services.lock)  # fmt: skip
