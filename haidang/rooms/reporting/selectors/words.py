"""How states, periods and figures are said to people."""

from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

STATES = {
    "open": (_("Chưa nộp"), "neutral"),
    "submitted": (_("Chờ duyệt"), "info"),
    "returned": (_("Trả lại để sửa"), "warn"),
    "approved": (_("Đã duyệt"), "ok"),
    "locked": (_("Đã khóa"), "ok"),
}
LEVELS = {
    "station": pgettext_lazy("nhiều", "Trạm y tế"),
    "facility": pgettext_lazy("nhiều", "Cơ sở"),
    "department": _("Sở Y tế"),
}
PERIODS = {"month": _("Tháng"), "quarter": _("Quý"), "half": _("6 tháng"), "year": _("Năm")}
STEPS = {
    "opened": _("Mở kỳ"),
    "filled": _("Lấy số liệu"),
    "typed": _("Nhập số"),
    "corrected": _("Sửa ô"),
    "submitted": _("Nộp"),
    "returned": _("Trả lại"),
    "approved": _("Duyệt"),
    "locked": _("Khóa"),
}
SOURCES = {
    "indicator": _("hệ thống điền"),
    "typed": _("nhập tay"),
    "missing": _("chưa có nguồn"),
    "sum": _("cộng dòng"),
    "ratio": _("tính tỷ lệ"),
    "units": _("cộng từ đơn vị"),
}
_CELLS = {
    "empty": _("Không có hồ sơ để đếm"),
    "failed": _("Không tính được"),
    "not_computed": _("Chưa lấy số"),
    "blank": _("Chưa nhập"),
    "none": "×",
}


def title(told):
    """The title of a form, or of a line that has it, in the language of its reader."""
    return told.title_en if get_language() == "en" else told.title


def period(label):
    """`2026-Q3` as people say it: Quý III năm 2026."""
    year, _dash, part = label.partition("-")
    if part.startswith("Q"):
        return gettext("Quý {n} năm {year}").format(n=("I", "II", "III", "IV")[int(part[1]) - 1], year=year)  # fmt: skip
    if part.startswith("H"):
        said = _("6 tháng đầu năm {year}") if part == "H1" else _("6 tháng cuối năm {year}")
        return str(said).format(year=year)
    if part:
        return gettext("Tháng {n} năm {year}").format(n=int(part), year=year)
    return gettext("Năm {year}").format(year=year)


def number(value):
    """`1.234`, `87,5`."""
    if value is None:
        return ""
    value = Decimal(value).normalize()
    whole, _point, part = f"{value:f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{part}" if part else grouped


def result(one):
    """A cell in words: its number, or why there is none; a missing source is named, never zero."""
    if one.value is not None:
        return number(one.value)
    if one.state == "no_source":
        return gettext("Chưa có nguồn: {names}").format(names="; ".join(one.missing))
    if one.state == "partial":
        return gettext("Chưa cộng được, thiếu: {names}").format(names="; ".join(one.missing))
    return str(_CELLS.get(one.state, _("Chưa có số")))


def fault(one):
    """A rule that does not hold, with both sides."""
    return f"{gettext(one.text)} ({number(one.left)} {one.says} {number(one.right)}?)"


def clock(line):
    """A report's deadline as kind and words."""
    if line.first_submitted_at:
        late = line.late
        return {"kind": "bad" if late else "ok", "text": gettext("Nộp muộn") if late else gettext("Nộp đúng hạn")}  # fmt: skip
    days = abs(line.days_left)
    if line.late:
        return {"kind": "bad", "text": ngettext("quá hạn {n} ngày làm việc", "quá hạn {n} ngày làm việc", days).format(n=days)}  # fmt: skip
    kind = "warn" if days <= 2 else "neutral"
    return {"kind": kind, "text": ngettext("còn {n} ngày làm việc", "còn {n} ngày làm việc", days).format(n=days)}  # fmt: skip


def due(told):
    """The rule of a deadline in words."""
    if "day" in told:
        return gettext("ngày {n} của tháng sau kỳ báo cáo").format(n=told["day"])
    return gettext("{n} ngày làm việc sau kỳ báo cáo").format(n=told["working_days"])
