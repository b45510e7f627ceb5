"""What goes out: written down with the news of it, told in order, again and again until it is taken."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.rooms.national_portal import domain, models
from haidang.rooms.national_portal.services import bodies, client, contact
from haidang.rooms.procedures import api as procedures

_TAKEN_FOR = timedelta(minutes=2)
_BATCH = 20
log = logging.getLogger(__name__)


def note(event):
    """Write down what an event has to tell the portal (ghi hàng đợi gửi); twice is once.

    Runs in the transaction in which the ledger's news is taken: nothing is lost between what
    happened here and what waits to be told. With the exchange off nothing is written.
    """
    dossier_id = _dossier_of(event)
    if not client.is_on():
        return
    if event.name == domain.TURNED_DOWN:
        item = domain.Item("state", event.facts["state"])
        _write(event, [item], dossier_id, event.facts["code"], words=event.facts["why"])
        return
    shown = procedures.shown(dossier_id) if dossier_id else None
    if shown is not None:
        state, owes = _state_of(event), event.facts.get("state") == "unpaid"
        items = domain.items_of(event.name, state, owes=owes, known_there=_is_known(shown.code))
        _write(event, items, shown.id, shown.code)


def _write(event, items, dossier, code, *, words=""):
    if models.Outgoing.objects.filter(dossier=dossier, event=event.seq).exists():
        return
    turn = models.Outgoing.objects.filter(code=code).aggregate(last=Max("turn"))["last"] or 0
    models.Outgoing.objects.bulk_create(
        models.Outgoing(
            dossier=dossier,
            code=code,
            words=words,
            turn=turn + part,
            kind=item.kind,
            national_state=item.state,
            event=event.seq,
            part=part,
            happened_at=event.at,
            by_name=event.by_name or "",
            next_try_at=event.at,
        )
        for part, item in enumerate(items, start=1)
    )


def _dossier_of(event):
    kind, _slash, key = (event.record or "").partition("/")
    if kind == "Order":
        return procedures.id_of_order(key)
    return int(key) if kind == "Dossier" and key.isdigit() else None


def _state_of(event):
    state = event.facts.get("state") or domain.STATE_OF_EVENT.get(event.name)
    return procedures.STATES.get(state)


def _is_known(code):
    filed_there = models.Incoming.objects.filter(code=code, kind="ho-so", state="done")
    told = models.Outgoing.objects.filter(code=code, kind="dossier")
    return filed_there.exists() or told.exists()


def deliver(now=None):
    """Tell the portal what is due (gửi lên Cổng), and return how many things were tried.

    One that is not reached ends the turn: what waits behind would only wait for the same silence.
    """
    if not client.is_on():
        return 0
    at = now or timezone.now()
    taken = _take(at)
    for number, row in enumerate(taken):
        if not _try(row, at):
            _give_back(taken[number + 1 :], at)
            return 0
    return len(taken)


def _take(at):
    """The next thing of each dossier, held for the length of a try."""
    earlier = models.Outgoing.objects.filter(code=OuterRef("code"), turn__lt=OuterRef("turn"))
    with transaction.atomic():
        rows = models.Outgoing.objects.select_for_update(of=("self",), skip_locked=True)
        due = rows.filter(state="waiting", next_try_at__lte=at)
        due = due.exclude(Exists(earlier.exclude(state="sent")))
        found = list(due.order_by("next_try_at", "pk")[:_BATCH])
        for row in found:
            row.tries += 1
            row.next_try_at = at + _TAKEN_FOR
        models.Outgoing.objects.bulk_update(found, ["tries", "next_try_at"])
    return found


def _give_back(rows, at):
    ids = [row.pk for row in rows]
    models.Outgoing.objects.filter(pk__in=ids, state="waiting").update(next_try_at=at)


def _try(row, at):
    """Tell one thing; False when the portal is not to be reached at all."""
    try:
        _keep_body(row)
        answer = client.tell(bodies.CALLS[row.kind], row.body, key=f"{row.code}/{row.turn}")
    except (client.NotReached, errors.Unavailable) as why:
        _later(row, str(why), at)
        contact.failed(str(why), at=at)
        return False
    except client.NotTaken as why:
        _refused(row, str(why), why.code, at, why.answer)
    except errors.HaidangError as why:
        _refused(row, why.message, why.code, at)
    except Exception as fault:
        # A fault of ours: other dossiers go on, this is tried again, and the log has its place.
        log.exception("a turn cannot be told", extra={"facts": {"row": row.pk, "turn": row.turn}})
        _later(row, type(fault).__name__, at)
        return True
    else:
        _sent(row, answer, at)
    contact.answered(at=at)
    return True


def _keep_body(row):
    """What is told is fixed before it is told: the next try says the same under the same key."""
    if row.body is None:
        shown = procedures.shown(row.dossier) if row.dossier else None
        row.body = bodies.body(row, shown)
        models.Outgoing.objects.filter(pk=row.pk).update(body=row.body)


def _later(row, why, at):
    models.Outgoing.objects.filter(pk=row.pk, state="waiting").update(
        next_try_at=at + domain.pause_after(row.tries), error=why[:300]
    )


@transaction.atomic
def _refused(row, why, code, at, answer=None):
    """Set it aside for a person; the ledger has the code alone, for words may name somebody."""
    models.Outgoing.objects.filter(pk=row.pk, state="waiting").update(
        state="refused", error=why[:300], answer=answer
    )
    facts = {"code": row.code, "turn": row.turn, "why": code}
    ledger.record(
        "national_portal.message.refused",
        by=actors.SYSTEM,
        record=f"Dossier/{row.dossier}" if row.dossier else None,
        facts=facts,
    )


@transaction.atomic
def _sent(row, answer, at):
    models.Outgoing.objects.filter(pk=row.pk).update(
        state="sent", sent_at=at, answer=answer, error=""
    )
    if row.national_state is not None:
        procedures.shared(row.code, row.national_state, at=row.happened_at)
