"""Telling what came and what became of it (báo cáo): messages, dossiers, problems in groups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import connection
from django.db.models import Case, Count, Max, Q, When
from django.utils.translation import gettext

from haidang.engines.access import api as access
from haidang.engines.exchange import models, signatures, vault
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.kernel.dates import HANOI

PAGE = 50
#: Counts for people stop here: a monitor over millions of messages says "10.000+".
COUNTED = 10_000
#: Problems are grouped among the newest so many that still stand.
GROUPED = 200_000
State = models.Message.State


@dataclass(frozen=True)
class Filters:
    """What to list.

    senders   only what these facilities sent, or what tells of them; None for all
    package   only the files of this zip, those that need attention first
    whole     zips as one line, without their files
    before    `seq` of the last message already seen, for paging
    """

    senders: Sequence[str] | None = None
    state: str = ""
    sender: str = ""
    channel: str = ""
    package: str = ""
    whole: bool = False
    since: date | None = None
    before: int | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Message:
    """One message as the monitor shows it; `seq` is for paging only."""

    id: str
    seq: int
    filename: str
    channel: str
    org: str
    sender: str
    by_name: str
    received_at: datetime
    processed_at: datetime | None
    state: str
    form: str
    total: int
    judged: int
    fault: str
    size: int
    sha256: str
    next_try_at: datetime | None
    package: str


@dataclass(frozen=True)
class Dossier:
    """One dossier of a message; `problems` is empty in lists and filled in its own report."""

    message: str
    position: int
    facility: str
    visit: str
    state: str
    made_on: date
    errors: int
    warnings: int
    encounter: str
    patient: str
    fault: str
    next_try_at: datetime | None
    received_at: datetime
    problems: Sequence["Problem"] = ()


@dataclass(frozen=True)
class Problem:
    """One thing that was wrong, as it was told to the sender."""

    table: str
    row: int
    field: str
    code: str
    severity: str
    vi: str
    en: str
    action_vi: str
    action_en: str


@dataclass(frozen=True)
class Report:
    """A message with everything that is known of it; `parts` counts the files of a zip by state.

    `signature` is None for a message without one.
    """

    message: Message
    problems: Sequence[Problem]
    dossiers: Sequence[Dossier]
    counts: dict[str, int]
    parts: dict[str, int] = field(default_factory=dict)
    signature: signatures.Told | None = None


@dataclass(frozen=True)
class Group:
    """Problems of one facility that break the same rule and still stand."""

    facility: str
    code: str
    severity: str
    dossiers: int
    times: int
    vi: str
    en: str


def senders_of(org):
    """The facilities whose messages concern somebody of an organisation; None for the whole city.

    To a commune its own health stations belong, and no hospital that merely stands there.
    """
    if not org or org == places.HAI_PHONG:
        return None
    return sorted(access.reached(org))


def messages(filters=Filters()):  # noqa: B008 (frozen)
    """Messages, newest first (danh sách thông điệp): one more than `limit` means a next page."""
    rows = _filtered(filters).select_related("content", "package").defer("content__packed")
    settled = Case(When(state=State.ACCEPTED, then=1), default=0)
    order = (settled, "-seq") if filters.package else ("-seq",)
    return [_message(row) for row in rows.order_by(*order)[: filters.limit + 1]]


def states(filters=Filters()):  # noqa: B008 (frozen)
    """How many messages stand in each state; `unpacked` are the zips, beside their files.

    Counting stops at `COUNTED`; one more than that means more.
    """
    rows = _filtered(filters)
    found = _counted({state.value: rows.filter(state=state) for state in State})
    return {state: count for state, count in found.items() if count}


def count(filters=Filters()):  # noqa: B008 (frozen)
    """How many messages there are; one more than `COUNTED` means more."""
    return _filtered(filters).order_by()[: COUNTED + 1].count()


def _counted(named):
    """How many rows each of these querysets has, up to the bound, in one round trip."""
    parts, params = [], []
    for name, rows in named.items():
        text, values = rows.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
        parts.append(f"SELECT %s, count(*) FROM ({text}) AS bounded")  # noqa: S608
        params += [name, *values]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return dict(cursor.fetchall())


def count_states(message_ids):
    """How many of these messages, and of the files of zips among them, stand in each state."""
    named = Q(receipt__in=message_ids) | Q(package__receipt__in=message_ids)
    rows = models.Message.objects.filter(named).exclude(state=State.UNPACKED).order_by()
    return dict(rows.values_list("state").annotate(Count("pk", distinct=True)))


def report(message_id, *, limit=500, with_problems=False):
    """Everything about one message (báo cáo tiếp nhận); at most `limit` of its dossiers.

    Raises    NotFound `exchange.message_unknown`
    """
    row = find(message_id)
    dossiers = models.Dossier.objects.filter(message=row)
    parts = models.Message.objects.filter(package=row).order_by()
    shown = list(_worst_first(dossiers)[:limit])
    told = _problems_of(shown) if with_problems else {}
    return Report(
        message=_message(row),
        problems=[_problem(each) for each in row.problems.filter(dossier=None).order_by("pk")],
        dossiers=[_dossier(each, row, told.get(each.pk, ())) for each in shown],
        counts=dict(dossiers.order_by().values_list("state").annotate(Count("pk"))),
        parts=dict(parts.values_list("state").annotate(Count("pk"))),
        signature=signatures.of(row),
    )


def dossier(message_id, position):
    """One dossier with every problem, errors first.

    Raises    NotFound `exchange.message_unknown`, `exchange.dossier_unknown`
    """
    message = find(message_id)
    row = models.Dossier.objects.filter(message=message, position=position).first()
    if row is None:
        raise errors.NotFound(
            "exchange.dossier_unknown", gettext("Thông điệp này không có hồ sơ đó.")
        )
    return _dossier(row, message, _problems_of([row]).get(row.pk, ()))


def raw(message_id):
    """The message exactly as it came: its file name and its bytes.

    Raises    NotFound `exchange.message_unknown`
    """
    row = find(message_id)
    return row.filename, vault.fetch([row.content_id])[row.content_id]


def groups(*, senders=None, limit=200):
    """Problems that still stand, by facility and rule, most dossiers first; of the newest `GROUPED`."""
    rows = _of(models.Problem.objects.filter(live=True), "facility", senders)
    newest = rows.order_by("-pk").values_list("pk", flat=True)
    oldest = next(iter(newest[GROUPED : GROUPED + 1]), 0)
    found = (
        rows.filter(pk__gt=oldest)
        .order_by()
        .values("facility", "code", "severity")
        .annotate(
            dossiers=Count("dossier", distinct=True), times=Count("pk"), vi=Max("vi"), en=Max("en")
        )
    )
    return [Group(**each) for each in found.order_by("severity", "-dossiers", "code")[:limit]]


def dossiers_with(facility, code, *, limit=PAGE):
    """The dossiers of one group, newest first."""
    pks = models.Problem.objects.filter(live=True, facility=facility, code=code).values("dossier")
    rows = models.Dossier.objects.filter(pk__in=pks).select_related("message")
    return [_dossier(row, row.message) for row in rows.order_by("-message", "position")[:limit]]


def messages_with(facility, code, *, limit=PAGE):
    """The messages that have this problem as a whole, newest first."""
    found = models.Problem.objects.filter(live=True, facility=facility, code=code, dossier=None)
    rows = models.Message.objects.filter(pk__in=found.values("message"))
    rows = rows.select_related("content", "package").defer("content__packed")
    return [_message(row) for row in rows.order_by("-seq")[:limit]]


def dead_letters(*, senders=None, limit=PAGE):
    """Dossiers that could not be written and wait for a person or for their next try."""
    waiting = models.Dossier.objects.filter(state__in=["failed", "waiting"])
    rows = _of(waiting, "facility", senders).select_related("message")
    return [_dossier(row, row.message) for row in rows.order_by("state", "-pk")[:limit]]


def telling_of(encounter):
    """The dossier that an Encounter was made from, or None."""
    row = models.Dossier.objects.filter(encounter=encounter, state="accepted")
    row = row.select_related("message").first()
    return _dossier(row, row.message) if row else None


def tellings(facility, visit):
    """Every telling of one visit, the newest first."""
    rows = models.Dossier.objects.filter(facility=facility, visit=visit).select_related("message")
    ordered = rows.order_by("-rank", "-made_on", "-message", "-position")
    return [_dossier(row, row.message) for row in ordered]


def find(message_id):
    """The row of a message by its receipt.

    Raises    NotFound `exchange.message_unknown`
    """
    row = models.Message.objects.select_related("content", "package").defer("content__packed")
    row = row.filter(receipt=message_id).first()
    if row is None:
        raise errors.NotFound(
            "exchange.message_unknown", gettext("Không có thông điệp mang mã này.")
        )
    return row


def _filtered(filters):
    rows = models.Message.objects.all()
    if filters.senders is not None:
        mine = list(filters.senders)
        # A refused message may only claim to be of a facility: it concerns its sender alone.
        rows = rows.filter(Q(org__in=mine) | Q(sender__in=mine) & ~Q(state=State.REFUSED))
    exact = {"state": filters.state, "sender": filters.sender, "channel": filters.channel}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.package:
        rows = rows.filter(package__receipt=filters.package)
    if filters.whole:
        rows = rows.filter(package=None)
    if filters.since:
        rows = rows.filter(received_at__gte=datetime.combine(filters.since, time.min, HANOI))
    return rows.filter(seq__lt=filters.before) if filters.before else rows


def _of(rows, column, senders):
    return rows if senders is None else rows.filter(**{f"{column}__in": list(senders)})


def _worst_first(rows):
    return rows.order_by("-errors", "-warnings", "position")


def _problems_of(rows):
    """The problems of dossiers, errors first, by the key of the dossier."""
    found = {}
    problems = models.Problem.objects.filter(dossier__in=[row.pk for row in rows])
    for each in problems.order_by("severity", "pk"):
        found.setdefault(each.dossier_id, []).append(_problem(each))
    return found


def _message(row):
    same = [
        "seq",
        "filename",
        "channel",
        "org",
        "sender",
        "by_name",
        "received_at",
        "processed_at",
        "state",
        "form",
        "total",
        "judged",
        "fault",
        "next_try_at",
    ]
    return Message(
        id=row.receipt,
        size=row.content.size,
        sha256=row.content_id,
        package=row.package.receipt if row.package else "",
        **{name: getattr(row, name) for name in same},
    )


def _dossier(row, message, problems=()):
    same = [
        "position",
        "facility",
        "visit",
        "state",
        "made_on",
        "errors",
        "warnings",
        "encounter",
        "patient",
        "fault",
        "next_try_at",
    ]
    facts = {name: getattr(row, name) for name in same}
    moment = message.received_at
    return Dossier(message=message.receipt, received_at=moment, problems=problems, **facts)


def _problem(row):
    return Problem(**{name: getattr(row, name) for name in Problem.__dataclass_fields__})
