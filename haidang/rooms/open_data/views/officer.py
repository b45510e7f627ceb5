"""Screens of the department: what waits, one contribution, data sets and their releases."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.open_data import selectors, services
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import words
from haidang.rooms.open_data.views import files

_review, _publish = "open_data.review", "open_data.publish"


@access.screen(_review, portal="office")
def desk(request):
    """What waits for the department; officers of other units see what everybody sees."""
    if not selectors.is_desk(request.actor):
        return redirect("open_data:catalogue")
    state = request.GET.get("trang-thai", "")
    lines = selectors.waiting(request.actor, state=state)
    tabs = [(_("Chờ duyệt"), ""), *((str(words.STATES[s][0]), s) for s in ("returned", "accepted", "refused"))]  # fmt: skip
    shown = {
        "lines": lines,
        "tabs": [_tab(title, f"?trang-thai={s}" if s else "?", s == state) for title, s in tabs]
        + [_tab(_("Bộ dữ liệu"), reverse("open_data:see_sets"), False)],
    }
    return render(request, "open_data/desk.html", shown)


def _tab(label, url, active):
    return {"label": label, "url": url, "active": active}


@access.screen(_review, portal="office")
def see_sets(request):
    """Every data set with its newest release."""
    if not selectors.is_desk(request.actor):
        return redirect("open_data:catalogue")
    tabs = [
        _tab(_("Đóng góp"), reverse("open_data:desk"), False),
        _tab(_("Bộ dữ liệu"), reverse("open_data:see_sets"), True),
    ]
    shown = {"lines": selectors.desk(request.actor), "tabs": tabs, "may_publish": access.may(request.actor, _publish)}  # fmt: skip
    return render(request, "open_data/sets.html", shown)


@access.screen(_publish, portal="office", methods=("POST",))
def release(request, key):
    """Release a data set now."""
    before = selectors.newest_release(key)
    try:
        row = services.release(key, by=request.actor, at=timezone.now())
        if before and row.pk == before.pk:
            messages.info(request, _("Không có gì mới so với bản đang công bố."))
        else:
            messages.success(request, _("Đã phát hành bản {n}.").format(n=row.number))
    except (errors.RuleBroken, errors.Conflict) as why:
        messages.error(request, why.message)
    return redirect("open_data:see_sets")


@access.screen(_publish, portal="office", methods=("POST",))
def revise(request, key):
    """Publish a period anew, with a reason."""
    period, reason = request.POST.get("period", "")[:10], request.POST.get("reason", "")
    try:
        row = services.revise(key, period, reason=reason, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã phát hành bản {n}.").format(n=row.number))
    except (errors.RuleBroken, errors.Conflict, errors.Incorrect) as why:
        messages.error(request, why.message)
    return redirect("open_data:see_sets")


@access.screen(_review, portal="office", methods=("GET", "POST"))
def review(request, contribution_id):
    """One contribution, and what is decided about it."""
    if request.method == "POST":
        return _decide(request, contribution_id)
    facts = selectors.to_review(contribution_id, by=request.actor)
    facts["themes"] = [(key, words.theme(key)) for key in datasets.THEMES]
    return render(request, "open_data/review.html", facts)


def _decide(request, pk):
    said, at, by = request.POST.get("decision", ""), timezone.now(), request.actor
    reason, theme = request.POST.get("reason", ""), request.POST.get("theme", "health")
    no_person = request.POST.get("no_person", "") if request.POST.get("looked") else ""
    acts = {
        "accept": (lambda: services.accept(pk, theme=theme, no_person=no_person, by=by, at=at), _("Đã chấp nhận và công bố.")),
        "return": (lambda: services.send_back(pk, reason=reason, by=by, at=at), _("Đã trả lại để người gửi sửa.")),
        "refuse": (lambda: services.refuse(pk, reason=reason, by=by, at=at), _("Đã từ chối; người gửi được báo lý do.")),
    }  # fmt: skip
    act, done = acts.get(said, (None, ""))
    if act is None:
        raise errors.Incorrect("open_data.decision_unknown", _("Hãy chọn một quyết định."))
    try:
        act()
        messages.success(request, done)
    except (errors.RuleBroken, errors.Conflict, errors.Incorrect) as why:
        messages.error(request, _(why.message))
        return redirect("open_data:review", pk)
    return redirect("open_data:desk")


@access.screen(_review, portal="office")
def contribution_file(request, contribution_id):
    """The file of a contribution."""
    return files.answer(selectors.to_review(contribution_id, by=request.actor)["row"])
