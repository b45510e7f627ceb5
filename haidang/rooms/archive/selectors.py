"""What the room's pages show; always told who asks."""

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.kernel import dates, errors
from haidang.rooms.procedures import api as procedures

STATES = {
    "proposed": ("info", gettext_lazy("Chờ thẩm định")),
    "reviewed": ("info", gettext_lazy("Đã thẩm định, chờ duyệt")),
    "approved": ("warn", gettext_lazy("Đã duyệt, chờ huỷ")),
    "refused": ("neutral", gettext_lazy("Không duyệt")),
    "done": ("ok", gettext_lazy("Đã huỷ, có biên bản")),
}
_WHY = {
    "unreadable": gettext_lazy("tệp hỏng, không đọc được"),
    "has_text": gettext_lazy("tệp đã có chữ"),
    "locked": gettext_lazy("tệp đặt mật khẩu"),
    "no_pdfa": gettext_lazy("không chuyển được sang PDF/A"),
    "gave_up": gettext_lazy("đã thử ba lần"),
    "killed": gettext_lazy("chương trình đọc bị dừng giữa chừng"),
}


@dataclass(frozen=True)
class Page:
    """One list, and what the asker may do with it now.

    lines    (line, its kind in words, `Matter`)
    """

    disposal: documents.Disposal
    badge: tuple
    lines: list
    may_review: bool
    may_carry_out: bool


def disposals(*, by, at):
    """Every list with its state in words, and how many files are past their term."""
    access.require(by, "archive.see_disposals")
    shown = [(one, _badge(one)) for one in documents.disposals()]
    return shown, len(documents.due(at.astimezone(dates.HANOI).date()))


def disposal(disposal_id, *, by):
    """One list.

    Raises    NotAllowed; NotFound `documents.disposal_unknown`
    """
    access.require(by, "archive.see_disposals")
    found = documents.disposal(disposal_id)
    names = named(found.lines)
    open_to_review = found.state in ("proposed", "reviewed") and by.ref not in found.people
    return Page(
        found,
        _badge(found),
        [(one, _kind(one.kind), names[one.about]) for one in found.lines],
        may_review=open_to_review and access.may(by, "archive.review_disposal"),
        may_carry_out=found.state == "approved" and access.may(by, "archive.propose_disposal"),
    )


def named(lines):
    """{about: Matter} of the lines of a list; one that no room knows by name keeps its own."""
    abouts = {one.about for one in lines}
    found = {about: procedures.Matter(about, "") for about in abouts}
    for about, one in procedures.matters(abouts).items():
        title = one.title or _("Hồ sơ trên Cổng quốc gia không được nhận")
        found[about] = procedures.Matter(one.code or _("hồ sơ chưa nộp"), title)
    return found


def _kind(kind):
    """A kind of files in the reader's language."""
    rule = documents.rules()[kind]
    return rule.title_en if get_language() == "en" else rule.title


def minute(disposal_id, *, by):
    """The minute of a list that was carried out, open for reading.

    Raises    NotAllowed; NotFound `documents.disposal_unknown`, `archive.no_minute`
    """
    access.require(by, "archive.see_disposals")
    found = documents.disposal(disposal_id)
    if not found.minute:
        raise errors.NotFound("archive.no_minute", _("Danh mục này chưa có biên bản huỷ."))
    return documents.open_file(found.minute)


def troubles(*, by):
    """What waits for a person: scans that were not read with why, and seals that were not renewed."""
    access.require(by, "archive.mend")
    scans = [(one, str(_WHY.get(one.why, one.why))) for one in documents.unread()]
    return scans, documents.seals_in_trouble()


def _badge(found):
    kind, label = STATES[found.state]
    return kind, str(label)
