"""The screens of the room."""

from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.archive import selectors, services

_OURS = (errors.RuleBroken, errors.Incorrect, errors.Conflict, errors.NotAllowed)


@access.screen("archive.see_disposals", portal="office")
def see_disposals(request):
    """Every disposal list, and how many files are past their term."""
    found, due = selectors.disposals(by=request.actor, at=timezone.now())
    may_propose = access.may(request.actor, "archive.propose_disposal")
    return render(
        request,
        "archive/disposals.html",
        {"disposals": found, "due": due, "may_propose": may_propose},
    )


@access.screen("archive.propose_disposal", portal="office", methods=("POST",))
def propose_disposal(request):
    """Make a list of everything that is past its term."""
    try:
        number = services.propose_disposal(by=request.actor, at=timezone.now())
    except errors.RuleBroken as why:
        messages.warning(request, why.message)
        return redirect("archive:see_disposals")
    return redirect("archive:see_disposal", number)


@access.screen("archive.see_disposals", portal="office")
def see_disposal(request, disposal_id):
    """One list: what it names, who reviewed it, and what may be done now."""
    page = selectors.disposal(disposal_id, by=request.actor)
    return render(request, "archive/disposal.html", {"page": page})


@access.screen("archive.review_disposal", portal="office", methods=("POST",))
def review_disposal(request, disposal_id):
    """Say yes or no to a list."""
    given = {
        "approve": request.POST.get("answer") == "yes",
        "reason": request.POST.get("reason", ""),
    }
    return _done(request, disposal_id, services.review_disposal, _("Đã ghi ý kiến."), **given)


@access.screen("archive.propose_disposal", portal="office", methods=("POST",))
def carry_out(request, disposal_id):
    """Destroy what an approved list names."""
    said = _("Đã huỷ và lập biên bản.")
    return _done(request, disposal_id, services.carry_out, said)


def _done(request, disposal_id, act, said, **given):
    try:
        act(disposal_id, by=request.actor, at=timezone.now(), **given)
        messages.success(request, said)
    except _OURS as why:
        messages.warning(request, why.message)
    return redirect("archive:see_disposal", disposal_id)


@access.screen("archive.see_disposals", portal="office")
def minute(request, disposal_id):
    """The minute of a list that was carried out."""
    found = FileResponse(
        selectors.minute(disposal_id, by=request.actor),
        content_type="application/pdf",
        filename=f"bien-ban-huy-{disposal_id}.pdf",
    )
    found.headers["X-Content-Type-Options"] = "nosniff"
    return found


@access.screen("archive.mend", portal="office")
def see_troubles(request):
    """What the house could not do by itself."""
    scans, seals = selectors.troubles(by=request.actor)
    return render(request, "archive/troubles.html", {"scans": scans, "seals": seals})


@access.screen("archive.mend", portal="office", methods=("POST",))
def read_again(request):
    """Let a scan be tried anew."""
    services.read_again(request.POST.get("file", "")[:64], by=request.actor)
    messages.success(request, _("Bản quét sẽ được đọc lại trong ít phút."))
    return redirect("archive:see_troubles")


@access.screen("archive.mend", portal="office", methods=("POST",))
def renew_seal(request):
    """Renew the archive timestamp of a paper now."""
    found = services.renew_seal(request.POST.get("code", "")[:20], by=request.actor)
    if found.problem:
        messages.warning(request, found.problem)
    else:
        messages.success(request, _("Đã gia hạn dấu thời gian lưu trữ."))
    return redirect("archive:see_troubles")
