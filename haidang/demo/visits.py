"""Years of visits, written by the hospital system that does not exist and taken in as everybody's."""

from itertools import groupby

from haidang.demo import people_at_work, plan, population
from haidang.engines.exchange import api as exchange
from haidang.kernel import actor
from simulators import his

#: Dossiers in one file, as a facility sends a month or so.
PER_FILE = 20
#: People whose visits are written before they are sent.
AT_ONCE = 400


def write(people, seed):
    """Files of all visits, by facility: pairs (facility code, list of `his.File`)."""
    dossiers = [d for begins, group in _groups(people) for d in _of(group, seed, begins)]
    ordered = sorted(dossiers, key=lambda d: (d.facility, d.form, d.summary["NGAY_RA"], d.ma_lk))
    for code, own in groupby(ordered, key=lambda dossier: dossier.facility):
        yield code, list(his.files(own, per_file=PER_FILE))


def _of(people, seed, begins):
    ends = plan.city()["ends"]
    return his.generate(seed, people=people, facility=population.senders(), start=begins, end=ends)


def _groups(people):
    """Pairs (first day, people): most of the crowd moved into the city in its last year."""
    newcomers = [p for p in people if not p.key.startswith("demo/") and int(p.uid, 16) % 3]
    known = {p.uid for p in newcomers}
    yield plan.city()["begins"], [p for p in people if p.uid not in known]
    yield plan.city()["newcomers_begin"], newcomers


def send(people, seed, tell):
    """Hand every file to the exchange engine; the same bytes again are nothing new.

    The people go in groups, so that memory does not grow with the city.
    """
    for first in range(0, len(people), AT_ONCE):
        for code, files in write(people[first : first + AT_ONCE], seed):
            by, channel = _sender(code)
            contents = [(file.name, file.content) for file in files]
            exchange.receive_many(contents, by=by, channel=channel, org=code)
        tell(min(first + AT_ONCE, len(people)), len(people))


def _sender(code):
    """The connected system for its own facility; the others leave their files in the folder."""
    connected = people_at_work.hospital_system()
    return (connected, "gateway") if connected.org == code else (actor.SYSTEM, "folder")


def work_off(tell, *, processes):
    """Process everything that waits."""
    total = exchange.backlog()
    exchange.work_off(processes, told=lambda left: tell(max(total - left, 0), total))
    tell(total, total)
