"""Words and small shapes of the pages: states, clocks, terms, lines of lists."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from haidang.engines.workflow import api as workflow
from haidang.rooms.procedures import domain

STATES = {
    "draft": ("neutral", gettext_noop("Đang điền")),
    "unpaid": ("warn", gettext_noop("Chờ nộp lệ phí")),
    "submitted": ("info", gettext_noop("Chờ tiếp nhận")),
    "refused": ("bad", gettext_noop("Không được tiếp nhận")),
    "processing": ("info", gettext_noop("Đang giải quyết")),
    "supplement": ("warn", gettext_noop("Chờ bạn bổ sung")),
    "withdrawn": ("neutral", gettext_noop("Đã rút")),
    "stopped": ("neutral", gettext_noop("Đã dừng")),
    "decided": ("ok", gettext_noop("Đã có kết quả")),
    "returned": ("ok", gettext_noop("Đã trả kết quả")),
}
OUTCOMES = {
    "accept": gettext_noop("Đạt, chuyển tiếp"),
    "supplement": gettext_noop("Yêu cầu bổ sung"),
    "refuse": gettext_noop("Từ chối"),
    "return": gettext_noop("Trả lại làm lại"),
    "pass": gettext_noop("Đạt"),
    "remedy": gettext_noop("Cần khắc phục"),
    "fail": gettext_noop("Không đạt"),
    "agree": gettext_noop("Đồng ý"),
    "disagree": gettext_noop("Không đồng ý"),
    "": gettext_noop("Xong bước này"),
}
RATINGS = {
    "very_satisfied": gettext_noop("Rất hài lòng"),
    "satisfied": gettext_noop("Hài lòng"),
    "not_satisfied": gettext_noop("Chưa hài lòng"),
}
_UNITS = {
    "working_day": gettext_noop("{n} ngày làm việc"),
    "day": gettext_noop("{n} ngày"),
    "hour": gettext_noop("{n} giờ làm việc"),
}


@dataclass(frozen=True)
class Badge:
    kind: str
    label: str


@dataclass(frozen=True)
class Clock:
    """A deadline as time left."""

    kind: str
    text: str


@dataclass(frozen=True)
class Line:
    """A dossier or a task in a list."""

    url_id: object
    code: str
    title: str
    step: str
    badge: Badge | None
    clock: Clock | None
    holder: str
    at: datetime | None


@dataclass(frozen=True)
class Moment:
    """One line of what happened to a dossier."""

    at: datetime
    title: str
    who: str
    text: str = ""


def badge(state, *, office=False):
    """A state as a badge; the office reads of the applicant what the applicant reads as «bạn»."""
    kind, words = STATES[state]
    return Badge(kind, _("Chờ người nộp bổ sung") if office and state == "supplement" else _(words))


def term_text(procedure):
    """A term in words; at once when there is none."""
    return span_text(procedure.term, procedure.term_unit)


def span_text(amount, unit):
    """An amount of working days, days or hours in words; at once when there is none."""
    return _(_UNITS[unit]).format(n=amount) if amount else _("Có kết quả ngay")


def name_of(procedure):
    """The name in the reader's language."""
    return procedure.name_en if get_language() == "en" and procedure.name_en else procedure.name


def for_reader(procedure):
    """A procedure in the reader's language, as far as somebody has written it in that."""
    if get_language() != "en":
        return procedure
    told = {name: getattr(procedure, f"{name}_en") for name in domain.IN_ENGLISH}
    papers = tuple(replace(one, title=one.title_en or one.title) for one in procedure.papers)
    return replace(procedure, papers=papers, **{name: en for name, en in told.items() if en})


def title_of(definition, title):
    """The title of a result or a paper of a procedure in the reader's language."""
    if get_language() != "en":
        return title
    known = {one["title"]: one.get("title_en") for one in definition.get("papers") or ()}
    known[definition.get("result")] = definition.get("result_en")
    return known.get(title) or title


def title_in(found):
    """The title of a slip or a register, in the reader's language."""
    return found.title_en if get_language() == "en" and found.title_en else found.title


def label_of(item):
    """The words of a question of a form, in the reader's language."""
    return item.text_en if get_language() == "en" and item.text_en else item.text


def clock(due_at, at):
    """What is left until a moment, in working days; None without one."""
    if due_at is None:
        return None
    left = workflow.working_days().days_left(at, due_at)
    if at > due_at:
        late = max(-left, 1)
        text = ngettext("quá hạn {n} ngày làm việc", "quá hạn {n} ngày làm việc", late)
        return Clock("bad", text.format(n=late))
    if left == 0:
        return Clock("warn", _("đến hạn hôm nay"))
    text = ngettext("còn {n} ngày làm việc", "còn {n} ngày làm việc", left)
    return Clock("warn" if left == 1 else "neutral", text.format(n=left))


_WAYS = {
    "online": gettext_noop("Trực tuyến"),
    "counter": gettext_noop("Tại quầy"),
    "post": gettext_noop("Qua bưu điện"),
}


def ways(chosen):
    """The ways a result can come: (way, words, whether it is the chosen one)."""
    return [(way, _(told), way == chosen) for way, told in _WAYS.items()]
