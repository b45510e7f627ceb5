"""What the slips say and how they look; their list is data with its source."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.kernel import dates, money
from haidang.rooms.procedures import domain

DATA = Path(__file__).with_name("data")
_TERMS = {"working_day": "ngày làm việc", "day": "ngày", "hour": "giờ làm việc"}
_PLACES = {
    "online": "Trực tuyến, trên trang hồ sơ của người nộp",
    "counter": "Bộ phận Tiếp nhận và Trả kết quả, Sở Y tế",
    "post": "Qua bưu điện",
}


@dataclass(frozen=True)
class Kind:
    """One of the forms; `symbol` stands behind its number, and one without a symbol has no number."""

    form: str
    title: str
    title_en: str
    symbol: str = ""
    template: str = "slip.typ"


@functools.cache
def _kinds():
    told = tomllib.loads((DATA / "slips.toml").read_text(encoding="utf-8"))["slips"]
    return {form: Kind(form, **one) for form, one in told.items()}


KINDS = _kinds()


def told(row, form, *, number, by, at, **facts):
    """What a slip says, as plain values: it is kept, and its paper is drawn from it alone."""
    found = domain.procedure(row.version.definition)
    found = domain.on(found, (row.submitted_at or at).astimezone(dates.HANOI).date())
    body = _BODIES[form](row, found, by, at, facts)
    return {
        "agency": ["Sở Y tế thành phố Hải Phòng", "Bộ phận Tiếp nhận và Trả kết quả"],
        "form": f"Mẫu số {form}" if form.isdigit() else "",
        "title": KINDS[form].title,
        "number": number,
        "place": f"Hải Phòng, ngày {at.astimezone(dates.HANOI):%d tháng %m năm %Y}",
        "rows": [],
        "heading": "",
        "list": [],
        "closing": "",
        "signatures": [],
    } | body


def paper(slip):
    """The paper of a slip; the same slip always gives the same bytes."""
    address = settings.HAIDANG_ADDRESS.rstrip("/")
    more = {
        "qr": documents.qr(f"{address}/theo-doi-ho-so/?ma={slip.code}"),
        "qr_label": f"Quét để theo dõi hồ sơ. Mã tra cứu: {slip.code}",
        "notice": documents.notice(),
    }
    template = DATA / "documents" / KINDS[slip.form].template
    return documents.render(template, slip.told | more, at=slip.made_at)


def moment(at):
    """A moment as slips print it, to the minute."""
    return f"{at.astimezone(dates.HANOI):%H giờ %M phút, ngày %d/%m/%Y}" if at else "chưa có"


def _whose(row):
    rows = [["Mã hồ sơ", row.code], ["Tiếp nhận của", row.applicant_name]]
    if row.submitter_name:
        rows.append(["Người nộp", row.submitter_name])
    for name, label in (("address", "Địa chỉ"), ("phone", "Số điện thoại"), ("email", "Email")):
        if row.contact.get(name):
            rows.append([label, row.contact[name]])
    return rows


def _receipt(row, found, by, at, _facts):
    """01: what was received, and when the result is due."""
    papers = _papers_of(row)
    term = f"{found.term} {_TERMS[found.term_unit]}" if found.term else "Trả ngay"
    where = _PLACES[row.return_way]
    if row.return_way == "post":
        where = f"{where}, tới {row.contact.get('return_address', 'địa chỉ của người nộp')}"
    rows = [
        *_whose(row),
        ["Nội dung yêu cầu giải quyết", found.name],
        ["Số lượng hồ sơ", "01 bộ"],
        ["Thời hạn giải quyết theo quy định", term],
        ["Thời gian nhận hồ sơ", moment(row.received_at or at)],
        ["Thời gian trả kết quả", moment(row.due_at)],
        ["Nhận kết quả", where],
    ]
    if found.fee_vnd:
        rows.append(["Phí, lệ phí", f"{money.show(found.fee_vnd)}, thu khi tiếp nhận"])
    return {
        "rows": rows,
        "heading": f"Thành phần hồ sơ gồm {len(papers)} loại giấy tờ:",
        "list": papers,
        "signatures": [
            ["Người nộp hồ sơ", row.submitter_name or row.applicant_name],
            ["Người tiếp nhận hồ sơ", by.name],
        ],
    }


def _papers_of(row):
    """The papers of a dossier by name, the filled-in form first."""
    response = forms.fetch(row.response)
    found = ["Đơn đề nghị (tờ khai)"]
    for item in response.form.everything():
        value = response.answers.get(item.link_id)
        if item.type == "attachment" and value:
            copies = len(value) if isinstance(value, list) else 1
            found.append(f"{item.text} ({copies:02d} bản)")
    extra = sum(len(asked.get("files", ())) for asked in row.supplements)
    return [*found, f"Giấy tờ bổ sung ({extra:02d} bản)"] if extra else found


def _sentence(text):
    """Words that somebody typed, with the full stop that they may have left out."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _supplement(row, found, by, _at, _facts):
    """02: everything that is missing, once."""
    asked = row.supplements[-1] if row.supplements else {"items": [], "reason": ""}
    return {
        "rows": [*_whose(row), ["Nội dung yêu cầu giải quyết", found.name]],
        "heading": "Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:",
        "list": list(asked["items"]),
        "closing": f"Lý do: {_sentence(asked['reason'] or 'nêu ở từng mục')} Trong quá trình hoàn thiện hồ sơ "
        f"nếu có vướng mắc, liên hệ {by.name} tại Bộ phận Tiếp nhận và Trả kết quả, Sở Y tế.",
        "signatures": [["", ""], ["Người hướng dẫn", by.name]],
    }


