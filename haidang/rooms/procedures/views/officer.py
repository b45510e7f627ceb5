"""Screens of the department: the list with its clocks, one dossier, and the catalogue."""

from datetime import datetime

import yaml
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import dates, errors
from haidang.rooms.procedures import selectors, services
from haidang.rooms.procedures.views import files

_LONGEST = 200_000


@access.screen("procedures.process", portal="office")
def work(request):
    """What waits for the asker, the most pressing first."""
    mine = request.GET.get("giu") == "1"
    after = _after(request.GET.get("sau", ""))
    found = selectors.work(by=request.actor, at=timezone.now(), mine=mine, after=after)
    tabs = [
        {"label": _("Chờ xử lý"), "url": "?", "active": not mine},
        {"label": _("Việc tôi giữ"), "url": "?giu=1", "active": mine},
    ]
    url = f"?sau={found['next'][0].isoformat()}|{found['next'][1]}" if found["next"] else ""
    page = {"next_url": url, "previous_url": ""}
    return render(request, "procedures/work.html", found | {"tabs": tabs, "page": page})


def _after(text):
    moment, _bar, task_id = text.partition("|")
    try:
        return (datetime.fromisoformat(moment), task_id) if task_id else None
    except ValueError:
        return None


@access.screen("procedures.process", portal="office")
def see_case(request, case_id):
    """One dossier: what was declared on the left, its way and its steps on the right."""
    facts = selectors.case_page(case_id, by=request.actor, at=timezone.now())
    return render(request, "procedures/case.html", facts)


@access.screen("procedures.process", portal="office", methods=("POST",))
def decide(request, case_id, task_id):
    """Finish a step with what was decided."""
    selectors.case_page(case_id, by=request.actor, at=timezone.now())
    try:
        services.decide(
            task_id,
            by=request.actor,
            at=timezone.now(),
            outcome=request.POST.get("outcome", ""),
            items=request.POST.get("items", "")[:4000].splitlines(),
            reason=request.POST.get("reason", "")[:1000],
        )
        messages.success(request, _("Đã ghi. Hồ sơ đã chuyển bước."))
    except errors.HaidangError as why:
        messages.error(request, why.message)
    return redirect("procedures:see_case", case_id)


@access.screen("procedures.process", portal="office")
def case_file(request, case_id, sha256):
    """A file of a dossier."""
    return files.answer(*selectors.file_of_case(case_id, sha256, by=request.actor))


@access.screen("procedures.edit_catalogue", portal="office")
def see_catalogue(request):
    """Every procedure, with what is open under it."""
    lines = selectors.catalogue_page(at=timezone.now())
    return render(request, "procedures/catalogue.html", {"lines": lines})


@access.screen("procedures.edit_catalogue", portal="office", methods=("GET", "POST"))
def edit_procedure(request, key):
    """A procedure as text: preview first, then publish; every fault is named."""
    versions = selectors.versions_of(key)
    text = request.POST.get("definition", "")[:_LONGEST] or _as_text(key, versions)
    facts = {"key": key, "text": text, "versions": versions, "issues": [], "published": False}
    try:
        definition = _read(text, key)
        facts["preview"] = selectors.preview(definition)
        if "publish" in request.POST:
            today = timezone.now().astimezone(dates.HANOI).date()
            services.publish(definition, by=request.actor, valid_from=today)
            messages.success(request, _("Đã ban hành. Người dân nộp được ngay."))
            return redirect("procedures:catalogue")
    except errors.HaidangError as why:
        facts["issues"] = why.facts.get("issues") or [{"expression": "", "message": why.message}]
    status = 422 if facts["issues"] and request.method == "POST" else 200
    return render(request, "procedures/edit.html", facts, status=status)


def _as_text(key, versions):
    definition = dict(versions[0][1]) if versions else dict(selectors.EMPTY)
    definition.pop("key", None)
    return yaml.safe_dump(definition, allow_unicode=True, sort_keys=False, width=100)


def _read(text, key):
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as why:
        line = getattr(getattr(why, "problem_mark", None), "line", 0) + 1
        raise errors.Incorrect(
            "procedures.text_unreadable",
            _("Dòng {line} không đọc được; kiểm tra dấu hai chấm và thụt lề.").format(line=line),
        ) from why
    if not isinstance(found, dict):
        raise errors.Incorrect(
            "procedures.text_unreadable", _("Thủ tục là các dòng «tên: giá trị».")
        )
    return found | {"key": key}
