"""What a procedure is and the states of a dossier; plain rules with their sources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from haidang.kernel import errors
from haidang.rooms.procedures import eligibility

DEPARTMENT = "31Z99"  # the organisation that decides: the city's health department
UNIT_CODE = "H24.15"  # how its dossiers are numbered; parsed by nobody
RECEIVER = "so-y-te"  # the account that receives its fees
# National status codes (TrangThaiHoSo). Source: the one-stop data exchange, field TrangThaiHoSo
STATES = {
    "draft": 0,
    "unpaid": 6,
    "submitted": 1,
    "refused": 3,
    "processing": 4,
    "supplement": 5,
    "withdrawn": 7,
    "stopped": 8,
    "decided": 9,
    "returned": 10,
}
ENDED = frozenset({"refused", "withdrawn", "stopped", "decided", "returned"})
_NEXT = {
    "draft": {"unpaid", "submitted", "decided"},
    "unpaid": {"submitted", "decided", "withdrawn"},
    "submitted": {"processing", "supplement", "refused", "withdrawn", "decided"},
    "processing": {"supplement", "decided", "stopped", "withdrawn"},
    "supplement": {"submitted", "processing", "withdrawn", "stopped"},
    "decided": {"returned"},
}
RATINGS = ("very_satisfied", "satisfied", "not_satisfied")
#: Outcomes of a step after which the applicant has something to do and the clock stands still.
ASKING = ("supplement", "remedy")
#: Outcomes against the applicant: each has its reason.
AGAINST = ("refuse", "fail", "disagree")


@dataclass(frozen=True)
class Paper:
    """A paper that a dossier needs; `from_data` names the data that make it unnecessary."""

    key: str
    title: str
    required: bool = True
    from_data: str = ""
    title_en: str = ""


@dataclass(frozen=True)
class Basis:
    """A legal basis with the days between which it is in force."""

    title: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Override:
    """What a resolution changes between two days: the term, the fee, or both."""

    source: str
    valid_from: date
    valid_to: date
    term: int | None = None
    fee_vnd: int | None = None


@dataclass(frozen=True)
class Procedure:
    """One version of a procedure (thủ tục hành chính), as it applies on a day.

    term          how many of `term_unit` (working_day, day, hour); 0 when the result comes at once
    fee_source    where the fee comes from; an amount for illustration says so
    process       key of the BPMN model
    result        title of the paper that ends it
    result_days   how long the result is valid; None for ever
    conditions    what must hold before one applies, as questions
    …_en          the same in English; empty where nobody has written it
    """

    key: str
    code: str
    name: str
    name_en: str
    sector: str
    summary: str
    who: str
    level: str
    basis: tuple[Basis, ...]
    papers: tuple[Paper, ...]
    term: int
    term_unit: str
    fee_vnd: int
    fee_source: str
    process: str
    result: str
    result_code: str
    result_days: int | None = None
    partial_reason: str = ""
    conditions: tuple[eligibility.Condition, ...] = ()
    words: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    changed_by: str = ""
    sector_en: str = ""
    summary_en: str = ""
    who_en: str = ""
    result_en: str = ""
    fee_source_en: str = ""
    partial_reason_en: str = ""

    @property
    def is_instant(self):
        return self.term == 0


_NEEDED = ("key", "code", "name", "sector", "summary", "who", "process", "result", "result_code")
#: What a reader of another language reads in it.
IN_ENGLISH = ("name", "sector", "summary", "who", "result", "fee_source", "partial_reason")


def procedure(values: Mapping):
    """The procedure that a definition describes.

    Raises    Incorrect `procedures.definition_wrong` (facts: issues, every fault at once)
    """
    issues = [
        {"expression": name, "message": "Cần có nội dung ở đây."}
        for name in _NEEDED
        if not str(values.get(name, "")).strip()
    ]
    issues += _faults(values)
    if issues:
        raise errors.Incorrect(
            "procedures.definition_wrong",
            "Thủ tục chưa đủ; hãy sửa những chỗ được nêu.",
            issues=issues,
        )
    return Procedure(
        **{name: str(values[name]) for name in _NEEDED},
        **{f"{name}_en": str(values.get(f"{name}_en") or "") for name in IN_ENGLISH},
        level=values.get("level", "full"),
        partial_reason=values.get("partial_reason", ""),
        basis=tuple(_basis(one) for one in values["basis"]),
        papers=tuple(Paper(**one) for one in values.get("papers") or ()),
        term=values.get("term", 0),
        term_unit=values.get("term_unit", "working_day"),
        fee_vnd=values.get("fee_vnd", 0),
        fee_source=values.get("fee_source", ""),
        result_days=values.get("result_days"),
        conditions=eligibility.conditions_of(values),
        words=tuple(values.get("words") or ()),
        overrides=tuple(_override(one) for one in values.get("overrides") or ()),
    )


def _faults(values):
    if values.get("level", "full") not in ("full", "partial"):
        yield {"expression": "level", "message": "Mức dịch vụ là full hoặc partial."}
    if values.get("level") == "partial" and not values.get("partial_reason"):
        # Source: NĐ 224/2026/NĐ-CP, Điều 14
        yield {"expression": "partial_reason", "message": "Dịch vụ một phần phải công bố lý do."}
    if not values.get("basis"):
        yield {"expression": "basis", "message": "Cần ít nhất một căn cứ pháp lý."}
    if values.get("term_unit", "working_day") not in ("working_day", "day", "hour"):
        yield {"expression": "term_unit", "message": "Đơn vị là working_day, day hoặc hour."}
    if values.get("fee_vnd") and not values.get("fee_source"):
        yield {"expression": "fee_source", "message": "Nêu căn cứ của mức thu."}
    known = set(Paper.__dataclass_fields__)
    for number, paper in enumerate(values.get("papers") or ()):
        if not isinstance(paper, dict) or not {"key", "title"} <= set(paper) <= known:
            yield {"expression": f"papers[{number}]", "message": "Mỗi giấy tờ có key và title."}
    for name in ("term", "fee_vnd"):
        if not _is_count(values.get(name, 0)):
            yield {"expression": name, "message": "Cần một số nguyên không âm."}
    if values.get("result_days") is not None and not _is_count(values["result_days"]):
        yield {"expression": "result_days", "message": "Cần một số nguyên không âm."}
    yield from eligibility.faults(values)
    yield from _faulty_parts(values)


def _is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12


def _faulty_parts(values):
    """Parts that were written by hand and cannot be read: each is named, none may stop the editor."""
    for name, read, message in (
        ("basis", _basis, "Mỗi căn cứ là một dòng chữ, hoặc title với valid_from, valid_to."),
        (
            "overrides",
            _override,
            "Mỗi thay đổi có source, valid_from, valid_to, và term hoặc fee_vnd.",
        ),
        ("words", _word, "Mỗi từ để tìm là một dòng chữ."),
    ):
        parts = values.get(name) or ()
        for number, part in enumerate(parts if isinstance(parts, list | tuple) else (None,)):
            if not _reads(read, part):
                yield {"expression": f"{name}[{number}]", "message": message}


def _reads(read, part):
    try:
        read(part)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    return True


def _word(value):
    if not isinstance(value, str):
        raise TypeError(value)


def _basis(one):
    if isinstance(one, str):
        return Basis(one)
    return Basis(one["title"], _day(one.get("valid_from")), _day(one.get("valid_to")))


def _override(one):
    term, fee_vnd = one.get("term"), one.get("fee_vnd")
    if not all(value is None or _is_count(value) for value in (term, fee_vnd)):
        raise TypeError(one)
    found = Override(one["source"], _day(one["valid_from"]), _day(one["valid_to"]), term, fee_vnd)
    if not found.valid_from < found.valid_to or (term, fee_vnd) == (None, None):
        raise ValueError(one)
    return found


def _day(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


def on(found, day):
    """A procedure as it applies on a day: what a resolution changes between two days is changed."""
    for one in found.overrides:
        if one.valid_from <= day < one.valid_to:
            changed = {
                "term": one.term if one.term is not None else found.term,
                "fee_vnd": one.fee_vnd if one.fee_vnd is not None else found.fee_vnd,
            }
            found = replace(found, changed_by=one.source, **changed)
    return found


def check_step(state, target):
    """Pass when a dossier may go from one state to another.

    Raises    Conflict `procedures.step_wrong` (facts: state, target)
    Source    NĐ 309/2026/NĐ-CP, the life cycle of a dossier
    """
    if target not in _NEXT.get(state, ()):
        raise errors.Conflict(
            "procedures.step_wrong",
            "Hồ sơ không ở trạng thái cho phép bước này; hãy mở lại hồ sơ.",
            state=state,
            target=target,
        )


@dataclass(frozen=True)
class Supplement:
    """The one notice that lists everything that is missing (phiếu yêu cầu bổ sung)."""

    items: tuple[str, ...] = field(default_factory=tuple)
    reason: str = ""


def check_supplement(asked_before, supplement, *, rounds=1):
    """Refuse a second notice, and one that does not say what is missing.

    Raises    RuleBroken `procedures.asked_once`; Incorrect `procedures.nothing_asked`
    Source    NĐ 309/2026/NĐ-CP, Điều 17 (one notice that lists everything)
    """
    if asked_before >= rounds:
        raise errors.RuleBroken(
            "procedures.asked_once",
            "Hồ sơ này đã được yêu cầu bổ sung một lần; chỉ được yêu cầu một lần.",
        )
    if not supplement.items or not supplement.reason.strip():
        raise errors.Incorrect(
            "procedures.nothing_asked", "Nêu đủ từng giấy tờ cần bổ sung và lý do."
        )


def check_signed(result_file):
    """Refuse to deliver a result that still waits for its signatures.

    Raises    RuleBroken `procedures.result_unsigned`
    Source    NĐ 30/2020/NĐ-CP, Điều 5 khoản 2: both signatures give a document its value
    """
    if not result_file:
        raise errors.RuleBroken(
            "procedures.result_unsigned",
            "Kết quả còn chờ chữ ký số nên chưa trả được; khi ký xong, bước này mở ra.",
        )


_LONGEST_AUTHORISATION = timedelta(days=366)
_TAX_CODE = re.compile(r"\d{10}(-?\d{3})?|\d{12}")


def check_authorisation(first_on, last_on):
    """Refuse an authorisation that has ended already or that lasts longer than a year.

    Raises    RuleBroken `procedures.term_wrong`
    Source    Bộ luật Dân sự 91/2015/QH13, Điều 563: without an agreed term a mandate lasts one
              year; we let nobody agree on more, so that forgotten ones end by themselves
    """
    if not first_on <= last_on <= first_on + _LONGEST_AUTHORISATION:
        raise errors.RuleBroken(
            "procedures.term_wrong", "Ngày cuối của uỷ quyền từ hôm nay đến một năm sau."
        )


def tax_code(text):
    """A tax code as we keep it: digits, and a branch after a dash.

    Raises    Incorrect `procedures.tax_code_wrong`
    """
    found = "".join(text.split())
    if not _TAX_CODE.fullmatch(found):
        raise errors.Incorrect(
            "procedures.tax_code_wrong", "Mã số thuế có 10 hoặc 13 chữ số; hộ kinh doanh 12."
        )
    return f"{found[:10]}-{found[-3:]}" if len(found) == 13 else found


WAYS = ("online", "counter", "post")


@dataclass(frozen=True)
class Handing:
    """How a result reaches its applicant (cách trả kết quả).

    way         online, counter or post
    to          at the counter: who signs for it
    tracking    by post: the number of the parcel
    fee_vnd     by post: the postage, paid to the post office
    """

    way: str = "online"
    to: str = ""
    tracking: str = ""
    fee_vnd: int = 0
    address: str = ""


def check_handing(handing):
    """Refuse a handing-over of which nobody could later say to whom the result went.

    Raises    Incorrect `procedures.handing_incomplete`, `procedures.way_unknown`
    """
    if handing.way not in WAYS or handing.fee_vnd < 0:
        raise errors.Incorrect("procedures.way_unknown", "Hãy chọn cách trả kết quả.")
    if handing.way == "counter" and not handing.to.strip():
        raise errors.Incorrect("procedures.handing_incomplete", "Ghi tên người ký nhận kết quả.")
    if handing.way == "post" and not handing.tracking.strip():
        raise errors.Incorrect("procedures.handing_incomplete", "Ghi số hiệu bưu gửi.")


def may_hand_over(by_roles, roles):
    """Whether a head may hand over the work of such roles: that of a leader only a leader may."""
    return "director" in by_roles or ("unit_head" in by_roles and "director" not in roles)


def check_hand_over(by_roles, roles):
    """Refuse that somebody hands over what is above them.

    Raises    NotAllowed `procedures.hand_over_above`
    """
    if not may_hand_over(by_roles, roles):
        raise errors.NotAllowed(
            "procedures.hand_over_above", "Việc của lãnh đạo do lãnh đạo tự giao cho người khác."
        )
