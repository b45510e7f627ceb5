"""Which work is next: locked for this transaction, passed over by every other worker."""

from datetime import timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from haidang.engines.exchange import beginnings, models, sets, vault

TRIES = 6
_BYTES_AT_ONCE = 32 * 1024 * 1024
_FIRST_PAUSE = timedelta(seconds=10)

State = models.Message.State
DossierState = models.Dossier.State


def take(seqs):
    """Lock messages that are begun, oldest first, up to a bound of bytes.

    Of several, those that another process has are passed over; one alone is waited for.

    Returns    pairs (Message, its bytes); the locks last until the transaction ends
    """
    waiting = models.Message.objects.filter(seq__in=seqs, state=State.RECEIVED)
    messages = list(waiting.select_for_update(skip_locked=len(seqs) > 1).order_by("seq"))
    return list(_with_content(_within_bytes(messages)))


def take_dossiers(limit, pks=None):
    """Lock dossiers whose next try is due, or those of `pks` that are still waiting.

    Returns    triples (Dossier, its Message, the bytes of the message)
    """
    waiting = models.Dossier.objects.filter(state=DossierState.WAITING)
    chosen = _due(waiting) if pks is None else waiting.filter(pk__in=pks)
    rows = list(chosen.select_for_update(skip_locked=True).order_by("next_try_at")[:limit])
    parents = models.Message.objects.filter(pk__in=[row.message_id for row in rows])
    found = {m.pk: (m, c) for m, c in _with_content(parents.select_for_update().order_by("seq"))}
    return [(row, *found[row.message_id]) for row in rows]


def put_off(row, fault):
    """After a failed try: again later, at growing intervals, or `failed` when it was the last.

    Returns    whether there will be another try
    """
    count_try(row)
    row.fault = fault
    return has_more_tries(row)


def count_try(row):
    """One more try; the next is not before a pause that grows with them."""
    row.tries += 1
    row.next_try_at = timezone.now() + _FIRST_PAUSE * 4 ** (row.tries - 1)


def has_more_tries(row):
    return row.tries < TRIES


def conclude(messages):
    """Give messages that are read to the end their state, from what became of their dossiers."""
    counts = _counts([message.pk for message in messages])
    for message in messages:
        beginnings.end(message, whole=True)
        message.processed_at = timezone.now()
        if message.state != State.REFUSED:
            message.state = _verdict(**counts.get(message.pk, _NONE))
    sets.update("exchange_message", "seq", _CONCLUDED, messages)


_NONE = {"all": 0, "wrong": 0, "waiting": 0, "failed": 0}
_CONCLUDED = [
    "state", "sender", "made_on", "form", "total", "judged", "fault", "tries", "begun",
    "next_try_at", "processed_at",
]  # fmt: skip


def _counts(seqs):
    of_state = {name: Count("pk", Q(state=name)) for name in ("waiting", "failed")}
    wrong = Count("pk", Q(errors__gt=0) & ~Q(state="accepted"))
    rows = models.Dossier.objects.filter(message__in=seqs).order_by()
    found = rows.values("message").annotate(all=Count("pk"), wrong=wrong, **of_state)
    return {row.pop("message"): row for row in found}


def _verdict(*, all, wrong, waiting, failed):
    if failed:
        return State.FAILED
    if waiting:
        return State.WAITING
    if not wrong:
        return State.ACCEPTED
    return State.REJECTED if wrong == all else State.PARTLY


def _due(rows):
    return rows.filter(Q(next_try_at=None) | Q(next_try_at__lte=timezone.now()))


def _within_bytes(messages):
    """The first messages that fit the bound together; the very first always."""
    sizes = dict(
        models.Content.objects.filter(pk__in=[m.content_id for m in messages]).values_list(
            "sha256", "size"
        )
    )
    total, fitting = 0, []
    for message in messages:
        total += sizes[message.content_id]
        if fitting and total > _BYTES_AT_ONCE:
            break
        fitting.append(message)
    return fitting


def _with_content(messages):
    messages = list(messages)
    contents = vault.fetch(message.content_id for message in messages)
    for message in messages:
        yield message, contents[message.content_id]


def backlog():
    """How many messages are still to be read."""
    return models.Message.objects.filter(state=State.RECEIVED).count()


def last_of(message_ids):
    """The number of the newest of these messages and of the files of zips among them; 0 for none."""
    named = Q(receipt__in=message_ids) | Q(package__receipt__in=message_ids)
    return models.Message.objects.filter(named).aggregate(last=Max("seq"))["last"] or 0


def unread(last):
    """How many messages up to this number nobody has read yet.

    One that could not be read and waits for its next try, perhaps an hour, is none of them.
    """
    waiting = models.Message.objects.filter(state=State.RECEIVED, fault="")
    return waiting.filter(seq__lte=last).count()
