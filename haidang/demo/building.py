"""Builds the city step by step; a city that stands already is left alone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.demo import (
    household,
    looks,
    mishaps,
    office,
    open_data,
    people_at_work,
    plan,
    plan_reports,
    population,
    reports,
    signing,
    town,
    visits,
)
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors

BUILT = "demo.city.built"


@dataclass(frozen=True)
class City:
    """What the steps need to know.

    keep_token  called with the token of the connected system as soon as there is one, because it
                is shown once and a later step may fail
    """

    seed: int
    people: list
    processes: int
    keep_token: Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What a build did; not `fresh` when the city stood already."""

    fresh: bool
    counts: dict | None = None


def build(progress=None, *, people=None, seed=None, processes=2, keep_token=None):
    """Build the demo city (dựng thành phố mô phỏng), once.

    progress   called as progress(step, done, total)
    people     how many people beside those whom the plan names; the plan's number when left out
    processes  how many work on the dossiers
    keep_token called with the token of the connected hospital system

    Raises     RuleBroken `demo.real_people` where records of real people are kept
    Records    event `demo.city.built`, and those of every service that was used
    """
    if not settings.HAIDANG_SYNTHETIC:
        raise errors.RuleBroken(
            "demo.real_people",
            _("Hệ thống này giữ hồ sơ của người thật; thành phố mô phỏng không được dựng ở đây."),
        )
    people = plan.city()["people"] if people is None else people
    seed = plan.city()["seed"] if seed is None else seed
    if is_built(people, seed):
        return Built(fresh=False)
    everybody = population.everybody(people, seed)
    city = City(seed, everybody, processes, keep_token or _forget)
    for title, step in STEPS:
        step(city, partial(progress or _silent, title))
    facts = {"people": people, "seed": seed}
    ledger.record(BUILT, by=actor.SYSTEM, facts=facts)
    return Built(fresh=True, counts=facts)


def is_built(people, seed):
    """Whether this city stands already."""
    wanted = {"people": people, "seed": seed}
    return any(wanted.items() <= event.facts.items() for event in ledger.events(names=[BUILT]))


def _connect(city, tell):
    token = people_at_work.connect_hospital()
    if token:
        city.keep_token(token)
    tell(1, 1)


#: Titles and functions (city, tell), in their order.
STEPS = (
    ("Facilities", lambda city, tell: town.build(tell)),
    ("Accounts", lambda city, tell: people_at_work.build(tell)),
    ("Hospital system", _connect),
    ("Dossiers sent", lambda city, tell: visits.send(city.people, city.seed, tell)),
    ("Mishaps sent", lambda city, tell: mishaps.send(city.seed, tell)),
    ("Taken in", lambda city, tell: visits.work_off(tell, processes=city.processes)),
    ("Families", lambda city, tell: household.build(city.seed, city.people, tell)),
    ("Signatures", lambda city, tell: signing.build(tell)),
    ("Procedures", lambda city, tell: office.build(tell)),
    ("Plan", lambda city, tell: plan_reports.build(tell)),
    ("Reports", lambda city, tell: reports.build(tell)),
    ("Open data", lambda city, tell: open_data.build(tell)),
    ("Looks", lambda city, tell: looks.build(household.members(city.seed), tell)),
)


def _silent(step, done, total):
    pass


def _forget(token):
    pass
