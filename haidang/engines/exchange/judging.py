"""Reading and checking: from the bytes of messages to dossiers with every problem listed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from haidang.engines.access import api as access
from haidang.engines.exchange import codelists, faults, models, standing
from haidang.engines.exchange.adapters.claims import model, reader, validate
from haidang.engines.people import api as people
from haidang.engines.places import api as places
from haidang.kernel import dates

_SMALL = 4 * 1024 * 1024
_FACILITY = models.Dossier._meta.get_field("facility").max_length
_VISIT = models.Dossier._meta.get_field("visit").max_length


@dataclass
class Case:
    """One dossier on its way (hồ sơ đang xử lý): what was read, what is wrong, where it stands.

    candidate   whom it speaks of, once `mapping` has made it out
    """

    message: models.Message
    position: int
    dossier: model.Dossier
    problems: list = field(default_factory=list)
    key: standing.Key | None = None
    candidate: people.Candidate | None = None

    @property
    def facility(self):
        """The facility that the dossier names, or else the one on the envelope."""
        return self.dossier.facility or self.message.sender

    @property
    def visit(self):
        """What names the visit, or None when the dossier does not say, or at too great length."""
        facility, ma_lk = self.facility, self.dossier.ma_lk
        named = 0 < len(facility) <= _FACILITY and 0 < len(ma_lk) <= _VISIT
        return (facility, ma_lk) if named else None

    @property
    def is_named(self):
        return self.visit is not None and self.facility == self.dossier.facility

    @property
    def is_sound(self):
        return self.is_named and not any(each.is_error for each in self.problems)


class Surroundings:
    """What dossiers are judged against: the code lists, and which facilities there are.

    Made for one batch, so that each facility is asked for once.
    """

    def __init__(self):
        self.lists = codelists.current()
        self._known, self._covered = {}, {}

    def knows(self, facility):
        if facility not in self._known:
            self._known[facility] = facility in places.find_facilities([facility])
        return self._known[facility]

    def covers(self, org, facility):
        """Whether who sends for `org` may send for `facility`."""
        if (org, facility) not in self._covered:
            self._covered[org, facility] = access.covers(org, facility)
        return self._covered[org, facility]


class Reading:
    """A message being read: what it says of itself, and its dossiers from `position` on.

    Half a file must leave nothing behind, so a file is read to its end before its first dossier
    is written; a long one twice, because then memory holds one visit instead of thousands.
    """

    def __init__(self, message, content, around):
        self.message = message
        file, count, self._dossiers = _opened(content)
        message.sender = file.sender[:20]
        message.made_on = day_of(file.made_on)
        message.total = count
        self.is_signed = file.signed
        self.problems = [*file.problems, *_of_the_envelope(message, file, around)]
        self.position = 0

    @property
    def is_refused(self):
        return any(problem.is_error for problem in self.problems)

    def move_to(self, position):
        """Pass over dossiers that were dealt with before."""
        self.next(position - self.position)

    def next(self, count):
        """Up to `count` dossiers, each with its position."""
        start = self.position
        found = list(enumerate(islice(self._dossiers, count), start))
        self.position += len(found)
        return found


def _opened(content):
    if len(content) <= _SMALL:
        file = reader.read(content)
        return file, len(file.dossiers), iter(file.dossiers)
    scan = reader.stream(content)
    count = sum(1 for _ in scan)
    return scan.file, count, iter(reader.stream(content))


def judged(reading, count, around):
    """The next dossiers of a message, each with every problem."""
    return [_case(reading.message, *found, around) for found in reading.next(count)]


def _case(message, position, dossier, around):
    message.form = message.form or dossier.form
    told = told_on(received_on(message), message.made_on)
    found = validate.check(dossier, around.lists, told_on=told)
    found.extend(_of_the_place(message, dossier, around))
    case = Case(message, position, dossier, found, key_of(message, dossier, position))
    if not case.is_named and not _lacks_summary(dossier, found):
        found.append(faults.problem("exchange.visit_unnamed"))
    return case


def _lacks_summary(dossier, problems):
    """Whether the table that names visit and facility is missing, which a rule tells already."""
    return not dossier.summary and any(problem.code == "C2" for problem in problems)


def key_of(message, dossier, position):
    """The order key of a dossier among all tellings of its visit."""
    rank = standing.CHECK_IN if dossier.is_check_in else standing.DOSSIER
    day = standing.order_day(message.made_on, received_on(message))
    return standing.Key(rank, day, message.seq, position)


def told_on(received, made_on):
    """The later of the day of arrival and the day the file names: clocks may be slow on our side."""
    return max(received, made_on or received)


def day_of(text):
    """A day written as `yyyymmdd`, or None."""
    try:
        return datetime.strptime(text, "%Y%m%d").date() if len(text) == 8 else None  # noqa: DTZ007
    except ValueError:
        return None


def received_on(message) -> date:
    return message.received_at.astimezone(dates.HANOI).date()


def _of_the_envelope(message, file, around):
    if not file.is_readable:
        return
    if not around.covers(message.org, file.sender):
        yield faults.problem("exchange.not_your_facility", sender=file.sender, org=message.org)
    elif not around.knows(file.sender):
        yield faults.problem("exchange.facility_unknown", facility=file.sender)
    if message.made_on and message.made_on > received_on(message):
        yield faults.problem("exchange.made_in_future")


def _of_the_place(message, dossier, around):
    # Check-ins of several facilities may stand in one file, which has no envelope.
    facility = dossier.facility
    if facility != message.sender and not around.covers(message.org, facility):
        yield faults.problem("exchange.not_your_facility", sender=facility, org=message.org)
