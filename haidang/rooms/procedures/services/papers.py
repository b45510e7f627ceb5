"""The papers that the room makes: results and refusals, with their number and a QR code."""

import functools
import io
import json
import threading
from pathlib import Path

import segno
import typst
from django.conf import settings

from haidang.kernel import dates

_TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "documents" / "result.typ"
_FONTS = "node_modules/@expo-google-fonts/be-vietnam-pro"
_WEIGHTS = ("400Regular", "600SemiBold", "700Bold")
_one_at_a_time = threading.Lock()


def paper(dossier, procedure, response, *, accepted, signer, at):
    """The PDF of a result, or of a refusal (phiếu từ chối), as bytes (PDF/A)."""
    told = {
        "agency": ["UBND THÀNH PHỐ HẢI PHÒNG", "SỞ Y TẾ"],
        "number": dossier.result_number,
        "place": f"Hải Phòng, ngày {at.astimezone(dates.HANOI):%d tháng %m năm %Y}",
        "title": procedure.result if accepted else "Phiếu từ chối giải quyết hồ sơ",
        "procedure": procedure.name,
        "basis": [one.title for one in procedure.basis],
        "rows": [["Mã hồ sơ", dossier.code], *_rows(response.form.items, response.answers)],
        "reason": "" if accepted else dossier.refusal,
        "until": dates.show(dossier.result_until) if dossier.result_until else "",
        "signer": signer,
        "qr": _qr(f"{settings.HAIDANG_ADDRESS.rstrip('/')}/kiem-tra-ket-qua/?so={dossier.code}"),
        "synthetic": settings.HAIDANG_SYNTHETIC,
    }
    with _one_at_a_time:  # a compiler holds fonts, and is not made for two threads
        return _compiler().compile(
            sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-2b"],
            timestamp=int(at.timestamp()),
        )


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


@functools.cache
def _compiler():
    folder = settings.BASE_DIR / _FONTS
    return typst.Compiler(str(_TEMPLATE), font_paths=[str(folder / weight) for weight in _WEIGHTS])


def _qr(text):
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
