"""Screens where an officer writes a procedure: parts, process, result, comparison, publishing."""

import yaml
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.kernel import dates, errors
from haidang.rooms.procedures.selectors import comparison, editing, officer
from haidang.rooms.procedures.services import editing as desk
from haidang.rooms.procedures.services import papers
from haidang.rooms.procedures.views import department, filling
from haidang.rooms.procedures.views import editor_shapes as shapes

_LONGEST = 200_000
_BOTH = ("GET", "POST")
_screen = "procedures.edit_catalogue"


@department.screen(_screen)
def see_catalogue(request):
    """Every procedure, with what is open under it, and what is being written."""
    facts = {
        "lines": officer.catalogue_page(at=timezone.now()),
        "writings": editing.writings(),
    }
    return render(request, "procedures/catalogue.html", facts)


@department.screen(_screen, methods=_BOTH)
def new_procedure(request):
    """Begin a procedure with its name."""
    refusal = ""
    if request.method == "POST":
        try:
            key = desk.begin_procedure(request.POST.get("name", "")[:300], by=request.actor)
            return redirect("procedures:edit_procedure", key)
        except errors.Incorrect as why:
            refusal = why.message
    status = 400 if refusal else 200
    return render(request, "procedures/editor/new.html", {"refusal": refusal}, status=status)


def page(request, key, part, facts, *, status=200):
    """A page of the editor with its heading, its tabs and what is wrong."""
    writing = editing.writing(key)
    faults = editing.faults(writing.definition | {"key": key})
    facts |= {"writing": writing, "faults": _linked(key, faults), "tabs": _tabs(key, part)}
    return render(request, f"procedures/editor/{part}.html", facts, status=status)


def _linked(key, faults):
    """Faults with the address of the page that mends each."""
    found = []
    for place, words, message in faults:
        kind, _colon, name = place.partition(":")
        url = _address(key, kind, name)
        found.append({"url": url, "words": words, "message": message})
    return found


def _address(key, kind, name):
    if kind == "question":
        return reverse("procedures:edit_question", args=[key, name])
    names = {"facts": "edit_procedure", "form": "edit_form"}
    return reverse(f"procedures:{names.get(kind, f'edit_{kind}')}", args=[key])


def _tabs(key, active):
    parts = (
        ("facts", "edit_procedure", _("Thông tin")),
        ("form", "edit_form", _("Biểu mẫu")),
        ("eligibility", "edit_eligibility", _("Điều kiện")),
        ("process", "edit_process", _("Quy trình")),
        ("result", "edit_result", _("Kết quả")),
        ("trial", "try_form", _("Điền thử")),
        ("comparison", "compare_versions", _("So sánh")),
        ("questionnaire", "exchange_form", "FHIR"),
        ("text", "edit_text", _("Văn bản")),
    )
    return [
        {"label": label, "url": reverse(f"procedures:{name}", args=[key]), "active": part == active}
        for part, name, label in parts
    ]


def saved(request, service, *given, **more):
    """Ask a service that keeps a step; tells whether it was kept, and why not."""
    try:
        service(*given, by=request.actor, revision=filling.revision_of(request), **more)
    except errors.NotFound:
        raise
    except errors.HaidangError as why:
        messages.error(request, why.message)
        return False
    return True


@department.screen(_screen, methods=_BOTH)
def edit_procedure(request, key):
    """What the procedure is."""
    definition = editing.writing(key).definition
    if request.method != "POST":
        return page(request, key, "facts", {"form": shapes.Facts.of(definition)})
    form = shapes.Facts(request.POST)
    if not form.is_valid():
        return page(request, key, "facts", {"form": form}, status=422)
    if saved(request, desk.save, key, form.parts(definition)):
        messages.success(request, _("Đã lưu. Người dân chưa thấy cho tới khi ban hành."))
    return redirect("procedures:edit_procedure", key)


@department.screen(_screen, methods=_BOTH)
def edit_eligibility(request, key):
    """What must hold before one applies, a question each."""
    definition = editing.writing(key).definition
    given = request.POST if request.method == "POST" else None
    found = shapes.conditions(definition, given, others=editing.others(key))
    if given is None:
        return page(request, key, "eligibility", {"formset": found})
    if not found.is_valid():
        return page(request, key, "eligibility", {"formset": found}, status=422)
    if saved(request, desk.save, key, {"conditions": shapes.conditions_of(found)}):
        messages.success(request, _("Đã lưu. Người dân chưa thấy cho tới khi ban hành."))
    return redirect("procedures:edit_eligibility", key)


@department.screen(_screen, methods=_BOTH)
def edit_process(request, key):
    """Which way a dossier goes."""
    processes = editing.processes()
    running = editing.published_process(key)
    chosen = request.POST.get("process", "")
    if chosen in {each[0] for each in processes}:
        if saved(request, desk.save, key, {"process": chosen}):
            messages.success(request, _("Đã chọn quy trình."))
        return redirect("procedures:edit_process", key)
    return page(request, key, "process", {"processes": processes, "running": running})


