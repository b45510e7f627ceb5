"""One batch as it is put together: messages are read onto the desk until it is full."""

from dataclasses import dataclass

from haidang.engines.exchange import (
    batch,
    beginnings,
    judging,
    mapping,
    models,
    problems,
    queue,
    signatures,
)
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor

State = models.Message.State

# What is parsed of a long file, until its next batch: receipt -> Reading. One file at a time.
_half_read = {}


@dataclass
class Pile:
    """What one batch takes of one message: the reading, and the next of its dossiers, judged."""

    reading: judging.Reading
    cases: list

    @property
    def message(self):
        return self.reading.message

    @property
    def is_ended(self):
        return self.reading.is_refused or self.message.judged >= self.message.total


class Desk:
    """Room for `room` dossiers; `clear` writes them all and gives their messages a state."""

    def __init__(self, room):
        self.room = room
        self.around = judging.Surroundings()
        self.piles = []

    @property
    def is_full(self):
        return self.room <= 0

    def lay(self, message, content):
        """Read a message and judge as many of its dossiers as there is room for."""
        reading = _reading(message, content, self.around)
        cases = [] if reading.is_refused else judging.judged(reading, self.room, self.around)
        self.room -= len(cases)
        self.piles.append(Pile(reading, cases))

    def keep_what_is_free(self):
        """Leave in the queue what speaks of people whom another process is writing just now."""
        claimed = mapping.claim([pile.cases for pile in self.piles])
        self.piles = [pile for pile, free in zip(self.piles, claimed, strict=True) if free]

    def clear(self):
        """Write everything on the desk, as one set."""
        begun = [pile for pile in self.piles if pile.message.judged == 0]
        for pile in self.piles:
            pile.message.judged += len(pile.cases)
            if pile.reading.is_refused:
                _refuse(pile.reading)
        batch.write([case for pile in self.piles for case in pile.cases])
        problems.keep_of_messages([(pile.message, pile.reading.problems) for pile in begun])
        signatures.ask([pile.message for pile in begun if pile.reading.is_signed])
        queue.conclude([pile.message for pile in self.piles if pile.is_ended])
        for pile in self._unfinished():
            beginnings.end(pile.message, whole=False)
            pile.message.save()

    def remember(self):
        """After the commit: keep what is already parsed of a file that goes on."""
        _half_read.clear()
        _half_read.update({pile.message.receipt: pile.reading for pile in self._unfinished()})

    def _unfinished(self):
        return [pile for pile in self.piles if not pile.is_ended]


def _reading(message, content, around):
    kept = _half_read.pop(message.receipt, None)
    if kept is None or kept.position != message.judged:
        kept = judging.Reading(message, content, around)
        kept.move_to(message.judged)
    kept.message = message
    return kept


def _refuse(reading):
    message = reading.message
    message.state = State.REFUSED
    facts = {"message": message.receipt, "codes": sorted({p.code for p in reading.problems})}
    ledger.record("exchange.message.refused", by=actor.SYSTEM, org=message.org or None, facts=facts)
