"""Doing messages again from their raw bytes (xử lý lại), e.g. after a code list was loaded."""

from django.db import transaction

from haidang.engines.exchange import inbox, models
from haidang.engines.ledger import api as ledger

State = models.Message.State


@transaction.atomic
def replay(ids, by):
    """Put messages back in the queue; return how many. A zip stands for all its files.

    When nothing has changed since, doing them again changes nothing: same records, same
    versions. What was accepted stays accepted, whatever rules say by now.

    Records   event `exchange.message.replayed` for each
    """
    named = models.Message.objects.filter(receipt__in=list(ids))
    packages = named.filter(state=State.UNPACKED).values("pk")
    chosen = named.exclude(state=State.UNPACKED) | models.Message.objects.filter(
        package__in=packages
    )
    # A refused zip has nothing inside to read again.
    rows = chosen.exclude(state=State.RECEIVED).exclude(fault__startswith="exchange.package")
    messages = list(rows.select_for_update(of=("self",)).order_by("seq"))
    for message in messages:
        _reset(message)
    models.Message.objects.bulk_update(messages, _RESET)
    ledger.record_many([_entry(message) for message in messages], by=by)
    inbox.call_the_worker()
    return len(messages)


_RESET = ["state", "judged", "tries", "begun", "next_try_at", "fault"]


def _reset(message):
    message.state, message.judged, message.tries = State.RECEIVED, 0, 0
    message.begun, message.next_try_at, message.fault = 0, None, ""


def _entry(message):
    facts = {"message": message.receipt}
    return ledger.Entry("exchange.message.replayed", org=message.org or None, facts=facts)
