"""Reads: what the asker may see of the intake, as plain values for pages."""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.exchange import api as exchange
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.rooms.intake import domain
from haidang.rooms.intake.selectors import lines, words
from haidang.rooms.intake.selectors.pages import DossierPage, Limits, MessagePage, Monitor, Turn

_MB = 1024 * 1024


def limits():
    """What this installation takes at once (giới hạn gửi)."""
    most = exchange.limits()
    return Limits(
        file=most.file,
        package=most.package,
        file_mb=most.file // _MB,
        package_mb=most.package // _MB,
        files=settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    )


def monitor(*, by, state="", facility="", before=None):
    """What has come (nơi tiếp nhận hồ sơ), newest first, with the count of each state."""
    filters = exchange.Filters(senders=exchange.senders_of(by.org), sender=facility)
    found = exchange.messages(replace(filters, state=state, before=before, whole=not state))
    counts = exchange.states(filters)
    total = exchange.count(replace(filters, whole=True))
    shown = found[: filters.limit]
    chosen = {"trang-thai": state, "co-so": facility}
    more = {"truoc": shown[-1].seq} if len(found) > len(shown) else None
    return Monitor(
        lines=lines.message_lines(shown),
        tabs=lines.state_tabs(counts, total, state, facility),
        turn=Turn(next_url=lines.monitor_url(chosen | more) if more else "",
                  previous_url=lines.monitor_url(chosen) if before else ""),
        state=state,
        facility=facility,
        facilities=_facilities(by),
        failed=lines.bounded(counts.get("failed", 0)),
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
        line=lines.message_lines([report.message])[0],
        facts=lines.message_facts(report.message),
        problems=[lines.told(each) for each in report.problems],
        dossiers=lines.dossier_lines(report.dossiers),
        parts=lines.message_lines(parts),
        counts=lines.counts(report),
        signature=lines.signature(report.signature),
        after=str(words.AFTER_MESSAGE.get(report.message.state, "")),
        is_open=domain.is_open(report.message.state)
        or any(domain.is_open(state) for state in report.parts),
    )


def why_refused(receipt):
    """Why a message that was refused at once was, with what to do; "" for any other."""
    if receipt.state != "refused":
        return ""
    problems = map(lines.told, exchange.report(receipt.message_id, limit=0).problems)
    return " ".join(f"{each.sentence} {each.action}" for each in problems)


def dossier(receipt, position, *, by):
    """One dossier with every problem; the look is noted for the person, where known.

    Raises    NotFound `exchange.message_unknown`, `exchange.dossier_unknown`
    """
    _report(receipt, by)
    found = exchange.dossier(receipt, position)
    ledger.looked(by=by, about=found.patient or None, what="intake.see_dossier", purpose="records")
    told = [(each.severity, lines.told(each)) for each in found.problems]
    return DossierPage(
        line=lines.dossier_lines([found])[0],
        facts=lines.dossier_facts(found),
        errors=[line for severity, line in told if severity == "error"],
        warnings=[line for severity, line in told if severity != "error"],
        tellings=_others(found, by),
        after=str(words.AFTER_DOSSIER.get(found.state, "")),
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
    groups = exchange.groups(senders=exchange.senders_of(by.org))
    return lines.group_lines(groups)


def problem_group(facility, code, *, by):
    """Where one facility breaks one rule: (dossiers, messages as a whole).

    Raises    NotFound `intake.facility_unknown`
    """
    _check_reach(by, facility)
    dossiers = exchange.dossiers_with(facility, code)
    messages = exchange.messages_with(facility, code)
    return lines.dossier_lines(dossiers), lines.message_lines(messages)


def dead_letters(*, by):
    """Dossiers that could not be written, with the time of their next try."""
    return lines.dossier_lines(exchange.dead_letters(senders=exchange.senders_of(by.org)))


def checked(found):
    """The answer of a check, in the reader's language: (file, problems, dossiers, signature)."""
    return [
        (
            file,
            [lines.told(p) for p in file.problems],
            [(d, lines.all_told(d)) for d in file.dossiers],
            lines.signature(file.signature),
        )
        for file in found
    ]


def visit_of(encounter, *, by):
    """The dossier that a visit came from, when it lies within the asker's reach.

    Raises    NotFound `intake.visit_unknown`
    """
    found = exchange.telling_of(encounter)
    senders = exchange.senders_of(by.org)
    if found is None or not domain.covers(senders, found.facility):
        raise errors.NotFound(
            "intake.visit_unknown", _("Không có lượt khám này trong hồ sơ đã nhận.")
        )
    return found


def _report(receipt, by):
    found = exchange.report(receipt)
    if not domain.reaches(exchange.senders_of(by.org), found.message):
        raise errors.NotFound("exchange.message_unknown", _("Không có thông điệp mang mã này."))
    return found


def _check_reach(by, facility):
    if not domain.covers(exchange.senders_of(by.org), facility):
        raise errors.NotFound(
            "intake.facility_unknown", _("Không có cơ sở này trong phạm vi của bạn.")
        )


def _facilities(by):
    return [
        (found.code, found.name) for found in places.facilities(codes=exchange.senders_of(by.org))
    ]


def _others(found, by):
    if not found.visit or not domain.covers(exchange.senders_of(by.org), found.facility):
        return []
    return lines.dossier_lines(exchange.tellings(found.facility, found.visit))
