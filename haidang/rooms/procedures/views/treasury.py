"""Screens of the treasury: transfers that wait for somebody, and fees that were not paid yet."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.kernel import errors
from haidang.rooms.procedures.selectors import treasury
from haidang.rooms.procedures.services import treasury as desk
from haidang.rooms.procedures.views import department

_screen = "procedures.collect"


@department.screen(_screen)
def see_treasury(request):
    """What waits, with its clock, and how the account stands."""
    return render(request, "procedures/treasury.html", treasury.page(at=timezone.now()))


@department.screen(_screen, methods=("POST",))
def assign(request, notice_id):
    """Say which order a transfer pays."""
    number = request.POST.get("number", "")[:40]
    done = _("Đã gán. Hồ sơ đi tiếp khi đủ lệ phí.")
    return _told(request, done, lambda: desk.assign(notice_id, number, by=request.actor))


@department.screen(_screen, methods=("POST",))
def record_refund(request, notice_id):
    """Write that money went back."""
    text = request.POST.get("amount_vnd", "").replace(".", "").strip()
    amount = int(text) if text.isdecimal() and text.isascii() and len(text) < 13 else 0
    reason = request.POST.get("reason", "")[:300]
    return _told(
        request,
        _("Đã ghi hoàn tiền."),
        lambda: desk.record_refund(notice_id, amount_vnd=amount, reason=reason, by=request.actor),
    )


def _told(request, done, act):
    try:
        act()
        messages.success(request, done)
    except errors.HaidangError as why:
        messages.error(request, why.message)
    return redirect("procedures:treasury")
