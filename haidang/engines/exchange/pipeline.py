"""Working through what has come: whole batches in one transaction, one by one when a batch fails.

A message stays `received` until the transaction that deals with its last dossier commits, and
`judged` moves in the same transaction as the records. So a process may die anywhere: whatever
is not committed is done again from the raw bytes, and nothing is done twice. What made it die is
not done for ever (see `beginnings`).
"""

import gc
import logging
import traceback
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext

from haidang.engines.access import api as access
from haidang.engines.exchange import (
    batch,
    beginnings,
    desk,
    faults,
    judging,
    mapping,
    models,
    problems,
    queue,
)
from haidang.kernel import actor, errors

BATCH = 60

_DATABASE_AWAY = (InterfaceError, OperationalError)
# Classes of SQLSTATE: connection exception, insufficient resources (a full disk), shutdown.
# Without a state the connection broke before the server could say anything.
_AWAY = ("08", "53", "57P")

# Messages that were begun when the database went away; they are not to be counted for that.
_interrupted = set()

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
        _attempt(lambda: beginnings.begin_one(message.seq), BATCH)
        message.refresh_from_db(fields=["state", "judged"])
    return message.state


def _fresh(limit):
    return _attempt(lambda: beginnings.begin(limit), limit)


def _attempt(begin, room):
    """Do what `begin` counts as one set; when that fails, do the same dossier by dossier."""
    seqs = []
    try:
        begun, given_up = _begun(begin)
        seqs += [message.seq for message in begun]
        suspected = any(map(beginnings.is_suspected, begun))
        return given_up + (_together(seqs, 1 if suspected else room) if seqs else 0)
    except Exception as why:
        _stop_without_database(why, seqs)
        log.warning("a batch failed and is done one by one", extra={"facts": {"why": _fault(why)}})
    return sum(_apart(seq, room) for seq in seqs)


@transaction.atomic
def _begun(begin):
    """Count, and commit, what is begun; what has ended too many processes is set aside.

    Returns    the messages to work on, and how many were set aside
    """
    beginnings.give_back(_interrupted)
    begun = begin()
    hopeless = [message for message in begun if beginnings.is_hopeless(message)]
    for message in hopeless:
        _give_up(message)
    _interrupted.clear()
    return [message for message in begun if message not in hopeless], len(hopeless)


def _give_up(message):
    facts = {"times": beginnings.MOST, "position": message.judged + 1}
    told = faults.problem("exchange.process_killed", **facts)
    message.state, message.fault, message.processed_at = State.FAILED, told.code, timezone.now()
    beginnings.end(message, whole=True)
    message.save()
    problems.keep_of_messages([(message, [told])])


def _together(seqs, room):
    """Returns    how many messages were dealt with, wholly or up to the room there was"""
    with _collector_at_rest(), _everything_open():
        table = _cleared(queue.take(seqs), room)
        done = [pile.message.seq for pile in table.piles]
        beginnings.give_back(set(seqs) - set(done))
    table.remember()
    return len(done)


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
            goes_on = _together([seq], 1)
        except Exception as why:
            _stop_without_database(why, [seq])
            goes_on = _set_aside(seq, why)
        if not goes_on:
            break
    return 1


def _set_aside(seq, why):
    """Note the fault of a message's next dossier, or of the message when it cannot be read.

    Returns    whether the message can be gone on with
    """
    with _everything_open():
        for message, content in queue.take([seq]):
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
    message.begun = 0
    message.save()


def _put_off_next(reading, why):
    message = reading.message
    for position, dossier in reading.next(1):
        row, _ = models.Dossier.objects.get_or_create(
            message=message, position=position, defaults=_unjudged(message, dossier, position)
        )
        queue.count_try(row)
        _put_off(row, _fault(why))
        message.judged += 1
    if message.judged < message.total:
        beginnings.end(message, whole=False)
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


def _put_off(row, fault, code="exchange.not_processed", **facts):
    """Note the fault of a try that is counted already: another will follow, or a person."""
    again, row.fault = queue.has_more_tries(row), fault
    # A replay of what is accepted leaves it accepted: its records still stand.
    if row.state != DossierState.ACCEPTED:
        row.state = DossierState.WAITING if again else DossierState.FAILED
    row.save()
    if not again:
        problems.keep_of_dossiers([(row, [faults.problem(code, **facts)])], again=[row.pk])


def _again():
    """Try one dossier once more whose time has come; the try is counted before it begins."""
    with transaction.atomic():
        pks = [_counted(row, message) for row, message, _ in queue.take_dossiers(1)]
    try:
        with _everything_open():
            for row, message, content in queue.take_dossiers(1, pks):
                _judge_again(row, message, content)
    except Exception as why:
        _stop_without_database(why)
        _put_off_again(pks, _fault(why))
    return len(pks)


def _counted(row, message):
    if queue.has_more_tries(row):
        queue.count_try(row)
        row.save(update_fields=["tries", "next_try_at"])
    else:  # the last try ended the process
        facts = {"times": row.tries, "position": row.position + 1}
        _put_off(row, "exchange.process_killed", "exchange.process_killed", **facts)
        queue.conclude([message])
    return row.pk


def _judge_again(row, message, content):
    around = judging.Surroundings()
    reading = judging.Reading(message, content, around)
    reading.move_to(row.position)
    cases = judging.judged(reading, 1, around)
    mapping.claim([cases])  # people before visits, as in every batch
    batch.write(cases)
    queue.conclude([message])


def _put_off_again(pks, fault):
    with _everything_open():
        for row, message, _ in queue.take_dossiers(1, pks):
            _put_off(row, fault)
            queue.conclude([message])


def _everything_open():
    return access.reach(actor.SYSTEM, people="all")


def _stop_without_database(why, seqs=()):
    """A database that went away is no fault of a dossier: the whole batch is done again later."""
    state = getattr(why.__cause__, "sqlstate", None)
    if isinstance(why, _DATABASE_AWAY) and (state is None or state.startswith(_AWAY)):
        connection.close()
        _interrupted.update(seqs)
        raise errors.Unavailable(
            "exchange.database_away", gettext("Cơ sở dữ liệu chưa trả lời; việc sẽ được làm lại.")
        ) from why


def _fault(why):
    """What kind of fault and where in our code; never its words, which may name a person."""
    code = why.code if isinstance(why, errors.HaidangError) else type(why).__name__
    frames = [f for f in traceback.extract_tb(why.__traceback__) if "haidang" in f.filename]
    place = f" {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{code}{place}"[:80]
