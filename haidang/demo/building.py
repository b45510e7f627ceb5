"""Builds the city step by step; a city that stands already is left alone."""

from dataclasses import dataclass

from haidang.demo import people_at_work, plan, town
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor

BUILT = "demo.city.built"


@dataclass(frozen=True)
class Built:
    """What a build did; `token` opens the claims gateway and is known only now."""

    fresh: bool
    token: str | None = None
    counts: dict | None = None


def build(progress=None, *, people=None, seed=None):
    """Build the demo city (dựng thành phố mô phỏng), once.

    progress  called as progress(step, done, total)
    people    how many people beside those the plan names; the plan's number when left out

    Records   event `demo.city.built`, and those of every service that was used
    """
    people = plan.city()["people"] if people is None else people
    seed = plan.city()["seed"] if seed is None else seed
    if is_built(people, seed):
        return Built(fresh=False)
    for title, step in _steps(people, seed):
        step(_telling(progress, title))
    token = people_at_work.connect_hospital()
    facts = {"people": people, "seed": seed}
    ledger.record(BUILT, by=actor.SYSTEM, facts=facts)
    return Built(fresh=True, token=token, counts=facts)


def is_built(people, seed):
    """Whether this city stands already."""
    wanted = {"people": people, "seed": seed}
    return any(wanted.items() <= event.facts.items() for event in ledger.events(names=[BUILT]))


def _steps(people, seed):
    yield "Facilities", town.build
    yield "Accounts", people_at_work.build


def _telling(progress, title):
    return lambda done, total: progress(title, done, total) if progress else None
