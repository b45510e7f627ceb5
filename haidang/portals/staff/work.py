"""What the home pages of staff and office share: figures of the day, and what waits for someone.

Each line names the permission and the address it needs; a line whose room is not built in, or
whose permission the reader lacks, is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.exchange import api as exchange
from haidang.engines.people import api as people
from haidang.ui import context, wording


@dataclass(frozen=True)
class Line:
    """One figure or waiting job, before it is known who asks."""

    label: str
    permission: str
    url_name: str
    count: Callable
    query: str = ""
    kind: str = "neutral"
    icon: str = "inbox"


@dataclass(frozen=True)
class Shown:
    label: str
    count: int | str
    url: str
    kind: str
    icon: str


def figures(actor):
    """Numbers of the day, each leading to its rows."""
    return _shown(FIGURES, actor)


def waiting(actor):
    """Jobs that wait for this person; those with nothing to do are left out."""
    return [line for line in _shown(WAITING, actor) if line.count]


def _shown(lines, actor):
    return [
        Shown(_(line.label), line.count(actor), url + line.query, line.kind, line.icon)
        for line in lines
        if context.allowed(actor, line.permission) and (url := context.address(line.url_name))
    ]


def _messages(*states):
    def count(actor):
        found = exchange.states(
            exchange.Filters(senders=exchange.senders_of(actor.org), since=timezone.localdate())
        )
        return _bounded(sum(n for state, n in found.items() if not states or state in states))

    return count


def _troubled(actor):
    found = exchange.states(exchange.Filters(senders=exchange.senders_of(actor.org)))
    return _bounded(found.get("failed", 0) + found.get("waiting", 0))


def _bounded(count):
    return wording.bounded(count, exchange.COUNTED)


def _doubled(actor):
    return people.count_open(actor.org if exchange.senders_of(actor.org) else None)


FIGURES = (
    Line(gettext_noop("Tệp nhận hôm nay"), "intake.see_intake", "intake:see_intake", _messages()),
    Line(
        gettext_noop("Vào hồ sơ trọn vẹn"),
        "intake.see_intake",
        "intake:see_intake",
        _messages("accepted"),
        "?trang-thai=accepted",
    ),
    Line(
        gettext_noop("Bị trả lại"),
        "intake.see_intake",
        "intake:see_intake",
        _messages("rejected", "partly"),
        "?trang-thai=rejected",
    ),
)
WAITING = (
    Line(
        gettext_noop("Hồ sơ chưa vào được, cần người xem"),
        "intake.see_intake",
        "intake:see_intake",
        _troubled,
        "?trang-thai=failed",
        kind="bad",
        icon="file-warning",
    ),
    Line(
        gettext_noop("Cặp hồ sơ nghi là một người"),
        "identity_review.see_duplicates",
        "identity_review:see_duplicates",
        _doubled,
        kind="warn",
        icon="git-merge",
    ),
)
