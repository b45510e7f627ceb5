"""A summary as PDF/A and PDF/UA on A4, with a QR code that leads back to it (bản in)."""

from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from haidang.engines.documents import api as documents
from haidang.kernel import dates

_TEMPLATE = Path(__file__).resolve().parents[2] / "data" / "documents" / "summary.typ"
_STANDARDS = ["a-3a", "ua-1"]
#: How wide the columns of a section are to each other.
_WIDTHS = {
    "allergies": (4, 2, 4, 2), "medications": (5, 5, 3, 4), "problems": (7, 2, 3, 3), "past": (7, 2, 3, 3),
    "immunizations": (6, 2, 3, 3), "vitals": (4, 6, 3, 3), "results": (5, 4, 4, 3), "social": (4, 5, 4, 3),
    "procedures": (6, 2, 4, 3), "stays": (6, 4, 5, 3), "plans": (4, 7, 3),
}  # fmt: skip


def pdf(summary, *, address):
    """Return the PDF of a summary as bytes.

    address    where the summary stands; the QR code leads there, and opening it needs a ground as always
    """
    with translation.override(summary.language):
        told = _told(summary, address)
    # Not the moment of printing: the same summary gives the same bytes.
    return documents.render(_TEMPLATE, told, at=summary.at, standards=_STANDARDS).content


def _told(summary, address):
    return {
        "language": summary.language,
        "kicker": _("Hải Đăng · Hồ sơ sức khoẻ thành phố Hải Phòng"),
        "title": summary.title,
        "name": summary.name,
        "facts": [fact for fact in summary.facts if fact[1]],
        "parts": [_part(part) for part in summary.parts],
        "warning": restricted(summary),
        "notes": list(notes()),
        "qr": documents.qr(f"{address}#{summary.identifier}", dark="#12304f"),
        "qr_alt": _("Mã QR dẫn tới bản tóm tắt này"),
        "qr_label": _("Quét để mở bản mới nhất"),
        "synthetic": _("Dữ liệu mô phỏng: không có người thật.")
        if settings.HAIDANG_SYNTHETIC
        else "",
        "footer": _("Bản tóm tắt %(number)s · dữ liệu đến %(at)s")
        % {"number": summary.identifier, "at": dates.show_moment(summary.at)},
    }


def restricted(summary):
    """What whoever holds a summary with confidential parts must know, else an empty text."""
    if not summary.is_restricted:
        return ""
    return _("Bản này có phần được bảo mật; chỉ đưa cho người trực tiếp khám chữa bệnh.")


def notes():
    """What whoever reads a summary must know about it."""
    yield _(
        "Bản tóm tắt được lập tự động từ hồ sơ các cơ sở đã gửi và có thể chưa đầy đủ; không có trong bản"
        " này không có nghĩa là không có."
    )
    yield _(
        "Thuốc đang dùng là thuốc kê trong 90 ngày gần đây. Chẩn đoán chưa ghi trạng thái được coi là vấn đề"
        " hiện tại trong một năm kể từ lần ghi nhận gần nhất."
    )


def _part(part):
    shown = sum(1 for head in part.columns if head)
    return {
        "title": part.title,
        "columns": part.columns[:shown],
        "widths": _WIDTHS[part.kind.key][:shown],
        "rows": [row[:shown] for row in part.rows],
        "absent": part.absent,
        "more": part.more,
    }
