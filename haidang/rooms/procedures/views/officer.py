"""Screens of the department: the list with its clocks, one dossier, and the catalogue."""

from datetime import datetime, time

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, forms, selectors, services
from haidang.rooms.procedures.views import files, paging


@access.screen("procedures.process", portal="office")
def work(request):
    """What waits for the asker, the most pressing first."""
    mine = request.GET.get("giu") == "1"
    after = paging.after(request.GET.get("sau", ""))
    found = selectors.work(by=request.actor, at=timezone.now(), mine=mine, after=after)
    tabs = [
        {"label": _("Chờ xử lý"), "url": "?", "active": not mine},
        {"label": _("Việc tôi giữ"), "url": "?giu=1", "active": mine},
    ]
    more = {"giu": "1"} if mine else {}
    page = {"next_url": paging.url(found["next"], **more), "previous_url": ""}
    return render(request, "procedures/work.html", found | {"tabs": tabs, "page": page})


@access.screen("procedures.process", portal="office")
def see_case(request, case_id):
    """One dossier: what was declared on the left, its way and its steps on the right."""
    facts = selectors.case_page(case_id, by=request.actor, at=timezone.now())
    return render(request, "procedures/case.html", facts)


@access.screen("procedures.process", portal="office", methods=("POST",))
def decide(request, case_id, task_id):
    """Finish a step with what was decided."""
    selectors.in_reach(case_id, by=request.actor)
    try:
        services.decide(
            task_id,
            case_id=case_id,
            by=request.actor,
            at=timezone.now(),
            outcome=request.POST.get("outcome", ""),
            items=request.POST.get("items", "")[:4000].splitlines(),
            reason=request.POST.get("reason", "")[:1000],
            handing=_handing(request.POST),
        )
        messages.success(request, _("Đã ghi. Hồ sơ đã chuyển bước."))
    except errors.HaidangError as why:
        messages.error(request, why.message)
    return redirect("procedures:see_case", case_id)


def _handing(posted):
    """How a result is handed over; None for any other step."""
    if "way" not in posted:
        return None
    fee = posted.get("fee_vnd", "").replace(".", "").strip() or "0"
    return domain.Handing(
        way=posted["way"],
        to=posted.get("to", "")[:200],
        tracking=posted.get("tracking", "")[:40],
        fee_vnd=int(fee) if fee.isdigit() and len(fee) < 9 else -1,
    )


@access.screen("procedures.process", portal="office", methods=("POST",))
def apologise(request, case_id):
    """Say that a result will be late, why, and until when; once."""
    selectors.in_charge(case_id, by=request.actor)
    form = forms.Apologise(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ghi ngày hẹn mới và lý do."))
        return redirect("procedures:see_case", case_id)
    until = datetime.combine(form.cleaned_data["until"], time(17), tzinfo=dates.HANOI)
    reason = form.cleaned_data["reason"]
    try:
        services.apologise(case_id, by=request.actor, at=timezone.now(), until=until, reason=reason)
        messages.success(request, _("Đã lập phiếu xin lỗi; người nộp được báo ngày mới."))
    except errors.HaidangError as why:
        messages.error(request, why.message)
    return redirect("procedures:see_case", case_id)


@access.screen("procedures.process", portal="office", methods=("POST",))
def supply_at_desk(request, case_id):
    """Take in at the counter what was asked for."""
    selectors.in_charge(case_id, by=request.actor)
    given = [(file.name, file.chunks()) for file in request.FILES.getlist("files")]
    words = request.POST.get("words", "")[:2000]
    try:
        services.supply_at_desk(case_id, given, words=words, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã nhận bổ sung. Thời hạn được tính lại từ đầu."))
    except errors.HaidangError as why:
        messages.error(request, why.message)
    return redirect("procedures:see_case", case_id)


@access.screen("procedures.process", portal="office")
def case_slip(request, case_id, slip_id):
    """A slip of a dossier, to be printed."""
    return files.made(*selectors.slip_of_case(case_id, slip_id, by=request.actor))


@access.screen("procedures.process", portal="office")
def control_sheet(request, case_id):
    """The control sheet of a dossier (slip 05), made from what happened."""
    return files.made(*selectors.sheet_of_case(case_id, by=request.actor, at=timezone.now()))


@access.screen("procedures.process", portal="office")
def case_file(request, case_id, sha256):
    """A file of a dossier."""
    return files.answer(*selectors.file_of_case(case_id, sha256, by=request.actor))


@access.screen("procedures.process", portal="office")
def case_preview(request, case_id, sha256):
    """What a file of a dossier looks like; or why it cannot be shown, with the way to fetch it."""
    try:
        row, name, shown = selectors.preview_of_case(case_id, sha256, by=request.actor)
        why = ""
    except (errors.RuleBroken, errors.Unavailable) as refused:
        row, name, shown = selectors.in_reach(case_id, by=request.actor), "", None
        why = refused.message
    facts = {"row": row, "name": name, "shown": shown, "why": why, "sha256": sha256}
    return render(request, "procedures/preview.html", facts)
