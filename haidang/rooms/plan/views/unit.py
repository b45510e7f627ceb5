"""Screens of one report: the unit writes and submits, the department returns or accepts."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.kernel import errors
from haidang.rooms.plan import selectors, services
from haidang.rooms.plan.selectors import words

_SHOWN = {"application/pdf", "image/jpeg", "image/png"}


@access.screen("plan.see_plan", portal="office")
def see_report(request, report_id):
    """A report: figures, words, tasks with evidence, what was returned and why."""
    return _page(request, report_id)


def _page(request, report_id, *, issues=(), posted=None, status=200):
    page = selectors.page(report_id, by=request.actor, at=timezone.now())
    shown = {
        "page": page,
        "state": words.REPORT[page.line.state],
        "clock": words.clock(page.line),
        "words": posted.get("words", "") if posted else page.words,
        "figures": [_figure(one) for one in page.figures],
        "tasks": [_task(one, posted) for one in page.tasks],
        "errors": [_issue(one) for one in issues],
    }
    return render(request, "plan/report.html", shown, status=status)


def _issue(one):
    said = _(one["message"])
    return {
        "field_id": f"id_{one['field']}",
        "message": f"{one['task']}: {said}" if one.get("task") else said,
    }


def _figure(one):
    indicator = analytics.indicator(one.indicator)
    kind = {True: "ok", False: "bad"}.get(one.reached, "")
    return {
        "code": one.indicator,
        "title": indicator.title,
        "said": words.figure(one, indicator.unit),
        "has_value": one.value is not None,
        "target": words.number(one.target) + " " + indicator.unit
        if one.target is not None
        else "–",
        "kind": kind,
        "scope": words.SCOPE[one.scope],
        "version": one.version,
        "data_at": one.data_at,
    }


def _task(one, posted):
    code = one.task.code
    state = posted.get(f"state_{code}", one.state) if posted else one.state
    return {
        "task": one.task,
        "state": state,
        "state_words": words.TASK.get(one.state, ""),
        "words": posted.get(f"words_{code}", "") if posted else one.words,
        "evidence": one.evidence,
        "choices": [(key, title, key == state) for key, title in words.TASK.items()],
    }


@access.screen("plan.report", portal="office", methods=("POST",))
def write(request, report_id):
    """Save what was written and attached; with the last button, submit it too."""
    by, at, posted = request.actor, timezone.now(), request.POST
    try:
        _save(report_id, request, at)
        if "submit" in posted:
            services.submit(report_id, by=by, at=at)
            messages.success(request, _("Đã nộp báo cáo. Số liệu được chốt tại thời điểm này."))
        else:
            messages.success(request, _("Đã lưu. Báo cáo chưa nộp."))
    except errors.RuleBroken as why:
        issues = why.facts.get("issues") or [{"field": "words", "message": why.message}]
        return _page(request, report_id, issues=issues, posted=posted, status=422)
    except (errors.Conflict, errors.Incorrect, errors.TooLarge) as why:
        messages.error(request, _(why.message))
    return redirect("plan:see_report", report_id)


def _save(report_id, request, at):
    posted, by = request.POST, request.actor
    codes = [name.partition("_")[2] for name in posted if name.startswith("state_")]
    tasks = {c: (posted[f"state_{c}"], posted.get(f"words_{c}", "")) for c in codes}
    revision = posted.get("revision", "")
    services.write(
        report_id,
        words=posted.get("words", ""),
        tasks=tasks,
        revision=int(revision) if revision.isdigit() else -1,
        by=by,
    )
    for name in request.FILES:
        task = name.partition("_")[2]
        for file in request.FILES.getlist(name):
            services.attach(report_id, task, name=file.name, pieces=file.chunks(), by=by, at=at)


@access.screen("plan.review", portal="office", methods=("POST",))
def send_back(request, report_id):
    """Return a report with the reason."""
    reason = request.POST.get("reason", "")[:2000]
    done = _("Đã trả lại; đơn vị đã được báo.")
    return _act(request, report_id, done, services.send_back, reason=reason)


@access.screen("plan.review", portal="office", methods=("POST",))
def accept(request, report_id):
    """Accept a report."""
    return _act(request, report_id, _("Đã chấp nhận báo cáo."), services.accept)


def _act(request, report_id, done, service, **more):
    try:
        service(report_id, by=request.actor, at=timezone.now(), **more)
        messages.success(request, done)
    except (errors.RuleBroken, errors.Conflict) as why:
        messages.error(request, _(why.message))
    return redirect("plan:see_report", report_id)


@access.screen("plan.see_plan", portal="office")
def evidence(request, report_id, sha256):
    """A file of evidence: never run by the browser."""
    name, kind, content = selectors.evidence(report_id, sha256, by=request.actor)
    found = FileResponse(
        content, content_type=kind, as_attachment=kind not in _SHOWN, filename=name
    )
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return found