@department.screen(_screen, methods=_BOTH)
def edit_result(request, key):
    """What comes out, and how its paper is worded."""
    definition = editing.writing(key).definition
    questions = editing.questions(definition)
    if request.method != "POST":
        facts = {"form": shapes.Result.of(definition, questions), "questions": questions}
        return page(request, key, "result", facts)
    form = shapes.Result(request.POST, questions=questions)
    if not form.is_valid():
        return page(request, key, "result", {"form": form, "questions": questions}, status=422)
    if saved(request, desk.save, key, form.parts()):
        messages.success(request, _("Đã lưu mẫu kết quả."))
    return redirect("procedures:edit_result", key)


@department.screen(_screen)
def see_sample(request, key):
    """The result's paper with made-up answers."""
    definition = editing.writing(key).definition | {"key": key}
    try:
        content = papers.sample(definition, at=timezone.now())
    except errors.Incorrect:
        messages.error(request, _("Sửa những chỗ còn thiếu rồi mở bản mẫu."))
        return redirect("procedures:edit_result", key)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="ban-mau.pdf"'
    return answer


@department.screen(_screen)
def compare_versions(request, key):
    """Two versions side by side, in words."""
    sides = comparison.sides(key)
    marks = [mark for mark, _words in sides]
    newer = request.GET.get("moi") if request.GET.get("moi") in marks else marks[0]
    rest = marks[marks.index(newer) + 1 :] or marks
    older = request.GET.get("cu") if request.GET.get("cu") in marks else rest[0]
    facts = {"sides": sides, "older": older, "newer": newer}
    facts["found"] = comparison.compare(key, older, newer) if older != newer else None
    return page(request, key, "comparison", facts)


@department.screen(_screen, methods=_BOTH)
def publish_procedure(request, key):
    """What will change for people, and from when."""
    now = timezone.now()
    facts = {
        "form": shapes.Publishing(
            request.POST if request.method == "POST" else None,
            initial={"valid_from": now.astimezone(dates.HANOI).date()},
        ),
        "found": comparison.to_publish(key),
        "overview": editing.overview(editing.writing(key).definition | {"key": key}),
    }
    if request.method != "POST" or not facts["form"].is_valid():
        return page(request, key, "publish", facts)
    day = facts["form"].cleaned_data["valid_from"]
    if not saved(request, desk.publish_writing, key, valid_from=day, at=now):
        return redirect("procedures:publish_procedure", key)
    told = _("Đã ban hành. Người dân nộp được ngay.")
    if day > now.astimezone(dates.HANOI).date():
        told = _("Đã ban hành. Áp dụng từ ngày {day}.").format(day=dates.show(day))
    messages.success(request, told)
    return redirect("procedures:catalogue")


@department.screen(_screen, methods=("POST",))
def discard_writing(request, key):
    """Throw away what was written."""
    desk.discard(key, by=request.actor)
    messages.success(request, _("Đã bỏ bản đang soạn."))
    return redirect("procedures:catalogue")


@department.screen(_screen, methods=_BOTH)
def edit_text(request, key):
    """The same procedure as text, for whoever prefers it."""
    writing = editing.writing(key)
    text, refusal = _as_text(writing.definition), ""
    if request.method == "POST":
        text = request.POST.get("definition", "")[:_LONGEST]
        try:
            if saved(request, desk.replace, key, _read(text)):
                messages.success(request, _("Đã lưu. Người dân chưa thấy cho tới khi ban hành."))
            return redirect("procedures:edit_text", key)
        except errors.Incorrect as why:
            refusal = why.message
    facts = {"text": text, "refusal": refusal}
    return page(request, key, "text", facts, status=422 if refusal else 200)


def _as_text(definition):
    return yaml.safe_dump(definition, allow_unicode=True, sort_keys=False, width=100)


def _read(text):
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as why:
        line = getattr(getattr(why, "problem_mark", None), "line", 0) + 1
        raise errors.Incorrect(
            "procedures.text_unreadable",
            _("Dòng {line} không đọc được; kiểm tra dấu hai chấm và thụt lề.").format(line=line),
        ) from why
    if not isinstance(found, dict) or not _fits(found):
        raise errors.Incorrect(
            "procedures.text_unreadable", _("Thủ tục là các dòng «tên: giá trị».")
        )
    return found


def _fits(found):
    """Whether the lists that the editor walks through are lists of what they should hold."""
    basis, papers = found.get("basis") or [], found.get("papers") or []
    names = ("form", "words", "overrides", "conditions")
    lists = [basis, papers, *(found.get(name) or [] for name in names)]
    if not all(isinstance(one, list) for one in lists):
        return False
    return (
        all(isinstance(one, dict) for one in (found.get("form") or []))
        and all(isinstance(one, dict) for one in (found.get("conditions") or []))
        and all(isinstance(one, str) for one in (found.get("words") or []))
        and all(isinstance(one, str) or _is_titled(one) for one in basis)
        and all(_is_titled(one) and "key" in one for one in papers)
    )


def _is_titled(one):
    return isinstance(one, dict) and isinstance(one.get("title"), str)
