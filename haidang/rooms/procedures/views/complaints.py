"""Screens of feedback: the applicant gives and judges, the head of the unit answers."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.procedures.selectors import complaints
from haidang.rooms.procedures.services import complaints as services

_BOTH = ("GET", "POST")


@access.screen("procedures.apply", portal="citizen", methods=_BOTH)
def give_feedback(request, dossier_id):
    """Say what is wrong or could be better, and read what was answered."""
    given, status, refusal = {}, 200, ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("kind", "words")}
        try:
            services.give_feedback(dossier_id, by=request.actor, at=timezone.now(), **given)
            messages.success(
                request, _("Đã gửi tới lãnh đạo đơn vị. Bạn sẽ được báo khi có trả lời.")
            )
            return redirect("procedures:give_feedback", dossier_id)
        except (errors.Incorrect, errors.Conflict) as why:
            status, refusal = why.status, why.message
    facts = complaints.own_feedback(dossier_id, by=request.actor, at=timezone.now())
    facts |= {"given": given, "refusal": refusal}
    if refusal:
        facts["errors"] = [{"field_id": "feedback-words", "message": refusal}]
    return render(request, "procedures/complaint.html", facts, status=status)


@access.screen("procedures.apply", portal="citizen", methods=("POST",))
def judge_feedback(request, dossier_id, feedback_id):
    """Say whether an answer will do."""
    satisfied = request.POST.get("verdict") == "satisfied"
    words = request.POST.get("words", "")[:2000]
    try:
        services.judge_feedback(
            feedback_id, by=request.actor, satisfied=satisfied, words=words, at=timezone.now()
        )
        messages.success(request, _("Đã ghi ý kiến của bạn."))
    except errors.Conflict as why:
        messages.error(request, why.message)
    return redirect("procedures:give_feedback", dossier_id)


@access.screen("procedures.answer_feedback", portal="office")
def see_feedback_list(request):
    """What waits for an answer, the most pressing first; or what was answered."""
    closed = request.GET.get("xong") == "1"
    listed = complaints.waiting(by=request.actor, at=timezone.now(), closed=closed)
    tabs = [
        {"label": _("Chờ trả lời"), "url": "?", "active": not closed},
        {"label": _("Đã xong"), "url": "?xong=1", "active": closed},
    ]
    facts = {"listed": listed, "tabs": tabs, "closed": closed}
    return render(request, "procedures/complaints.html", facts)


@access.screen("procedures.answer_feedback", portal="office", methods=_BOTH)
def answer_feedback(request, feedback_id):
    """One piece of feedback and its answer; a legal complaint is led to its own way."""
    refusal, status = "", 200
    if request.method == "POST":
        act = services.redirect_feedback if "redirect" in request.POST else services.answer_feedback
        try:
            words = request.POST.get("words", "")
            act(feedback_id, by=request.actor, words=words, at=timezone.now())
            messages.success(request, _("Đã gửi cho người phản ánh."))
            return redirect("procedures:feedback")
        except (errors.Incorrect, errors.Conflict) as why:
            refusal, status = why.message, why.status
    facts = complaints.one(feedback_id, by=request.actor, at=timezone.now())
    if refusal:
        facts["errors"] = [{"field_id": "answer-words", "message": refusal}]
    facts["words"] = request.POST.get("words", "")
    return render(request, "procedures/complaint_answer.html", facts, status=status)
