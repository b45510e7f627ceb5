"""Working through what has come: whole batches in one transaction, one by one when a batch fails.

A message stays `received` until the transaction that deals with its last dossier commits, and
`judged` moves in the same transaction as the records. So a process may die anywhere: whatever
is not committed is done again from the raw bytes, and nothing is done twice.
"""

import gc
import logging
import traceback
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext

from haidang.engines.access import api as access
from haidang.engines.exchange import batch, desk, faults, judging, mapping, models, problems, queue
from haidang.kernel import actor, errors

BATCH = 60

_DATABASE_AWAY = (InterfaceError, OperationalError)
# Classes of SQLSTATE: connection exception, insufficient resources (a full disk), shutdown.
# Without a state the connection broke before the server could say anything.
_AWAY = ("08", "53", "57P")

log = logging.getLogger("haidang.exchange")
State, DossierState = models.Message.State, models.Dossier.State


def process_pending(limit=BATCH):
    """Do one batch of what waits (xử lý hàng đợi); return how many messages or retries it did.

    Several processes may call it at the same time: each locks its own messages and passes over
    those of the others. A dossier that cannot be written is set aside with its fault and tried
    again later; after the last try it waits for a person (`failed`).
    """
    return _fresh(limit) or _again()


def process(message_id):
    """Read one message to its end now, for a sender who waits; return its state.

    When it cannot be read just now the state is still `received`, and it is tried again later.

    Raises    NotFound `exchange.message_unknown`
    """
    message = models.Message.objects.filter(receipt=message_id).first()
    if message is None:
        raise errors.NotFound(
            "exchange.message_unknown", gettext("Không có thông điệp mang mã này.")
        )
    before = -1
    while message.state == State.RECEIVED and message.judged > before:
        before = message.judged
        _attempt(lambda: _only(message.seq), BATCH)
        message.refresh_from_db(fields=["state", "judged"])
    return message.state


def _fresh(limit):
    return _attempt(lambda: queue.take(limit), limit)


def _attempt(take, room):
    """Do what `take` locks as one set; when that fails, do the same dossier by dossier."""
    seqs = []
    try:
        return _together(take, room, seqs)
    except Exception as why:
        _stop_without_database(why)
        log.warning("a batch failed and is done one by one", extra={"facts": {"why": _fault(why)}})
    return sum(_apart(seq, room) for seq in seqs)


def _together(take, room, seqs):
    with _collector_at_rest(), _everything_open():
        pairs = take()
        seqs.extend(message.seq for message, _ in pairs)
        table = _cleared(pairs, room) if pairs else None
    if table:
        table.remember()
    return len(table.piles) if table else 0


@contextmanager
def _collector_at_rest():
    """Without the cyclic collector for one batch: its objects live together and die together.

    Looking through them again and again cost a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _cleared(pairs, room):
    table = desk.Desk(room)
    for message, content in pairs:
        if not table.is_full:
            table.lay(message, content)
    table.keep_what_is_free()
    table.clear()
    return table


def _apart(seq, room):
    """Work on one message alone, a transaction for each dossier; what fails is set aside."""
    for _ in range(room):
        try:
            goes_on = _together(lambda: _only(seq), 1, [])
        except Exception as why:
            _stop_without_database(why)
            goes_on = _set_aside(seq, why)
        if not goes_on:
            break
    return 1


def _only(seq):
    found = queue.take_one(seq)
    return [found] if found else []


def _set_aside(seq, why):
    """Note the fault of a message's next dossier, or of the message when it cannot be read.

    Returns    whether the message can be gone on with
    """
    with _everything_open():
        for message, content in _only(seq):
            try:
                reading = judging.Reading(message, content, judging.Surroundings())
                reading.move_to(message.judged)
            except Exception:
                _put_off_message(message, why)
            else:
                _put_off_next(reading, why)
                return True
    return False


def _put_off_message(message, why):
    if not queue.put_off(message, _fault(why)):
        message.state, message.processed_at = State.FAILED, timezone.now()
        problems.keep_of_messages([(message, [faults.problem("exchange.not_processed")])])
    message.save()


def _put_off_next(reading, why):
    message = reading.message
    for position, dossier in reading.next(1):
        row, _ = models.Dossier.objects.get_or_create(
            message=message, position=position, defaults=_unjudged(message, dossier, position)
        )
        _put_off(row, why)
        message.judged += 1
    if message.judged < message.total:
        message.save()
    else:
        queue.conclude([message])


def _unjudged(message, dossier, position):
    key = judging.key_of(message, dossier, position)
    return {
        "facility": dossier.facility[:20],
        "visit": dossier.ma_lk[:100],
        "rank": key.rank,
        "made_on": key.made_on,
        "state": DossierState.WAITING,
    }


def _put_off(row, why):
    again = queue.put_off(row, _fault(why))
    # A replay of what is accepted leaves it accepted: its records still stand.
    if row.state != DossierState.ACCEPTED:
        row.state = DossierState.WAITING if again else DossierState.FAILED
    row.save()
    if not again:
        told = [faults.problem("exchange.not_processed")]
        problems.keep_of_dossiers([(row, told)], again=[row.pk])


def _again():
    """Try one dossier once more whose time has come."""
    taken = []
    try:
        with _everything_open():
            taken += queue.take_dossiers(1)
            for row, message, content in taken:
                _judge_again(row, message, content)
    except Exception as why:
        _stop_without_database(why)
        _put_off_again([row.pk for row, *_ in taken], why)
    return len(taken)


def _judge_again(row, message, content):
    around = judging.Surroundings()
    reading = judging.Reading(message, content, around)
    reading.move_to(row.position)
    cases = judging.judged(reading, 1, around)
    mapping.claim([cases])  # people before visits, as in every batch
    batch.write(cases)
    queue.conclude([message])


def _put_off_again(pks, why):
    with _everything_open():
        for row, message, _ in queue.take_dossiers(1, pks):
            _put_off(row, why)
            queue.conclude([message])


def _everything_open():
    return access.reach(actor.SYSTEM, people="all")


def _stop_without_database(why):
    """A database that went away is no fault of a dossier: the whole batch is done again later."""
    state = getattr(why.__cause__, "sqlstate", None)
    if isinstance(why, _DATABASE_AWAY) and (state is None or state.startswith(_AWAY)):
        connection.close()
        raise errors.Unavailable(
            "exchange.database_away", gettext("Cơ sở dữ liệu chưa trả lời; việc sẽ được làm lại.")
        ) from why


def _fault(why):
    """What kind of fault and where in our code; never its words, which may name a person."""
    code = why.code if isinstance(why, errors.HaidangError) else type(why).__name__
    frames = [f for f in traceback.extract_tb(why.__traceback__) if "haidang" in f.filename]
    place = f" {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{code}{place}"[:80]
