"""Screens of the department and its director: targets, tasks, reports, ranking, the summary."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.documents import api as documents
from haidang.kernel import dates, errors
from haidang.rooms.plan import selectors, services
from haidang.rooms.plan.selectors import words
from haidang.rooms.plan.views import tabs

_BOTH = ("GET", "POST")


def _period(request):
    asked = request.GET.get("ky", "")[:10]
    if asked:
        return analytics.period(asked)
    today = timezone.now().astimezone(dates.HANOI).date()
    return analytics.period(f"{today.year}-Q{(today.month + 2) // 3}")


@access.screen("plan.see_plan", portal="office")
def home(request):
    """The plan on one page."""
    period = _period(request)
    plan, grouped = selectors.plan_page(period)
    shown = {
        "plan": plan,
        "grouped": grouped,
        "counts": selectors.counts(grouped),
        "period": period,
        "before": period.before(),
        "tabs": tabs.tabs(request, "home"),
        "mine": _mine(request),
    }
    return render(request, "plan/home.html", shown)


def _mine(request):
    """The asker's own report that waits, if there is one."""
    found = selectors.reports_of(request.actor.org or "", at=timezone.now())
    line = next((one for one in found if one.state in ("open", "returned")), None)
    return {"line": line, "clock": words.clock(line)} if line else None


@access.screen("plan.see_plan", portal="office")
def see_target(request, code):
    """One indicator: definition, trend, breakdown, rows."""
    period = _period(request)
    breakdown = request.GET.get("theo", "")[:20]
    facts = selectors.target_page(code, period, by=request.actor, breakdown=breakdown)
    facts |= {"period": period, "before": period.before()}
    return render(request, "plan/target.html", facts)


@access.screen("plan.see_plan", portal="office")
def see_tasks(request):
    """The tasks of the plan: who leads, until when, with which money, and how far units are."""
    _row, plan = selectors.current()
    quarter = selectors.quarter()
    counts = selectors.task_counts(quarter.id) if quarter else {}
    lines = [
        (task, [(words.TASK[s], n) for s, n in sorted(counts.get(task.code, {}).items())])
        for task in plan.tasks
    ]
    shown = {
        "plan": plan,
        "lines": lines,
        "quarter": quarter,
        "tabs": tabs.tabs(request, "see_tasks"),
    }
    return render(request, "plan/tasks.html", shown)


@access.screen("plan.see_plan", portal="office")
def see_reports(request):
    """The reports of a quarter: all of them for the department, one's own for a unit."""
    at, desk = timezone.now(), selectors.is_desk(request.actor)
    quarter = selectors.quarter(request.GET.get("quy", "")[:8] or None)
    if desk:
        lines = selectors.lines(quarter.id, at=at) if quarter else []
    else:
        lines = selectors.reports_of(request.actor.org or "", at=at)
    wanted = request.GET.get("trang-thai", "")
    kept = [one for one in lines if not wanted or one.state == wanted]
    shown = {
        "desk": desk,
        "quarter": quarter,
        "quarters": tabs.quarters(quarter.label if quarter else ""),
        "next_quarter": _next(quarter),
        "lines": [(one, *words.REPORT[one.state], words.clock(one)) for one in kept],
        "states": [(s, title, s == wanted, sum(x.state == s for x in lines)) for s, (title, _k) in words.REPORT.items()],
        "total": len(lines),
        "sent": sum(one.round > 0 for one in lines),
        "tabs": tabs.tabs(request, "see_reports", label=quarter.label if quarter else ""),
    }  # fmt: skip
    return render(request, "plan/reports.html", shown)


def _next(quarter):
    if quarter is None:
        return _period_label()
    year, number = map(int, quarter.label.split("-Q"))
    return f"{year + number // 4}-Q{number % 4 + 1}"


def _period_label():
    today = timezone.now().astimezone(dates.HANOI).date()
    return f"{today.year}-Q{(today.month + 2) // 3}"


@access.screen("plan.review", portal="office", methods=("POST",))
def open_quarter(request):
    """Open a quarter for all units."""
    label = request.POST.get("quarter", "").strip()[:8]
    try:
        services.open_quarter(label, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã mở kỳ báo cáo; các đơn vị đã được báo."))
    except errors.NotAllowed:
        raise
    except errors.HaidangError as why:
        messages.error(request, why.message)
        return redirect("plan:see_reports")
    return redirect(f"{reverse('plan:see_reports')}?quy={label}")


@access.screen("plan.see_plan", portal="office")
def see_ranking(request):
    """Units by the published criteria."""
    quarter = selectors.quarter(request.GET.get("quy", "")[:8] or None)
    criteria, rows = selectors.ranking(quarter.id) if quarter else ((), ())
    shown = {
        "quarter": quarter,
        "quarters": tabs.quarters(quarter.label if quarter else ""),
        "criteria": criteria,
        "rows": rows,
        "own": request.actor.org,
        "tabs": tabs.tabs(request, "see_ranking", label=quarter.label if quarter else ""),
    }
    return render(request, "plan/ranking.html", shown)


@access.screen("plan.review", portal="office", methods=_BOTH)
def sign_summary(request):
    """The summary of a quarter: what is in it, the words, the signature, the files."""
    if not selectors.is_desk(request.actor):
        return redirect("plan:see_reports")  # heads of units hold the permission for their unit
    quarter = selectors.quarter(request.GET.get("quy", "")[:8] or None)
    refusal, said = "", request.POST.get("words", "")[:10000]
    if request.method == "POST" and quarter:
        try:
            services.sign_summary(quarter.id, words=said, by=request.actor, at=timezone.now())
            messages.success(request, _("Đã ký báo cáo tổng hợp."))
            return redirect(f"{reverse('plan:sign_summary')}?quy={quarter.label}")
        except (errors.RuleBroken, errors.Conflict, errors.Unavailable) as why:
            refusal = why.message
    shown = _summary(request, quarter) | {"refusal": refusal, "said": said}
    return render(request, "plan/summary.html", shown, status=422 if refusal else 200)


def _summary(request, quarter):
    lines = selectors.lines(quarter.id, at=timezone.now()) if quarter else []
    tally = [(title, kind, sum(x.state == s for x in lines)) for s, (title, kind) in words.REPORT.items()]  # fmt: skip
    return {
        "quarter": quarter,
        "quarters": tabs.quarters(quarter.label if quarter else ""),
        "tally": tally,
        "paper": documents.issued(quarter.paper) if quarter and quarter.paper else None,
        "may_sign": selectors.may_sign(request.actor),
        "tabs": tabs.tabs(request, "sign_summary", label=quarter.label if quarter else ""),
        "synthetic": settings.HAIDANG_SYNTHETIC,
    }


@access.screen("plan.see_plan", portal="office")
def paper(request, label, form):
    """The signed summary as PDF, or as DOCX."""
    quarter = selectors.quarter(label[:8])
    issued = documents.issued(quarter.paper) if quarter.paper else None
    sha256 = {"pdf": issued.file if issued else "", "docx": quarter.docx}.get(form, "")
    if not sha256:
        raise errors.NotFound("plan.paper_not_ready", _("Văn bản này chưa có, hoặc đang chờ ký."))
    kind = documents.file(sha256).type
    found = FileResponse(
        documents.open_file(sha256),
        content_type=kind,
        as_attachment=form != "pdf",
        filename=f"bao-cao-ke-hoach-{label}.{form}",
    )
    found.headers["X-Content-Type-Options"] = "nosniff"
    return found
