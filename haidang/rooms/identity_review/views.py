"""Screens: the queue, one pair, and the merges that may be undone."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.identity_review import forms, selectors, services


@access.screen("identity_review.see_duplicates")
def see_duplicates(request):
    """The pairs that wait to be looked at."""
    found = selectors.queue(by=request.actor, after=_after(request.GET.get("sau", "")))
    url = f"?sau={found['next']}" if found["next"] else ""
    page = {"next_url": url, "previous_url": "", "total": found["total"]}
    return render(request, "identity_review/queue.html", found | {"page": page})


def _after(text):
    score, dash, number = text.partition("-")
    return (int(score), int(number)) if dash and score.isdecimal() and number.isdecimal() else None


@access.screen("identity_review.see_duplicates")
def see_pair(request, review_id):
    """One pair side by side."""
    return _pair(request, review_id, forms.Merge(), forms.Reason())


def _pair(request, review_id, merge_form, reason_form, status=200):
    found = selectors.pair(review_id, by=request.actor)
    may = {name: access.may(request.actor, f"identity_review.{name}") for name in _DEEDS}
    context = found | {"merge_form": merge_form, "reason_form": reason_form, "may": may}
    return render(request, "identity_review/pair.html", context, status=status)


_DEEDS = ("merge_people", "mark_different")


@access.screen("identity_review.merge_people", methods=("POST",))
def merge_people(request, review_id):
    """Merge the two records, or show what is missing."""
    form = forms.Merge(request.POST)
    if not form.is_valid():
        return _pair(request, review_id, form, forms.Reason(), status=422)
    try:
        services.merge_people(review_id, by=request.actor, **form.cleaned_data)
    except (errors.Conflict, errors.Incorrect) as why:
        messages.error(request, why.message)
        return redirect("identity_review:see_pair", review_id)
    messages.success(request, _("Đã gộp hai hồ sơ. Có thể tách lại trong mục Đã gộp."))
    return redirect("identity_review:see_duplicates")


@access.screen("identity_review.mark_different", methods=("POST",))
def mark_different(request, review_id):
    """Say that they are two people."""
    form = forms.Reason(request.POST)
    if not form.is_valid():
        return _pair(request, review_id, forms.Merge(), form, status=422)
    try:
        services.mark_different(review_id, by=request.actor, **form.cleaned_data)
        messages.success(request, _("Đã ghi là hai người khác nhau."))
    except errors.Conflict as why:
        messages.error(request, why.message)
    return redirect("identity_review:see_duplicates")


@access.screen("identity_review.see_duplicates")
def see_merges(request):
    """The merges of late."""
    before = request.GET.get("truoc", "")
    found = selectors.merges(by=request.actor, before=int(before) if before.isdecimal() else None)
    page = {"next_url": f"?truoc={found['next']}" if found["next"] else "", "previous_url": ""}
    may_undo = access.may(request.actor, "identity_review.undo_merge")
    return render(
        request, "identity_review/merges.html", found | {"page": page, "may_undo": may_undo}
    )


@access.screen("identity_review.undo_merge", methods=("POST",))
def undo_merge(request, merge_id):
    """Undo one merge."""
    form = forms.Reason(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.undo_merge(merge_id, reason=reason, by=request.actor)
        messages.success(request, _("Đã tách lại hai hồ sơ như trước khi gộp."))
    except errors.Conflict as why:
        messages.error(request, why.message)
    return redirect(reverse("identity_review:see_merges"))
