"""What a plan is, how a report goes, and how units are ranked; plain rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from haidang.kernel import errors

_ = str  # marks sentences that whoever shows them translates

DEPARTMENT = "31Z99"  # the city's health department, which reviews and signs
TASK_STATES = ("not_started", "on_track", "at_risk", "late", "done", "cancelled")
EDITABLE = frozenset({"open", "returned"})
SIGNS = ("=", "≥", ">", "≤", "<", "yes")
_NEXT = {
    "open": {"submitted"},
    "submitted": {"returned", "accepted"},
    "returned": {"submitted"},
    "accepted": {"returned", "signed"},
    "signed": set(),
}
_REFUSALS = {
    "submitted": ("plan.already_submitted", _("Báo cáo này đã được nộp; đang chờ Sở duyệt.")),
    "accepted": ("plan.already_accepted", _("Báo cáo này đã được chấp nhận; không sửa được nữa.")),
    "signed": ("plan.already_signed", _("Quý này đã ký; báo cáo không sửa được nữa.")),
    "open": ("plan.not_submitted", _("Báo cáo này chưa được nộp.")),
    "returned": ("plan.not_submitted", _("Báo cáo này đã trả lại và chưa được nộp lại.")),
}


@dataclass(frozen=True)
class Target:
    """One target of the plan (mục tiêu); the first indicator gives its figure, others detail it.

    sign    how the figure stands to `value`; `yes` asks whether something is there at all
    """

    code: str
    title: str
    indicators: tuple[str, ...]
    value: float | None = None
    unit: str = ""
    sign: str = "="


@dataclass(frozen=True)
class Task:
    """One task of the plan's annex (nhiệm vụ); `money` is by source, amounts in đồng or None."""

    code: str
    title: str
    lead: str
    partners: tuple[str, ...]
    start: date
    end: date
    money: tuple[Mapping, ...] = ()
    milestones: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A plan as published."""

    key: str
    title: str
    source: str
    start: date
    end: date
    valid_from: date
    units: tuple[str, ...]
    report: Mapping
    objectives: tuple[Mapping, ...]
    targets: tuple[Target, ...]
    tasks: tuple[Task, ...]
    ranking: Mapping = field(default_factory=dict)

    def target(self, code):
        """Raises    NotFound `plan.target_unknown`"""
        found = next((one for one in self.targets if one.code == code), None)
        if found is None:
            raise errors.NotFound("plan.target_unknown", _("Kế hoạch không có mục tiêu này."))
        return found

    @property
    def indicators(self):
        """Every indicator of the plan, in the order of its targets."""
        return tuple(code for one in self.targets for code in one.indicators)


def read(told):
    """A plan from its data.

    Raises    Incorrect `plan.plan_wrong` (facts: issues), naming each fault
    """
    issues = list(_faults(told))
    if issues:
        raise errors.Incorrect(
            "plan.plan_wrong", f"Kế hoạch chưa đúng: {'; '.join(issues)}.", issues=issues
        )
    period, defaults = told["period"], told.get("defaults", {})
    return Plan(
        key=told["key"],
        title=told["title"],
        source=told["source"],
        start=_day(period["start"]),
        end=_day(period["end"]),
        valid_from=_day(told["valid_from"]),
        units=tuple(told["units"]),
        report=told["report"],
        objectives=tuple(told["objectives"]),
        targets=tuple(
            Target(**one | {"indicators": tuple(one["indicators"]), "sign": _sign(one)})
            for one in told["targets"]
        ),
        tasks=tuple(_task(defaults | one) for one in told["tasks"]),
        ranking=told["ranking"],
    )


def _faults(told):
    needed = ("key", "title", "source", "period", "valid_from", "units", "report", "objectives", "targets", "tasks", "ranking")  # fmt: skip
    lacking = [name for name in needed if not told.get(name)]
    if lacking:
        yield f"thiếu {', '.join(lacking)}"
        return
    codes = [one["code"] for one in (*told["targets"], *told["tasks"])]
    yield from (
        f"mã {code} có hai lần" for code in sorted({c for c in codes if codes.count(c) > 1})
    )
    known = {one["code"] for one in told["targets"]}
    for one in (*told["objectives"], *told["tasks"]):
        yield from (
            f"{one['code']} nêu mục tiêu {t} không có" for t in one["targets"] if t not in known
        )
    if sum(one["points"] for one in told["ranking"]["criteria"]) != 100:
        yield "tổng điểm xếp hạng phải là 100"


def _sign(one):
    # YAML reads a bare yes as true.
    return "yes" if one.get("sign") is True else one.get("sign", "=")


def _task(told):
    return Task(
        told["code"],
        told["title"],
        told.get("lead", ""),
        tuple(told.get("partners", ())),
        _day(told["start"]),
        _day(told["end"]),
        tuple(told.get("money", ())),
        tuple(told.get("milestones", ())),
        tuple(told.get("targets", ())),
    )


def _day(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


def move(state, to):
    """The next state of a report.

    Raises    Conflict `plan.already_submitted`, `plan.already_accepted`, `plan.already_signed`,
              `plan.not_submitted`, by what stands in the way
    """
    if to in _NEXT[state]:
        return to
    code, message = _REFUSALS[state]
    raise errors.Conflict(code, message, state=state)


def check_words(words, tasks):
    """Refuse a report that says nothing, or calls a task done without evidence.

    tasks     (code, state, words, number of files of evidence)

    Raises    RuleBroken `plan.report_incomplete` (facts: issues, each {field, task, message})
    Source    a task is done when evidence shows it
    """
    issues = []
    if not words.strip():
        issues.append({"field": "words", "task": "", "message": _("Viết nhận xét chung của quý.")})
    for code, state, said, files in tasks:
        if state == "done" and not files:
            issues.append(
                {
                    "field": f"state_{code}",
                    "task": code,
                    "message": _("Nhiệm vụ hoàn thành cần minh chứng."),
                }
            )
        if state in ("at_risk", "late", "cancelled") and not said.strip():
            issues.append(
                {
                    "field": f"words_{code}",
                    "task": code,
                    "message": _("Nêu lý do và việc làm tiếp."),
                }
            )
    if issues:
        raise errors.RuleBroken(
            "plan.report_incomplete", _("Báo cáo chưa đủ để nộp."), issues=issues
        )


@dataclass(frozen=True)
class Done:
    """What is counted of one unit in one quarter."""

    unit: str
    on_time: bool
    submitted: bool
    returns: int
    reached: int
    with_source: int
    tasks: int
    with_evidence: int


@dataclass(frozen=True)
class Place:
    """A unit's place: points by criterion, and how many there could have been."""

    rank: int
    unit: str
    total: float
    points: Mapping[str, float]


