"""Screens: each asks one service or selector and shows what it says."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haidang.engines.access import api as access
from haidang.engines.exchange import api as exchange
from haidang.kernel import errors
from haidang.rooms.intake import forms, selectors, services

_BOTH = ("GET", "POST")


@access.screen("intake.see_intake")
def see_intake(request):
    """The monitor: messages and their states."""
    chosen = forms.Filter(request.GET.dict()).chosen()
    return render(
        request, "intake/monitor.html", {"page": selectors.monitor(by=request.actor, **chosen)}
    )


@access.screen("intake.send_claims", methods=_BOTH)
def send_claims(request):
    """The page to send files, and after sending, a receipt for each."""
    files = [(file.name, file) for file in request.FILES.getlist("files")]
    sent = services.send_claims(files, by=request.actor) if request.method == "POST" else []
    none = request.method == "POST" and not sent
    return render(
        request, "intake/send.html", {"sent": sent, "none": none, "limits": selectors.limits()}
    )


@access.screen("intake.check_claims", methods=_BOTH)
def check_claims(request):
    """The page that checks a file and keeps nothing."""
    if request.method != "POST":
        return render(request, "intake/check.html", {"limits": selectors.limits()})
    form = forms.Check(request.POST, request.FILES)
    if not form.is_valid():
        return _not_checked(request, form.errors["file"][0])
    file = form.cleaned_data["file"]
    try:
        found = services.check_claims(file.name, file, by=request.actor)
    except (errors.Incorrect, errors.TooLarge) as why:
        return _not_checked(request, why.message)
    context = {"files": selectors.checked(found), "limits": selectors.limits()}
    return render(request, "intake/check.html", context)


def _not_checked(request, refusal):
    return render(request, "intake/check.html", {"refusal": refusal, "limits": selectors.limits()})


@access.screen("intake.see_intake")
def see_problems(request):
    """Problems by facility and rule."""
    groups = selectors.problem_groups(by=request.actor)
    return render(request, "intake/problems.html", {"groups": groups, "most": exchange.GROUPED})


@access.screen("intake.see_intake")
def see_group(request):
    """The dossiers and messages behind one group of problems."""
    group = forms.Group(request.GET).chosen()
    dossiers, whole = selectors.problem_group(**group, by=request.actor)
    may_see = access.may(request.actor, "intake.see_dossier")
    context = group | {"dossiers": dossiers, "messages": whole, "may_see": may_see}
    return render(request, "intake/group.html", context | _may_replay(request))


@access.screen("intake.see_intake")
def see_dead_letters(request):
    """Dossiers that wait for a person or for their next try."""
    lines = selectors.dead_letters(by=request.actor)
    context = {"lines": lines, "receipts": sorted({line.it.message for line in lines})}
    return render(request, "intake/dead_letters.html", context | _may_replay(request))


@access.screen("intake.see_intake")
def see_message(request, receipt):
    """One message with its dossiers."""
    page = selectors.message(receipt, by=request.actor)
    seen = access.may(request.actor, "intake.see_dossier")
    return render(
        request, "intake/message.html", {"page": page, "may_see": seen} | _may_replay(request)
    )


@access.screen("intake.see_dossier")
def see_dossier(request, receipt, position):
    """The report of one dossier."""
    page = selectors.dossier(receipt, position, by=request.actor)
    may_export = access.may(request.actor, "intake.export_visit")
    return render(request, "intake/dossier.html", {"page": page, "may_export": may_export})


@access.screen("intake.see_dossier")
def download_raw(request, receipt):
    """The bytes exactly as they came."""
    filename, content = selectors.raw(receipt, by=request.actor)
    return _file(content, filename, "application/octet-stream")


@access.screen("intake.export_visit")
def export_visit(request, encounter):
    """A visit as a claims file."""
    filename, content = services.export_visit(f"Encounter/{encounter}", by=request.actor)
    return _file(content, filename, "application/xml")


@access.screen("intake.replay_messages", methods=("POST",))
def replay_messages(request):
    """Do chosen messages again."""
    count = services.replay_messages(request.POST.getlist("receipt"), by=request.actor)
    return _replayed(request, count)


@access.screen("intake.replay_messages", methods=("POST",))
def replay_group(request):
    """Do every message of a group again."""
    group = forms.Group(request.POST).chosen()
    return _replayed(request, services.replay_group(**group, by=request.actor))


def _replayed(request, count):
    words = ngettext(
        "%(n)d thông điệp sẽ được xử lý lại.", "%(n)d thông điệp sẽ được xử lý lại.", count
    )
    messages.success(
        request, words % {"n": count} if count else _("Không có thông điệp nào để xử lý lại.")
    )
    return redirect("intake:see_intake")


def _may_replay(request):
    return {"may_replay": access.may(request.actor, "intake.replay_messages")}


def _file(content, filename, kind):
    answer = HttpResponse(content, content_type=kind)
    safe = "".join(c for c in filename if c.isalnum() or c in "._- ")[:120] or "ho-so.xml"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{safe.encode("ascii", "ignore").decode() or "ho-so.xml"}"'
    )
    return answer
