"""Messages, dossiers and problems as lines of a page, in the reader's language."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from haidang.engines.exchange import api as exchange
from haidang.engines.places import api as places
from haidang.rooms.intake.selectors import words
from haidang.rooms.intake.selectors.pages import GroupLine, Line, SignaturePage, Tab, Told
from haidang.ui import wording


def message_lines(messages):
    """Messages of a list, facilities by name."""
    names = _names(each.sender or each.org for each in messages)
    return [
        Line(
            each,
            words.badge(words.MESSAGE_STATES, each.state),
            names(each.sender or each.org),
            str(words.CHANNELS.get(each.channel, each.channel)),
        )
        for each in messages
    ]


def dossier_lines(dossiers):
    """Dossiers of a list, facilities by name."""
    names = _names(each.facility for each in dossiers)
    return [
        Line(each, words.badge(words.DOSSIER_STATES, each.state), names(each.facility))
        for each in dossiers
    ]


def group_lines(groups):
    """Groups of problems with one sentence as their example."""
    names = _names(each.facility for each in groups)
    return [
        GroupLine(
            each,
            names(each.facility),
            words.badge(words.SEVERITIES, each.severity),
            each.vi if words.is_vietnamese() else each.en,
        )
        for each in groups
    ]


def told(problem):
    """One problem: where, what is wrong, what to do."""
    vietnamese = words.is_vietnamese()
    return Told(
        where=" · ".join(str(part) for part in (problem.table, problem.row) if part),
        field=problem.field,
        code=problem.code,
        badge=words.badge(words.SEVERITIES, problem.severity),
        sentence=problem.vi if vietnamese else problem.en,
        action=problem.action_vi if vietnamese else problem.action_en,
    )


def all_told(dossier):
    """The problems of a checked dossier, errors first."""
    return [told(each) for each in sorted(dossier.problems, key=lambda p: p.severity)]


def message_facts(found):
    """What is known of a message, as term and value."""
    return [
        (_("Mã tiếp nhận"), found.id),
        (_("Tệp"), found.filename),
        (_("Kích thước"), f"{found.size // 1024 + 1} KB"),
        (_("Người gửi"), found.by_name),
        (_("Mã băm SHA-256"), found.sha256),
        (_("Mẫu"), f"QĐ {found.form}" if found.form else ""),
        (_("Sự cố kỹ thuật"), found.fault),
    ]


def signature(found):
    """The signature of a message or a file in words; None when it has none."""
    if found is None:
        return None
    report = found.report
    signers = report.signatures if report else ()
    return SignaturePage(
        words.badge(words.SIGNATURES, found.state),
        report.words() if report else "",
        [(_signer(one), one.words()) for one in signers],
    )


def _signer(one):
    named = [part for part in (one.signer, one.organisation) if part]
    return " · ".join([*dict.fromkeys(named), one.level])


def dossier_facts(found):
    """What is known of a dossier, as term and value."""
    return [
        (_("Mã liên kết (MA_LK)"), found.visit),
        (_("Ngày lập"), f"{found.made_on:%d/%m/%Y}"),
        (_("Mã tiếp nhận"), found.message),
        (_("Sự cố kỹ thuật"), found.fault),
    ]


def counts(report):
    """How many dossiers (of a zip: files) stand in each state, as badges."""
    counted, known = report.counts, words.DOSSIER_STATES
    if report.message.state == "unpacked":
        counted, known = report.parts, words.MESSAGE_STATES
    return [words.badge(known, state, count) for state, count in sorted(counted.items())]


def state_tabs(counted, total, state, facility):
    """One tab for each state that has messages, and one for all, where a zip counts as one."""
    tabs = [Tab(_("Tất cả"), monitor_url({"co-so": facility}), not state, bounded(total))]
    for name in words.MESSAGE_STATES:
        if counted.get(name) or name == state:
            url = monitor_url({"trang-thai": name, "co-so": facility})
            label = words.badge(words.MESSAGE_STATES, name).label
            tabs.append(Tab(label, url, name == state, bounded(counted.get(name, 0))))
    return tabs


def bounded(count):
    """A count of messages, or `10.000+` where there are more."""
    return wording.bounded(count, exchange.COUNTED)


def monitor_url(chosen):
    """The address of the monitor with these filters."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return reverse("intake:see_intake") + (f"?{query}" if query else "")


def _names(codes):
    """What people call these facilities: a function from code to code and name."""
    found = places.find_facilities({code for code in codes if code})
    return lambda code: f"{code} · {found[code].name}" if code in found else code
