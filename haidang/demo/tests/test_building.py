"""The city is built through services, once, and shows every kind of page something."""

import json

import pytest
from click.testing import CliRunner

from haidang.demo import api, building, console, household, plan, population
from haidang.engines.access import api as access
from haidang.engines.exchange import api as exchange
from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.engines.places import api as places
from haidang.engines.records import api as records
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, systems

SEED, PEOPLE = 31, 8


@pytest.fixture
def city(own_database, settings, tmp_path):
    """A small city in a database of its own, built in two goes because the first was stopped.

    `steps` is what the second go told on its way, `tokens` what both kept.
    """
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_HOME = tmp_path
    places.forget()
    terminology.load_all(actor.SYSTEM)
    steps, tokens = [], []
    options = {"people": PEOPLE, "seed": SEED, "processes": 1, "keep_token": tokens.append}
    with pytest.raises(KeyboardInterrupt):
        api.build(_stopping_at("Mishaps sent"), **options)
    built = api.build(lambda *step: steps.append(step), **options)
    yield built, steps, tokens
    ledger.close_book()
    places.forget()


def _stopping_at(title):
    def progress(step, done, total):
        if step == title:
            raise KeyboardInterrupt

    return progress


@pytest.mark.slow
def test_a_city_is_built_once_and_holds_what_it_promises(city):
    built, steps, tokens = city

    assert built.fresh
    assert len(tokens) == 1
    assert access.client_of(tokens[0]).org == plan.city()["client"]["org"]
    _every_step_told_its_counts(steps)
    _facilities_stand_with_departments()
    _dossiers_came_in_and_some_were_refused()
    _the_mother_opens_her_family()
    _records_are_marked_synthetic()
    _looks_and_refusals_stand_in_the_book()
    _a_second_build_does_nothing()
    _the_command_says_so()


def _every_step_told_its_counts(steps):
    last = {title: (done, total) for title, done, total in steps}

    assert list(last) == [title for title, _ in building.STEPS]
    assert all(done == total > 0 for done, total in last.values())


def _facilities_stand_with_departments():
    station = places.facility("31Z15")

    assert (station.synthetic, places.unit(station.commune).name) == (True, "Bạch Long Vĩ")
    assert "Khoa Khám bệnh" in [d.name for d in places.departments("31Z01")]


def _dossiers_came_in_and_some_were_refused():
    states = exchange.states()

    assert states["accepted"] > 10
    assert states["rejected"] + states["refused"] >= 8
    assert "failed" not in states
    assert exchange.backlog() == 0


def _the_mother_opens_her_family():
    account = access.Account.objects.get(username=plan.city()["citizen"]["username"])
    mother, child, *grandparents = household.members(SEED)

    assert account.patient == mother.id
    assert access.family_of(account.pk) == {m.id for m in (mother, child, *grandparents)}
    assert len(people.household(household.CODE).members) == 4
    assert people.count_open() >= 1


def _records_are_marked_synthetic():
    hit = household._find(population.veteran(SEED))
    with access.reach(actor.SYSTEM, people="all"):
        stored = records.compartment(hit.rid)

    assert len(stored) > 500
    assert [one.ref for one in stored if not systems.is_synthetic(one.resource)] == []


def _looks_and_refusals_stand_in_the_book():
    looks = [look for m in household.members(SEED) for look in ledger.looks_at(m.ref)]

    assert {look.allowed for look in looks} == {True, False}
    assert any(look.purpose == "emergency" for look in looks)


def _a_second_build_does_nothing():
    before = ledger.events(limit=1_000_000)

    assert not api.build(people=PEOPLE, seed=SEED).fresh

    assert ledger.events(limit=1_000_000) == before


def _the_command_says_so():
    arguments = ["--people", str(PEOPLE), "--seed", str(SEED)]
    said = CliRunner().invoke(console.command, arguments)
    as_json = CliRunner().invoke(console.command, [*arguments, "--json"])

    assert "stands already" in said.output
    assert json.loads(as_json.output) == {"fresh": False, "counts": {}}