def _refusal(row, found, by, _at, _facts):
    """03: not received, why, and on what basis."""
    return {
        "rows": [*_whose(row), ["Nội dung yêu cầu giải quyết", found.name]],
        "heading": "Căn cứ:",
        "list": [one.title for one in found.basis],
        "closing": f"Hồ sơ không được tiếp nhận, giải quyết với lý do: {_sentence(row.refusal)}",
        "signatures": [
            ["Người nộp hồ sơ", row.submitter_name or row.applicant_name],
            ["Người tiếp nhận hồ sơ", by.name],
        ],
    }


def _apology(row, found, by, _at, facts):
    """04: an apology with the one new date."""
    return {
        "rows": [
            *_whose(row),
            ["Nội dung yêu cầu giải quyết", found.name],
            ["Thời gian nhận hồ sơ", moment(row.received_at)],
            ["Thời gian hẹn trả kết quả", moment(facts["was"])],
            ["Hẹn lại thời gian trả kết quả", moment(facts["until"])],
        ],
        "closing": f"Đến nay cơ quan chưa trả được kết quả đúng hẹn. Lý do: {_sentence(facts['reason'])} "
        "Sở Y tế thành thật xin lỗi Ông/Bà, tổ chức về sự chậm trễ này.",
        "signatures": [["", ""], ["Thủ trưởng cơ quan", "" if by.kind == "system" else by.name]],
    }


def _handing(row, found, by, at, _facts):
    """The line on which whoever fetches a result at the counter signs for it."""
    return {
        "rows": [
            *_whose(row),
            ["Nội dung yêu cầu giải quyết", found.name],
            ["Kết quả", f"{found.result}, số\N{NO-BREAK SPACE}{row.result_number}"],
            ["Thời gian giao", moment(at)],
            ["Người nhận", row.returned_to],
        ],
        "signatures": [["Người nhận kết quả", row.returned_to], ["Người giao kết quả", by.name]],
    }


_BODIES = {
    "01": _receipt,
    "02": _supplement,
    "03": _refusal,
    "04": _apology,
    "handing": _handing,
}
