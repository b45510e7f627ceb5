"""Reads: what the asker may see of the intake, as plain values for pages."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.exchange import api as exchange
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.rooms.intake import domain


@dataclass(frozen=True)
class Badge:
    """A state as a coloured word."""

    kind: str
    label: str


@dataclass(frozen=True)
class Line:
    """One message in a list, or one dossier: what it is, with words for its state and origin."""

    it: object
    badge: Badge
    facility: str
    channel: str = ""


@dataclass(frozen=True)
class Tab:
    """One filter with its count."""

    label: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True)
class Turn:
    """The links of a list that is longer than a page."""

    next_url: str = ""
    previous_url: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Told:
    """One problem in the reader's language."""

    where: str
    field: str
    code: str
    badge: Badge
    sentence: str
    action: str


@dataclass(frozen=True)
class Monitor:
    """The first page of the room: messages, and how many stand in each state."""

    lines: Sequence[Line]
    tabs: Sequence[Tab]
    turn: Turn
    state: str
    facility: str
    facilities: Sequence[tuple[str, str]]
    failed: int
    waiting: int
    is_open: bool


@dataclass(frozen=True)
class MessagePage:
    """One message: its facts, its own problems, its dossiers and, for a zip, its files."""

    line: Line
    facts: Sequence[tuple[str, str]]
    problems: Sequence[Told]
    dossiers: Sequence[Line]
    parts: Sequence[Line]
    counts: Sequence[Badge]
    is_open: bool


@dataclass(frozen=True)
class DossierPage:
    """One dossier: where it stands, every problem, and the other tellings of the visit."""

    line: Line
    facts: Sequence[tuple[str, str]]
    errors: Sequence[Told]
    warnings: Sequence[Told]
    tellings: Sequence[Line]


@dataclass(frozen=True)
class GroupLine:
    """Problems of one facility that break the same rule."""

    it: exchange.Group
    facility: str
    badge: Badge
    sentence: str


def monitor(*, by, state="", facility="", before=None):
    """What has come (nơi tiếp nhận hồ sơ), newest first, with the count of each state."""
    filters = exchange.Filters(senders=_senders(by), state=state, sender=facility, before=before)
    found = exchange.messages(filters)
    counts = exchange.states(replace(filters, state="", before=None))
    shown = found[: filters.limit]
    chosen = {"trang-thai": state, "co-so": facility}
    more = {"truoc": shown[-1].seq} if len(found) > len(shown) else None
    return Monitor(
        lines=_message_lines(shown),
        tabs=_state_tabs(counts, state, facility),
        turn=Turn(next_url=_monitor_url(chosen | more) if more else "",
                  previous_url=_monitor_url(chosen) if before else ""),
        state=state,
        facility=facility,
        facilities=_facilities(by),
        failed=counts.get("failed", 0),
        waiting=counts.get("received", 0),
        is_open=any(domain.is_open(each.state) for each in shown),
    )  # fmt: skip


def message(receipt, *, by):
    """One message and everything that became of it.

    Raises    NotFound `exchange.message_unknown`, also for a message of somebody else
    """
    report = _report(receipt, by)
    packed = report.message.state == "unpacked"
    parts = exchange.messages(exchange.Filters(package=receipt, limit=500)) if packed else []
    return MessagePage(
        line=_message_lines([report.message])[0],
        facts=_message_facts(report.message),
        problems=[_told(each) for each in report.problems],
        dossiers=_dossier_lines(report.dossiers),
        parts=_message_lines(parts),
        counts=_counted(report),
        is_open=domain.is_open(report.message.state)
        or any(domain.is_open(state) for state in report.parts),
    )


def dossier(receipt, position, *, by):
    """One dossier with every problem; the look is noted for the person, where known.

    Raises    NotFound `exchange.message_unknown`, `exchange.dossier_unknown`
    """
    _report(receipt, by)
    found = exchange.dossier(receipt, position)
    ledger.looked(by=by, about=found.patient or None, what="intake.see_dossier", purpose="records")
    told = [(each.severity, _told(each)) for each in found.problems]
    return DossierPage(
        line=_dossier_lines([found])[0],
        facts=_dossier_facts(found),
        errors=[line for severity, line in told if severity == "error"],
        warnings=[line for severity, line in told if severity != "error"],
        tellings=_others(found, by),
    )


def raw(receipt, *, by):
    """The message as it came, as (file name, bytes); the look is noted for each person in it.

    Raises    NotFound `exchange.message_unknown`
    """
    report = _report(receipt, by)
    people = sorted({each.patient for each in report.dossiers if each.patient}) or [None]
    ledger.looked_many(by=by, about=people, what="intake.download_raw", purpose="records")
    return exchange.raw(receipt)


def problem_groups(*, by):
    """Problems that still stand, by facility and rule, the gravest first."""
    groups = exchange.groups(senders=_senders(by))
    names = _names(each.facility for each in groups)
    return [_group_line(each, names) for each in groups]


def problem_group(facility, code, *, by):
    """The dossiers of one facility that break one rule.

    Raises    NotFound `intake.facility_unknown`
    """
    _check_reach(by, facility)
    return _dossier_lines(exchange.dossiers_with(facility, code))


