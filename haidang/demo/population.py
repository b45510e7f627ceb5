"""The people of the demo city: a crowd, one family, one long history, and some who look alike."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from random import Random

from haidang.demo import plan
from haidang.engines.places import api as places
from simulators.his import names
from simulators.his import people as his
from simulators.his.facilities import HOSPITAL, STATION
from simulators.his.facilities import Facility as Sender

#: Of so many people of the crowd one lives with a long-term disease, and one on an island.
CHRONIC, ISLANDER = 25, 15
ISLANDS = ("31Z14", "31Z15")
LOOKALIKES = 5
#: Insurance numbers of the people described here, above those of the simulator's crowd.
OWN_NUMBERS = 9_999_000_000


@dataclass(frozen=True)
class Family:
    """Mother, child and the mother's parents; the mother holds the citizen account."""

    mother: his.Person
    child: his.Person
    grandmother: his.Person
    grandfather: his.Person

    @property
    def members(self):
        """Everybody, the mother first, because her child's birth is in her record."""
        return [self.mother, self.child, self.grandmother, self.grandfather]


def senders():
    """The facilities as the simulator knows them: with beds or without."""
    treating = [f for f in plan.facilities() if "K01" in f["departments"]]
    return [Sender(f["code"], f["name"], HOSPITAL if f.get("beds") else STATION) for f in treating]


def everybody(count, seed):
    """All people, the family and the long history first."""
    crowd = _crowd(count, seed)
    return [*family(seed).members, veteran(seed), *crowd, *_lookalikes(crowd)]


def family(seed):
    """The family of the citizen account (gia đình)."""
    name = names.family(Random(f"{seed}/family"))
    home = {"commune": "11413", "registered": "31Z11"}
    mother = _own(seed, 1, "mother", "2", date(1993, 4, 12), of=name, conditions=(), **home)
    child = _own(
        seed, 2, "child", "1", date(2024, 9, 5), group="TE1", conditions=(), mother=mother,
        father=names.full(Random(f"{seed}/father"), "1"), **home,
    )  # fmt: skip
    old = ("hypertension", "diabetes")
    return Family(
        mother,
        replace(child, citizen_id="", phone=""),
        _own(seed, 3, "grandmother", "2", date(1962, 2, 20), group="HT3", conditions=old, **home),
        _own(seed, 4, "grandfather", "1", date(1958, 7, 3), group="HT3", of=name, conditions=("copd",), **home),
    )  # fmt: skip


def veteran(seed):
    """A retired docker with two long-term diseases: about 500 entries in the timeline."""
    return _own(
        seed, 5, "docker", "1", date(1955, 9, 14), group="CT2", house=5, commune="11359", registered="31Z01",
        conditions=("hypertension", "kidney_disease"),
    )  # fmt: skip


def _own(seed, number, key, sex, born, *, commune, registered, house=1, group="GD4", of="", **more):
    rng = Random(f"{seed}/{key}")
    return his.Person(
        name=names.full(rng, sex, of),
        sex=sex,
        born=born,
        citizen_id=his.citizen_id(rng, sex, born),
        card=f"{group}31{OWN_NUMBERS + number:010d}",
        registered=registered,
        commune=commune,
        address=f"Số {house} đường Mô Phỏng, {places.unit(commune).full_name}, Thành phố Hải Phòng",
        phone=f"090009{number:04d}",
        key=f"demo/{key}",
        **more,
    )


def _crowd(count, seed):
    until = plan.city()["ends"]
    settled = {}
    for number, person in enumerate(
        islice(his.make(seed, until=until, facilities=senders()), count)
    ):
        mother = settled.get(person.mother.key) if person.mother else None
        settled[person.key] = _with(mother, person) if mother else _settled(person, number, seed)
    return list(settled.values())


def _with(mother, child):
    """A child at its mother's address."""
    return replace(
        child,
        mother=mother,
        commune=mother.commune,
        registered=mother.registered,
        address=mother.address,
        conditions=(),
    )


def _settled(person, number, seed):
    """The person in one of the city's 114 units, mostly without a long-term disease."""
    rng = Random(f"{seed}/home/{person.key}")
    stations = {f["code"]: f for f in plan.facilities() if f["kind"] == "commune-station"}
    own = stations[rng.choice(ISLANDS if number % ISLANDER == 0 else sorted(stations))]
    unit = places.unit(own["commune"]) if rng.random() < 0.5 else rng.choice(places.communes())
    return replace(
        person,
        commune=unit.code,
        registered=own["code"],
        address=f"Số {rng.randrange(1, 300)} đường Mô Phỏng, {unit.full_name}, Thành phố Hải Phòng",
        conditions=None if number % CHRONIC == 7 else (),
    )


def _lookalikes(crowd):
    """The same name and birth date at another desk, without a number: people for the merge queue."""
    known = [p for p in crowd if p.citizen_id and p.mother is None and p.conditions == ()]
    return [
        replace(p, citizen_id="", card="", phone="", registered="31Z21", key=f"{p.key}/again")
        for p in known[:LOOKALIKES]
    ]
