"""The screens of the room."""

from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.security import forms, selectors, services

# The fields of an entry in words; an auditor's file keeps the names.
_NAMES = {
    "log": pgettext_lazy("nhật ký", "Sổ"),
    "seq": gettext_lazy("Số thứ tự"),
    "at": gettext_lazy("Lúc (UTC)"),
    "name": gettext_lazy("Sự kiện"),
    "by_ref": gettext_lazy("Mã người thực hiện"),
    "by_name": gettext_lazy("Người thực hiện"),
    "org": pgettext_lazy("tổ chức", "Đơn vị"),
    "about": gettext_lazy("Về người"),
    "record": gettext_lazy("Bản ghi"),
    "facts": gettext_lazy("Dữ kiện"),
    "what": gettext_lazy("Đã xem"),
    "purpose": gettext_lazy("Mục đích"),
    "allowed": gettext_lazy("Được phép"),
    "reason": gettext_lazy("Căn cứ hoặc lý do"),
}


@access.screen("security.see_ledger", portal="office")
def see_ledger(request):
    """Show the newest signed head, the verifications, and news that nobody could take."""
    state = selectors.ledger_state(by=request.actor)
    wanted = forms.Entry(request.GET if "seq" in request.GET else None)
    if wanted.is_valid():
        return redirect("security:see_entry", **wanted.cleaned_data)
    may_verify = access.may(request.actor, "security.verify_ledger")
    context = {"state": state, "form": wanted, "may_verify": may_verify}
    return render(request, "security/ledger.html", context)


@access.screen("security.verify_ledger", portal="office", methods=("POST",))
def verify_ledger(request):
    """Ask for a verification of the whole ledger."""
    services.verify_ledger(by=request.actor)
    messages.success(request, _("Đã xếp lượt kiểm tra. Kết quả hiện ở đây khi xong."))
    return redirect("security:see_ledger")


@access.screen("security.verify_ledger", portal="office")
def see_entry(request, kind, seq):
    """Show one row of the ledger with its place in the signed tree."""
    proof = selectors.proof(kind, seq, by=request.actor)
    facts = [(_NAMES.get(name, name), value) for name, value in proof.entry.items() if name != "v"]
    context = {"proof": proof, "facts": facts, "kind": kind, "seq": seq}
    return render(request, "security/entry.html", context)


@access.screen("security.verify_ledger", portal="office")
def download_proof(request, kind, seq):
    """Hand out the proof of one row as JSON."""
    proof = selectors.proof(kind, seq, by=request.actor)
    return _file(JsonResponse(proof.as_dict()), f"{kind}-{seq}.json")


@access.screen("security.see_ledger", portal="office")
def download_head(request, size):
    """Hand out a signed head as JSON."""
    found = selectors.head(size, by=request.actor)
    return _file(JsonResponse(found.as_dict()), f"head-{size}.json")


@access.screen("security.see_ledger", portal="office")
def download_key(request):
    """Hand out the public key that checks heads."""
    pem = HttpResponse(ledger.public_pem(), content_type="application/x-pem-file")
    return _file(pem, "haidang-ledger.pem")


@access.screen("security.see_ledger", portal="office")
def download_checker(request):
    """Hand out the program that checks heads and proofs without us."""
    source = Path(ledger.CHECKER).read_bytes()
    return _file(HttpResponse(source, content_type="text/x-python"), "checker.py")


def _file(response, name):
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@access.screen("security.retry_parked", portal="office", methods=("POST",))
def retry_parked(request):
    """Give a parked event to its subscriber again."""
    try:
        seq = int(request.POST.get("seq", ""))
        services.retry_parked(request.POST.get("subscriber", ""), seq, by=request.actor)
    except errors.HaidangError as refusal:
        messages.error(request, refusal.message)
    except Exception:
        # Whatever it is this time belongs to the subscriber; the operator must learn of it here.
        messages.error(request, _("Vẫn chưa xử lý được. Xem nhật ký máy chủ để biết nguyên nhân."))
    else:
        messages.success(request, _("Đã xử lý xong tin bị gác."))
    return redirect("security:see_ledger")


@access.screen("security.review_opening", portal="office")
def see_openings(request):
    """List emergency openings, those that wait for a conclusion first."""
    waiting = request.GET.get("xong") is None
    before = request.GET.get("truoc", "")
    before = int(before) if before.isdecimal() and len(before) < 19 else None
    found, more = selectors.openings(by=request.actor, waiting=waiting, before=before)
    context = {"openings": found, "waiting": waiting, "tabs": _tabs(waiting)}
    done = "" if waiting else "xong=1&"
    context["pages"] = {"next_url": f"?{done}truoc={more}" if more else ""}
    return render(request, "security/openings.html", context)


def _tabs(waiting):
    return [
        {"label": _("Chờ kết luận"), "url": "?", "active": waiting},
        {"label": _("Đã kết luận"), "url": "?xong=1", "active": not waiting},
    ]


@access.screen("security.review_opening", portal="office", methods=("GET", "POST"))
def review_opening(request, opening_id):
    """Show one emergency opening, and take the conclusion."""
    review = selectors.review(opening_id, by=request.actor)
    form = forms.Conclusion(request.POST or None)
    if form.is_valid():
        try:
            services.review_opening(opening_id, by=request.actor, **form.cleaned_data)
        except (errors.Conflict, errors.NotAllowed) as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Đã ghi kết luận."))
            return redirect("security:see_openings")
    problems = [
        {"field_id": form[name].id_for_label if name in form.fields else "", "message": message}
        for name, found in form.errors.items()
        for message in found
    ]
    context = {"review": review, "form": form, "errors": problems}
    return render(request, "security/opening.html", context, status=422 if problems else 200)
