"""How states and figures are said to people."""

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from haidang.ui import charts

REPORT = {
    "open": (_("Chưa nộp"), "neutral"),
    "submitted": (_("Chờ duyệt"), "info"),
    "returned": (_("Trả lại để sửa"), "warn"),
    "accepted": (_("Đã chấp nhận"), "ok"),
    "signed": (_("Đã ký tổng hợp"), "ok"),
}
TASK = {
    "not_started": _("Chưa bắt đầu"),
    "on_track": _("Đúng tiến độ"),
    "at_risk": _("Có nguy cơ chậm"),
    "late": _("Chậm"),
    "done": _("Hoàn thành"),
    "cancelled": _("Không thực hiện"),
}
SCOPE = {
    "unit": _("Số của đơn vị"),
    "commune": _("Số của xã, phường"),
    "city": _("Số toàn thành phố"),
}
_STATES = {
    "empty": _("Chưa có gì để đếm trong kỳ"),
    "failed": _("Không tính được; đội dữ liệu đã được báo"),
    "not_computed": _("Chưa tính cho kỳ này"),
    "hidden": _("Số quá nhỏ nên được giấu"),
}


def figure(one, unit):
    """A figure in words: `87,5 %`, or why there is none; a missing source is named, never zero."""
    if one.value is not None and one.state == "ok":
        return f"{number(one.value)} {unit}".strip()
    if one.state == "no_source":
        return gettext("Nguồn chưa có: {names}").format(names=", ".join(one.missing))
    return str(_STATES.get(one.state, _("Chưa có số")))


def number(value):
    """`1.234`, `87,5`."""
    if value == int(value) or abs(value) >= 1000:
        return f"{round(value):,}".replace(",", ".")
    return charts.show(round(value, 1))


def rate(value):
    """As `number`, but a small one keeps what tells it from nothing: `0,04`."""
    return charts.show(round(value, 2)) if 0 < value < 10 else number(value)


def target(one):
    """The line to reach: `≥ 80 %`, or in words."""
    if one.sign == "yes":
        return gettext("Có, đang vận hành")
    if one.value is None:
        return gettext("Theo từng chỉ tiêu")
    return f"{one.sign if one.sign != '=' else ''} {number(one.value)} {one.unit}".strip()


def clock(line):
    """A report's deadline as kind and words."""
    if line.first_submitted_at:
        late = line.late
        return {"kind": "bad" if late else "ok", "text": gettext("Nộp muộn") if late else gettext("Nộp đúng hạn")}  # fmt: skip
    days = abs(line.days_left)
    if line.days_left < 0:
        return {"kind": "bad", "text": ngettext("quá hạn {n} ngày làm việc", "quá hạn {n} ngày làm việc", days).format(n=days)}  # fmt: skip
    kind = "warn" if days <= 3 else "neutral"
    return {"kind": kind, "text": ngettext("còn {n} ngày làm việc", "còn {n} ngày làm việc", days).format(n=days)}  # fmt: skip
