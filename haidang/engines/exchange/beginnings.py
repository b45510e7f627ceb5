"""Counting what is begun (đếm lần bắt đầu): a file that kills its process is not tried for ever.

An exception is caught and counted where it is raised; a process that is killed counts nothing
afterwards. So a message is counted as begun, and that is committed, before anybody works on it.
What ends, well or badly, is counted no more. What was begun and did not end is begun again alone,
one dossier at a time, because the cause may be a neighbour; at the third end of a process it is
set aside for a person.
"""

from datetime import timedelta
from itertools import takewhile

from django.db.models import F, Q
from django.utils import timezone

from haidang.engines.exchange import models

MOST = 3
# Between the count and the lock of the work nobody else may take a message: the pause sees to it.
_PAUSE = timedelta(seconds=5)

_waiting = models.Message.objects.filter(state=models.Message.State.RECEIVED)


def begin(limit):
    """Count the next messages that are due, oldest first, as begun; the caller commits.

    Returns    them; one alone when it was begun before and did not end
    """
    found = list(_due().select_for_update(skip_locked=True).order_by("seq")[:limit])
    return _counted(found[:1] if found and found[0].begun else _unsuspected(found))


def begin_one(seq):
    """Count one message as begun; one that another process begins just now is counted there."""
    _counted(list(_due().filter(seq=seq).select_for_update()))
    return list(_waiting.filter(seq=seq))


def give_back(seqs):
    """Messages that were begun and then not worked on, or not to the end, without their fault."""
    if seqs:
        free = _waiting.filter(seq__in=seqs, begun__gt=0).select_for_update(skip_locked=True)
        rows = models.Message.objects.filter(seq__in=[message.seq for message in free])
        rows.update(begun=F("begun") - 1, next_try_at=None)


def is_suspected(message):
    """Was it begun before, and did it not end?"""
    return message.begun > 1


def is_hopeless(message):
    """Has it ended processes as often as is allowed?"""
    return message.begun > MOST


def end(message, *, whole):
    """It is dealt with, or the part of it that was begun; a suspect stays one until its end."""
    message.begun = int(is_suspected(message) and not whole)
    message.next_try_at = None


def _due():
    return _waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=timezone.now()))


def _unsuspected(messages):
    return list(takewhile(lambda message: not message.begun, messages))


def _counted(messages):
    rows = models.Message.objects.filter(seq__in=[message.seq for message in messages])
    rows.update(begun=F("begun") + 1, next_try_at=timezone.now() + _PAUSE)
    for message in messages:
        message.begun += 1
    return messages
