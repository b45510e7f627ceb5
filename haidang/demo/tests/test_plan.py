"""The plan of the city holds together, and its people are synthetic beyond doubt."""

import re

import pytest

from haidang.demo import api, mishaps, plan, population
from haidang.demo.population import OWN_NUMBERS
from haidang.engines.places import api as places
from haidang.engines.terminology import api as terminology
from haidang.kernel import actor, errors
from haidang.kernel.room import ROLES
from simulators import his
from simulators.his import faults

SEED = 31


@pytest.fixture
def units(db):
    terminology.load_release("reference/places/2025-07-01", actor.SYSTEM)
    places.forget()
    yield
    places.forget()


def test_there_is_an_account_for_each_role_of_people():
    held = {account["role"] for account in plan.accounts()}

    assert held == set(ROLES) - {"citizen", "client"}


def test_everybody_works_in_a_facility_of_the_plan():
    codes = {facility["code"] for facility in plan.facilities()}

    assert {account["org"] for account in plan.accounts()} - {""} <= codes
    assert plan.city()["client"]["org"] in codes


def test_facilities_have_codes_that_no_official_one_has():
    assert all(re.fullmatch(r"31Z\d\d", f["code"]) for f in plan.facilities())
    assert all("mô phỏng" in f["name"] for f in plan.facilities())


def test_facilities_stand_in_units_that_exist(units):
    kinds = {f["code"]: places.unit(f["commune"]).kind for f in plan.facilities()}

    assert [code for code, kind in kinds.items() if kind == "special-zone"] == ["31Z14", "31Z15"]


def test_every_demo_account_is_told_with_its_home():
    rows = {row[0]: row for row in api.accounts()}

    assert len(rows) == len(plan.accounts()) + 1
    assert rows["quantri.demo"][3] == "/van-phong/"
    assert rows["dieuduong.demo"][2:] == ("Điều dưỡng, Trạm y tế mô phỏng Hải An", "/lam-viec/")
    assert rows["nguoidan.demo"][3] == "/cong-dan/"


def test_the_same_seed_gives_the_same_people(units):
    assert population.everybody(20, SEED) == population.everybody(20, SEED)
    assert population.everybody(20, SEED) != population.everybody(20, SEED + 1)


def test_numbers_lie_in_the_ranges_of_synthetic_people(units):
    people = population.everybody(60, SEED)

    assert all(re.fullmatch(r"\d{6}9\d{5}", p.citizen_id) for p in people if p.citizen_id)
    assert all(p.card[5:].startswith("99") for p in people if p.card)
    assert len({p.uid for p in people}) == len(people)


def test_the_family_is_a_family(units):
    family = population.family(SEED)

    assert family.child.mother == family.mother
    assert family.mother.name.split()[0] == family.grandfather.name.split()[0]
    assert int(family.grandmother.card[5:]) > OWN_NUMBERS
    assert family.grandmother.born < family.mother.born < family.child.born


def test_a_child_lives_with_its_mother(units):
    people = population.everybody(120, SEED)
    children = [p for p in people if p.mother]

    assert len(children) > 1
    assert all((c.commune, c.address) == (c.mother.commune, c.mother.address) for c in children)


def test_those_who_look_alike_have_no_number_in_common(units):
    people = population.everybody(60, SEED)
    again = [p for p in people if p.key.endswith("/again")]

    assert len(again) == population.LOOKALIKES
    for one in again:
        other = next(p for p in people if p.name == one.name and p.uid != one.uid)
        assert (other.born, other.sex) == (one.born, one.sex)
        assert not (one.citizen_id or one.card or one.phone)


def test_the_long_history_is_about_five_hundred_entries_long(units):
    dossiers = list(
        his.generate(
            SEED,
            people=[population.veteran(SEED)],
            facility=population.senders(),
            start=plan.city()["begins"],
            end=plan.city()["ends"],
        )
    )

    assert 40 <= len(dossiers) <= 60
    assert 400 <= sum(len(rows) for d in dossiers for rows in d.tables.values()) <= 900


def test_no_city_is_built_among_real_people(settings):
    settings.HAIDANG_SYNTHETIC = False

    with pytest.raises(errors.RuleBroken) as refused:
        api.build()

    assert refused.value.code == "demo.real_people"


def test_every_mishap_is_one_that_the_simulator_knows():
    assert set(mishaps.CHOSEN) <= set(faults.names())
    assert [name for name, _ in mishaps.files(SEED)] == [f"fault-{n}.xml" for n in mishaps.CHOSEN]
