"""The papers that the room makes: results and refusals, with their number and a QR code."""

from pathlib import Path

from django.conf import settings

from haidang.engines.documents import api as documents
from haidang.kernel import dates

_TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "documents" / "result.typ"


def paper(dossier, procedure, response, *, accepted, signer, at):
    """The PDF/A of a result, or of a refusal (phiếu từ chối), as bytes."""
    return made(
        dossier, procedure, response, accepted=accepted, signer=signer, code=dossier.code, at=at
    ).content


def made(dossier, procedure, response, *, accepted, signer, code, at):
    """A result as `documents.Paper`: its bytes, and the room for its signatures.

    code    what the QR code leads to on the public page of checking
    """
    told = {
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
        "qr": documents.qr(f"{settings.HAIDANG_ADDRESS.rstrip('/')}/kiem-tra-ket-qua/?so={code}"),
        "qr_label": "Quét để kiểm tra kết quả",
        "notice": "Dữ liệu mô phỏng: không có giá trị sử dụng, không có người thật."
        if settings.HAIDANG_SYNTHETIC
        else "",
    }
    return documents.render(_TEMPLATE, told, at=at)


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