def rank(done, criteria):
    """Units by points (xếp hạng thi đua); equal points share a place.

    A unit none of whose targets has a source gets the full points of `reached`: what the house
    cannot measure must not count against anybody.
    """
    scored = sorted(
        ((_points(one, criteria), one.unit) for one in done),
        key=lambda s: (-sum(s[0].values()), s[1]),
    )
    totals = [round(sum(points.values()), 1) for points, _unit in scored]
    return [
        Place(totals.index(total) + 1, unit, total, points)
        for total, (points, unit) in zip(totals, scored, strict=True)
    ]


def _points(one, criteria):
    shares = {
        "on_time": 1.0 if one.on_time else 0.0,
        "first_time": 0.5**one.returns if one.submitted else 0.0,
        "reached": _share(one.reached, one.with_source) if one.submitted else 0.0,
        "evidence": one.with_evidence / one.tasks if one.tasks else 0.0,
    }
    return {c["code"]: round(c["points"] * shares[c["code"]], 1) for c in criteria}


def _share(part, whole):
    return part / whole if whole else 1.0


def stands(target, value, reached, *, yes_no=False):
    """How a figure stands to its target: ok, bad, or empty when there is nothing to compare.

    yes_no    the figure itself answers yes or no; another figure beside a target that asks
              whether something is there is only a hint, and concludes nothing
    """
    if value is None:
        return ""
    if reached is not None:
        return "ok" if reached else "bad"
    if target.sign == "yes" and yes_no:
        return "ok" if value > 0 else "bad"
    return ""
