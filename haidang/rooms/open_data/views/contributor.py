"""Screens of who contributes: their list, upload, describe, send, report, withdraw."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.open_data import selectors, services
from haidang.rooms.open_data.domain import datasets, sheets
from haidang.rooms.open_data.selectors import words
from haidang.rooms.open_data.views import files

_may = "open_data.contribute"
_BOTH = ("GET", "POST")
_FIELDS = ("title", "description", "licence", "shown_as", "organisation")


@access.screen(_may, portal="citizen")
def mine(request):
    """One's own contributions."""
    return render(request, "open_data/mine.html", {"lines": selectors.mine(request.actor)})


@access.screen(_may, portal="citizen", methods=_BOTH)
def upload(request, contribution_id=None):
    """Send a table; what is wrong with it is told line by line, and what was typed is kept."""
    row = selectors.own(contribution_id, by=request.actor)["row"] if contribution_id else None
    if request.method == "GET":
        typed = {name: getattr(row, name) for name in _FIELDS} if row else {"licence": "cc-by-4.0", "shown_as": "name"}  # fmt: skip
        return _upload_form(request, row, typed)
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    file = request.FILES.get("file")
    if file is None:
        missing = [{"field_id": "id_file", "message": _("Hãy chọn tệp CSV hoặc XLSX.")}]
        return _upload_form(request, row, typed, errors=missing, status=400)
    content = file.read(sheets.MOST_BYTES + 1)
    try:
        pk = services.upload(content, name=file.name, **typed, by=request.actor, at=timezone.now(), into=row.pk if row else None)  # fmt: skip
    except errors.Incorrect as why:
        told = words.fields(why.facts.get("fields", ())) or _at_file(why)
        return _upload_form(request, row, typed, errors=told, status=400)
    except errors.RuleBroken as why:
        problems = [words.problem(one) for one in why.facts.get("problems", ())]
        return _upload_form(request, row, typed, problems=problems, errors=[] if problems else _at_file(why), status=422)  # fmt: skip
    except errors.TooLarge as why:
        return _upload_form(request, row, typed, errors=_at_file(why), status=413)
    messages.success(request, _("Tệp không có lỗi. Hãy cho biết mỗi cột chứa gì, rồi gửi."))
    return redirect("open_data:see_own", pk)


def _at_file(why):
    return [{"field_id": "id_file", "message": why.message}]


def _upload_form(request, row, typed, *, errors=(), problems=(), status=200):
    shown = {
        "row": row,
        "typed": typed,
        "errors": errors,
        "problems": problems,
        "licences": [(key, words.licence(key)[0]) for key in datasets.LICENCES],
        "shown_as": words.SHOWN_AS.items(),
        "most": sheets.MOST_BYTES // 1024 // 1024,
    }
    return render(request, "open_data/upload.html", shown, status=status)


@access.screen(_may, portal="citizen", methods=_BOTH)
def see_own(request, contribution_id):
    """One contribution: its columns while it may be changed, and what became of it."""
    facts = selectors.own(contribution_id, by=request.actor)
    if request.method == "GET":
        return render(request, "open_data/own.html", facts)
    meanings = {one["name"]: request.POST.get(f"meaning_{one['name']}", "") for one in facts["row"].columns}  # fmt: skip
    try:
        services.submit(contribution_id, meanings=meanings, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã gửi. Sở sẽ xem và báo cho bạn."))
        return redirect("open_data:see_own", contribution_id)
    except errors.RuleBroken as why:
        told = [{"field_id": f"id_meaning_{name}", "message": _("Cột «{name}» chứa gì?").format(name=name)} for name in why.facts["columns"]]  # fmt: skip
        for one, _type in facts["columns"]:
            one["meaning"] = meanings[one["name"]]
        return render(request, "open_data/own.html", facts | {"errors": told}, status=422)
    except errors.Conflict as why:
        messages.error(request, _(why.message))
        return redirect("open_data:see_own", contribution_id)


@access.screen(_may, portal="citizen", methods=("POST",))
def withdraw(request, contribution_id):
    """Take a contribution back."""
    try:
        services.withdraw(contribution_id, by=request.actor, at=timezone.now())
        messages.success(request, _("Đã rút đóng góp."))
    except errors.Conflict as why:
        messages.error(request, _(why.message))
    return redirect("open_data:mine")


@access.screen(_may, portal="citizen", methods=_BOTH)
def report(request, key):
    """Report that a published figure is wrong."""
    names = ("row_words", "column", "proposed", "words", "shown_as", "organisation")
    one, typed = selectors.dataset(key), {"shown_as": "name"}
    told, status = (), 200
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in names}
        file = request.FILES.get("file")
        evidence = (file.name, file.chunks()) if file else None
        try:
            pk = services.report(key, **typed, evidence=evidence, by=request.actor, at=timezone.now())  # fmt: skip
            messages.success(request, _("Đã gửi. Sở sẽ xem và báo cho bạn."))
            return redirect("open_data:see_own", pk)
        except (errors.Incorrect, errors.RuleBroken, errors.TooLarge) as why:
            told = words.fields(why.facts.get("fields", ())) or _at_file(why)
            status = why.status
    else:
        typed["row_words"] = request.GET.get("dong", "")[:500]
    shown = {
        "one": one,
        "title": words.title(one),
        "typed": typed,
        "errors": told,
        "shown_as": words.SHOWN_AS.items(),
    }
    return render(request, "open_data/report.html", shown, status=status)


@access.screen(_may, portal="citizen")
def own_file(request, contribution_id):
    """The file that one sent."""
    row = selectors.own(contribution_id, by=request.actor)["row"]
    return files.answer(row, own=True)