def dead_letters(*, by):
    """Dossiers that could not be written, with the time of their next try."""
    return _dossier_lines(exchange.dead_letters(senders=_senders(by)))


def checked(found):
    """The answer of a check, in the reader's language: (file, its problems, its dossiers)."""
    return [
        (file, [_told(p) for p in file.problems], [(d, _checked_told(d)) for d in file.dossiers])
        for file in found
    ]


def visit_of(encounter, *, by):
    """The dossier that a visit came from, when it lies within the asker's reach.

    Raises    NotFound `intake.visit_unknown`
    """
    found = exchange.telling_of(encounter)
    senders = _senders(by)
    if found is None or not domain.reaches(senders, "", found.facility):
        raise errors.NotFound(
            "intake.visit_unknown", _("Không có lượt khám này trong hồ sơ đã nhận.")
        )
    return found


def _report(receipt, by):
    found = exchange.report(receipt)
    if not domain.reaches(_senders(by), found.message.org, found.message.sender):
        raise errors.NotFound("exchange.message_unknown", _("Không có thông điệp mang mã này."))
    return found


def _check_reach(by, facility):
    if not domain.reaches(_senders(by), "", facility):
        raise errors.NotFound(
            "intake.facility_unknown", _("Không có cơ sở này trong phạm vi của bạn.")
        )


def _senders(by):
    """The facilities whose messages the asker sees; None for the whole city."""
    if not by.org or by.org == places.HAI_PHONG:
        return None
    return [by.org, *(facility.code for facility in places.facilities(commune=by.org))]


def _facilities(by):
    return [(found.code, found.name) for found in places.facilities(codes=_senders(by))]


def _message_lines(messages):
    names = _names(each.sender or each.org for each in messages)
    return [
        Line(
            each,
            _badge(domain.MESSAGE_STATES, each.state),
            names(each.sender or each.org),
            _(domain.CHANNELS.get(each.channel, each.channel)),
        )
        for each in messages
    ]


def _dossier_lines(dossiers):
    names = _names(each.facility for each in dossiers)
    return [
        Line(each, _badge(domain.DOSSIER_STATES, each.state), names(each.facility))
        for each in dossiers
    ]


def _names(codes):
    """What people call these facilities: a function from code to code and name."""
    found = places.find_facilities({code for code in codes if code})
    return lambda code: f"{code} · {found[code].name}" if code in found else code


def _group_line(group, names):
    sentence = group.vi if _is_vietnamese() else group.en
    badge = _badge(domain.SEVERITIES, group.severity)
    return GroupLine(group, names(group.facility), badge, sentence)


def _badge(words, state):
    kind, label = words.get(state, ("neutral", state))
    return Badge(kind, _(label))


def _told(problem):
    vietnamese = _is_vietnamese()
    return Told(
        where=" · ".join(str(part) for part in (problem.table, problem.row) if part),
        field=problem.field,
        code=problem.code,
        badge=_badge(domain.SEVERITIES, problem.severity),
        sentence=problem.vi if vietnamese else problem.en,
        action=problem.action_vi if vietnamese else problem.action_en,
    )


def _checked_told(found):
    return [_told(each) for each in sorted(found.problems, key=lambda p: p.severity)]


def _is_vietnamese():
    return (get_language() or "vi").startswith("vi")


def _message_facts(found):
    return [
        (_("Mã tiếp nhận"), found.id),
        (_("Tệp"), found.filename),
        (_("Kích thước"), f"{found.size // 1024 + 1} KB"),
        (_("Người gửi"), found.by_name),
        (_("Mã băm SHA-256"), found.sha256),
        (_("Mẫu"), f"QĐ {found.form}" if found.form else ""),
        (_("Sự cố kỹ thuật"), found.fault),
    ]


def _dossier_facts(found):
    return [
        (_("Mã liên kết (MA_LK)"), found.visit),
        (_("Ngày lập"), f"{found.made_on:%d/%m/%Y}"),
        (_("Mã tiếp nhận"), found.message),
        (_("Sự cố kỹ thuật"), found.fault),
    ]


def _others(found, by):
    if not found.visit or not domain.reaches(_senders(by), "", found.facility):
        return []
    return _dossier_lines(exchange.tellings(found.facility, found.visit))


def _counted(report):
    counts, words = report.counts, domain.DOSSIER_STATES
    if report.message.state == "unpacked":
        counts, words = report.parts, domain.MESSAGE_STATES
    badges = ((words[state], count) for state, count in sorted(counts.items()))
    return [Badge(kind, f"{count} · {_(label)}") for (kind, label), count in badges]


def _state_tabs(counts, state, facility):
    total = sum(counts.values())
    tabs = [Tab(_("Tất cả"), _monitor_url({"co-so": facility}), not state, total)]
    for name, (_kind, label) in domain.MESSAGE_STATES.items():
        if counts.get(name) or name == state:
            url = _monitor_url({"trang-thai": name, "co-so": facility})
            tabs.append(Tab(_(label), url, name == state, counts.get(name, 0)))
    return tabs


def _monitor_url(chosen):
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("intake:see_intake") + (f"?{query}" if query else "")
