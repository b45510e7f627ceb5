"""Screens where an officer builds a form question by question; each button is a form post."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.kernel import dates, errors
from haidang.rooms.procedures.selectors import editing
from haidang.rooms.procedures.services import editing as desk
from haidang.rooms.procedures.views import department, editor

_BOTH = ("GET", "POST")
_screen = "procedures.edit_catalogue"
_EMPTY_ROWS = 2


@department.screen(_screen, methods=_BOTH)
def edit_form(request, key):
    """The form line by line, beside it what the applicant sees."""
    if request.method == "POST":
        return _step(request, key)
    definition = editing.writing(key).definition
    facts = {
        "lines": editing.outline(definition),
        "groups": editing.groups(definition),
        "blocks": editing.blocks(definition),
        "papers": editing.papers_without_question(definition),
        "kinds": [(kind, _(words)) for kind, words in forms.wording.KINDS.items()],
        "fields": _fields(definition),
        "english": get_language() == "en",
    }
    return editor.page(request, key, "form", facts)


def _fields(definition):
    """The preview, or nothing while the form cannot be read."""
    try:
        return editing.preview_fields(definition, today=_today())[0]
    except errors.Incorrect:
        return []


def _today():
    return timezone.now().astimezone(dates.HANOI).date()


def _step(request, key):
    """One change of the form; back to the line that was changed."""
    action, name = request.POST.get("action", ""), request.POST.get("name", "")
    for given in ("block", "paper"):
        if given in request.POST:
            action, name = given, request.POST[given]
    words = request.POST.get("words", "")[:2000]
    into = request.POST.get("into", "")
    steps = {
        "add": (desk.add_question, request.POST.get("kind", "string"), words),
        "block": (desk.add_block, name),
        "paper": (desk.add_paper_question, name),
        "up": (desk.move_question, name, -1),
        "down": (desk.move_question, name, 1),
        "place": (desk.place_question, name, into),
        "remove": (desk.remove_question, name),
    }
    if action in steps:
        service, *given = steps[action]
        more = {"into": into} if action == "add" else {}
        editor.saved(request, service, key, *given, **more)
    if action == "place":
        return redirect("procedures:edit_question", key, name)
    anchor = f"#cau-{name}" if action in ("up", "down") else "#them" if action == "add" else ""
    return redirect(reverse("procedures:edit_form", args=[key]) + anchor)


@department.screen(_screen, methods=_BOTH)
def edit_question(request, key, name):
    """One question: its words, limits, options, conditions and sums."""
    definition = editing.writing(key).definition
    item = forms.building.find(definition.get("form") or [], name)
    if request.method == "POST":
        kept = editor.saved(request, desk.change_question, key, name, dict(request.POST.lists()))
        if kept and "more" not in request.POST:
            messages.success(request, _("Đã lưu câu hỏi."))
            return redirect(reverse("procedures:edit_form", args=[key]) + f"#cau-{name}")
        more = "?dong=6" if "more" in request.POST else ""
        return redirect(reverse("procedures:edit_question", args=[key, name]) + more)
    empty = 6 if request.GET.get("dong") == "6" else _EMPTY_ROWS
    return editor.page(
        request, key, "question", _question(definition, item, empty) | {"name": name}
    )


def _question(definition, item, empty):
    """What the page of a question shows: its values, and rows to write more into."""
    others = [one for one in editing.questions(definition) if one[0] != item["link_id"]]
    function, of = next(iter((item.get("calculated") or {}).items()), ("", ()))
    return {
        "item": item,
        "groups": [one for one in editing.groups(definition) if one[0] != item["link_id"]],
        "inside": next(o.inside for o in _outline(definition) if o.name == item["link_id"]),
        "kind": _(forms.wording.KINDS[item["type"]]),
        "options": _rows(item.get("options"), empty),
        "units": _rows(item.get("units"), empty),
        "codes": [*(item.get("codes") or ()), *[{}] * empty],
        "conditions": [*_conditions(item), *[{}] * empty],
        "others": [(other, words) for other, words, _item in others],
        "answers": sorted({o.display for _n, _w, other in others for o in other.options}),
        "operators": [(code, _(words)) for code, words in forms.wording.COMPARISONS.items()],
        "shapes": [(code, _(words)) for code, words in forms.wording.SHAPES.items()],
        "functions": [(code, _(words)) for code, words in forms.wording.SUMS.items()],
        "function": function,
        "of": of,
        "known": list(editing.KNOWN.items()),
        "media": [(one, one.rpartition("/")[2].upper()) for one in forms.MEDIA],
        "accept": item.get("accept") or [],
        "limits": [(n, _limit(item.get(n))) for n in ("min_value", "max_value")],
        "fields": _one(definition, item["link_id"]),
        "english": get_language() == "en",
    }


def _outline(definition):
    return forms.building.outline(definition.get("form") or [])


def _rows(options, empty):
    listed = [{"code": o, "display": o} if isinstance(o, str) else o for o in options or ()]
    listed = [one | {"score": str(one.get("score", "")).replace(".", ",")} for one in listed]
    return [*listed, *[{}] * empty]


def _conditions(item):
    for one in item.get("enable_when") or ():
        answer = one.get("answer", "")
        if isinstance(answer, bool):
            answer = _("có") if answer else _("không")
        yield {"operator": "=", **one, "answer": answer}


def _limit(value):
    return "" if value is None else forms.wording.value(value) if value == "today" else value


def _one(definition, name):
    try:
        return editing.one_field(definition, name)
    except errors.HaidangError:
        return []


@department.screen(_screen, methods=("POST",))
def preview_question(request, key, name):
    """The question as it will look, while it is being written; nothing is kept."""
    definition = editing.writing(key).definition
    items = definition.get("form") or []
    values = forms.values_of(items, name, dict(request.POST.lists()))
    changed = definition | {"form": forms.building.change(items, name, values)}
    facts = {"fields": _one(changed, name), "english": get_language() == "en"}
    if not facts["fields"]:
        return HttpResponse(status=204)
    return render(request, "procedures/editor/preview.html", facts)


@department.screen(_screen, methods=_BOTH)
def try_form(request, key):
    """The form to fill in, as the applicant will; nothing is kept."""
    definition = editing.writing(key).definition
    given = dict(request.POST.lists()) if request.method == "POST" else None
    facts = {"english": get_language() == "en", "problems": [], "tried": "send" in request.POST}
    try:
        facts["fields"], facts["problems"] = editing.preview_fields(
            definition,
            given,
            check=facts["tried"],
            adding=request.POST.getlist("more"),
            looking={n: request.POST.get(f"{n}.find", "") for n in request.POST.getlist("find")},
            today=_today(),
        )
    except errors.Incorrect:
        facts["fields"] = []
    facts["errors"] = [
        {"field_id": f"id_{one.path}", "message": one.message} for one in facts["problems"]
    ]
    facts["overview"] = editing.overview(definition | {"key": key})
    return editor.page(request, key, "trial", facts)
