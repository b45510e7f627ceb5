"""The papers that the room makes: results and refusals, with their number and a QR code."""

from pathlib import Path

from django.conf import settings

from haidang.engines.documents import api as documents
from haidang.kernel import dates
from haidang.rooms.procedures import domain

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
    return {
        "agency": ["UBND thành phố Hải Phòng", "Sở Y tế"],
        "number": dossier.result_number,
        "place": f"Hải Phòng, ngày {at.astimezone(dates.HANOI):%d tháng %m năm %Y}",
        "title": procedure.result if accepted else "Phiếu từ chối giải quyết hồ sơ",
        "summary": procedure.name,
        "position": "Người có thẩm quyền",
        "basis": [one.title for one in procedure.basis],
        "rows": [["Mã hồ sơ", dossier.code], *_rows(response.form.items, response.answers)],
        "reason": "" if accepted else dossier.refusal,
        "until": dates.show(dossier.result_until) if dossier.result_until else "",
        "signer": signer,
        "qr": documents.qr(f"{address}/kiem-tra-ket-qua/?so={code}"),
        "qr_label": f"Quét để kiểm tra kết quả. Mã tra cứu: {code}",
        "notice": "Dữ liệu mô phỏng: không có giá trị sử dụng, không có người thật."
        if settings.HAIDANG_SYNTHETIC
        else "",
    }


def _rows(items, answers):
    """Questions and answers in their order, attachments and the declaration left out."""
    for item in items:
        value = answers.get(item.link_id)
        if value in (None, "", []) or item.type in ("attachment", "display", "boolean"):
            continue
        if item.type == "group":
            for one in value if isinstance(value, list) else [value]:
                yield from _rows(item.items, one)
        else:
            yield [item.text, _words(item, value)]


def _words(item, value):
    if isinstance(value, dict):
        return value.get("display") or value.get("code", "")
    return dates.show(value) if item.type == "date" else str(value)
