"""The papers that the room makes: results and refusals, with their number and a QR code."""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.kernel import dates
from haidang.rooms.procedures import domain
from haidang.rooms.procedures.selectors import catalogue

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "documents" / "result.typ"


def give_out(dossier, procedure, response, *, accepted, by, at):
    """Issue a result, or a refusal (phiếu từ chối), and return the `documents.Issued`.

    Raises    as `documents.issue`
    """
    code = documents.new_code()
    told = _told(dossier, procedure, response, accepted=accepted, signer=by.name, code=code, at=at)
    return documents.issue(
        documents.render(_TEMPLATE, told, at=at),
        code=code,
        number=dossier.result_number,
        title=told["title"],
        org=domain.DEPARTMENT,
        about=f"Dossier/{dossier.pk}",
        by=by,
        at=at,
    )


def _told(dossier, procedure, response, *, accepted, signer, code, at):
    address = settings.HAIDANG_ADDRESS.rstrip("/")
    worded = dossier.version.definition.get("result_paper") or {}
    return {
        "agency": ["UBND thành phố Hải Phòng", "Sở Y tế"],
        "number": dossier.result_number,
        "place": f"Hải Phòng, ngày {at.astimezone(dates.HANOI):%d tháng %m năm %Y}",
        "title": procedure.result if accepted else "Phiếu từ chối giải quyết hồ sơ",
        "summary": procedure.name,
        "position": worded.get("position") or "Người có thẩm quyền",
        "opening": _filled(worded.get("opening", ""), response) if accepted else "",
        "closing": _filled(worded.get("closing", ""), response) if accepted else "",
        "basis": [one.title for one in procedure.basis],
        "rows": [["Mã hồ sơ", dossier.code], *_rows(response, worded.get("rows", ()))],
        "reason": "" if accepted else dossier.refusal,
        "until": dates.show(dossier.result_until) if dossier.result_until else "",
        "signer": signer,
        "qr": documents.qr(f"{address}/kiem-tra-ket-qua/?so={code}"),
        "qr_label": f"Quét để kiểm tra kết quả. Mã tra cứu: {code}",
        "notice": documents.notice(),
    }


def _filled(words, response):
    """Words with the answers that `{name}` stands for; an answer that is not there leaves a gap."""
    told = {
        name: shown for name, _question, shown in _answers(response.form.items, response.answers)
    }
    return _PLACE.sub(lambda found: told.get(found[1], "…"), words)


def _rows(response, chosen):
    """Questions and answers of the table: those chosen, or all of them."""
    for name, question, shown in _answers(response.form.items, response.answers):
        if not chosen or name in chosen:
            yield [question, shown]


def _answers(items, answers):
    """(name, question, answer) in their order, attachments and the declaration left out."""
    for item in items:
        value = answers.get(item.link_id)
        if value in (None, "", []) or item.type in ("attachment", "display", "boolean"):
            continue
        if item.type == "group":
            for one in value if isinstance(value, list) else [value]:
                yield from _answers(item.items, one)
        else:
            yield item.link_id, item.text, _words(item, value)


def _words(item, value):
    if isinstance(value, list):
        return ", ".join(_words(item, one) for one in value)
    if isinstance(value, dict):
        return forms.shown(value)
    return dates.show(value) if item.type == "date" else str(value)


def sample(definition, *, at):
    """The paper of a definition with made-up answers, as PDF: for whoever words it.

    Raises    Incorrect `procedures.definition_wrong`, `forms.definition_unreadable`
    """
    found = domain.procedure(definition)
    form = forms.parse(catalogue.form_of(definition))
    dossier = SimpleNamespace(
        code="H24.15-000000-0000",
        result_number="0000/MAU",
        refusal="",
        result_until=at.date() + timedelta(days=found.result_days) if found.result_days else None,
        version=SimpleNamespace(definition=definition),
    )
    response = SimpleNamespace(form=form, answers=_made_up(form.items))
    told = _told(dossier, found, response, accepted=True, signer="…", code="MAU", at=at)
    told["notice"] = "Bản mẫu để xem cách trình bày: không có giá trị sử dụng."
    return documents.render(_TEMPLATE, told, at=at).content


def _made_up(items):
    """An answer to each question: its own words, so that one sees what goes where."""
    found = {}
    for item in items:
        one = _made_up(item.items) if item.type == "group" else f"‹{item.text}›"
        if item.type == "date":
            one = "2026-01-01"
        if item.type not in ("display", "attachment", "boolean"):
            found[item.link_id] = [one] if item.repeats else one
    return found
