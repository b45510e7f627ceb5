"""Screens where an officer takes a FHIR Questionnaire into a form, and gives the form out as one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.kernel import errors
from haidang.rooms.procedures.selectors import questionnaires
from haidang.rooms.procedures.services import questionnaires as desk
from haidang.rooms.procedures.views import department, editor

_screen = "procedures.edit_catalogue"
_LARGEST = 500_000


@department.screen(_screen, methods=("GET", "POST"))
def exchange_form(request, key):
    """Paste or send a Questionnaire, see what it brings and what is not held, then take it."""
    facts = {"text": "", "english": get_language() == "en"}
    status = 200
    if request.method == "POST":
        try:
            content = _content(request)
            facts["text"] = _readable(content)
            facts["look"] = questionnaires.look(key, content)
        except errors.NotFound:
            raise
        except errors.HaidangError as why:
            facts |= {"refusal": why.message, "issues": questionnaires.sentences(why)}
            status = why.status
        else:
            if request.POST.get("act") == "take" and _taken(request, key, content):
                return redirect("procedures:edit_form", key)
    return editor.page(request, key, "questionnaire", facts, status=status)


def _content(request):
    file = request.FILES.get("file")
    if file:
        return file.read(_LARGEST + 1)
    return request.POST.get("resource", "").strip().encode()


def _readable(content):
    """What was sent, to stand in the box again; a heap too large for anybody is left out."""
    return content.decode(errors="replace") if len(content) <= _LARGEST else ""


def _taken(request, key, content):
    replacing = request.POST.get("way") == "replace"
    if not editor.saved(request, desk.take_questionnaire, key, content, replacing=replacing):
        return False
    messages.success(request, _("Đã đưa vào biểu mẫu đang soạn. Người dân chưa thấy gì."))
    return True


@department.screen(_screen)
def questionnaire_file(request, key):
    """The form as a Questionnaire, to be kept or sent elsewhere."""
    try:
        content = questionnaires.given_out(key)
    except errors.Incorrect:
        messages.error(request, _("Biểu mẫu chưa đọc được; sửa những chỗ được nêu rồi tải về."))
        return redirect("procedures:exchange_form", key)
    answer = HttpResponse(content, content_type="application/fhir+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{key}.questionnaire.json"'
    return answer
