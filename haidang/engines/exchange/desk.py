"""One batch as it is put together: messages are read onto the desk until it is full."""

from haidang.engines.exchange import batch, judging, models, problems, queue
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor

State = models.Message.State

# What is parsed of a long file, until its next batch: receipt -> Reading. One file at a time.
_half_read = {}


class Desk:
    """Room for `room` dossiers; `clear` writes them all and gives their messages a state."""

    def __init__(self, room):
        self.room = room
        self.around = judging.Surroundings()
        self.cases, self.readings, self.ended, self.told = [], [], [], []

    @property
    def is_full(self):
        return self.room <= 0

    def lay(self, message, content):
        """Read a message and judge as many of its dossiers as there is room for."""
        reading = _reading(message, content, self.around)
        if message.judged == 0:
            self.told.append((message, reading.problems))
        if reading.is_refused:
            _refuse(reading)
        else:
            self._judge(reading)
        self.readings.append(reading)
        if reading.is_refused or message.judged >= message.total:
            self.ended.append(message)

    def clear(self):
        """Write everything on the desk, as one set."""
        batch.write(self.cases)
        problems.keep_of_messages(self.told)
        queue.conclude(self.ended)
        for reading in self._unfinished():
            reading.message.save()

    def remember(self):
        """After the commit: keep what is already parsed of a file that goes on."""
        _half_read.clear()
        _half_read.update({each.message.receipt: each for each in self._unfinished()})

    def _judge(self, reading):
        found = judging.judged(reading, self.room, self.around)
        self.cases += found
        self.room -= len(found)
        reading.message.judged += len(found)

    def _unfinished(self):
        return [each for each in self.readings if each.message not in self.ended]


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
