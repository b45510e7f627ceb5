"""The persons of the simulator: synthetic, with numbers in ranges of their own (người bệnh mô phỏng)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2s
from random import Random

from simulators.his import names
from simulators.his.facilities import NETWORK, Facility

COMMUNES = (
    ("11413", "Phường Hải An"), ("11329", "Phường Ngô Quyền"), ("11359", "Phường Gia Viên"), ("11407", "Phường An Biên"),
    ("11443", "Phường Kiến An"), ("11557", "Phường Thiên Hương"), ("11581", "Phường An Dương"), ("10525", "Phường Hải Dương"),
)  # fmt: skip
# Share of the population by ten-year age group, rounded. Source: UN WPP 2019, Viet Nam 2025
AGES = (15, 14, 13, 16, 15, 11, 9, 5, 2)
_STREETS = (
    "Lạch Tray",
    "Đà Nẵng",
    "Cát Bi",
    "Tô Hiệu",
    "Trường Chinh",
    "Hùng Vương",
    "Bạch Đằng",
    "Nguyễn Đức Cảnh",
)


@dataclass(frozen=True)
class Person:
    """Somebody who goes to hospitals. Give what you know; the rest may stay empty.

    sex          1 male, 2 female, as claims write it
    born         date of birth
    citizen_id   12 digits; card 15 characters, or "" when not insured
    registered   facility code of initial registration
    mother       the person whose delivery this child's birth was; makes the birth visit
    conditions   keys of chronic diseases of `diseases.toml`; None draws them by age
    """

    name: str
    sex: str
    born: date
    citizen_id: str = ""
    card: str = ""
    registered: str = ""
    address: str = ""
    commune: str = ""
    province: str = "31"
    phone: str = ""
    ethnic_group: str = "01"
    occupation: str = "00"
    employer: str = ""
    father: str = ""
    mother: "Person | None" = None
    conditions: tuple[str, ...] | None = None
    key: str = field(default="", compare=False)

    @property
    def uid(self) -> str:
        """A stable key, the same in every run."""
        known = self.key or f"{self.name}|{self.sex}|{self.born}|{self.citizen_id}"
        return blake2s(known.encode(), digest_size=5).hexdigest()

    @property
    def social_insurance(self) -> str:
        """The 10 digits inside the card."""
        return self.card[5:] if self.card[5:].isdigit() else ""

    def age(self, on: date) -> int:
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))


def make(seed: int, *, until: date, facilities: Sequence[Facility] = NETWORK) -> Iterator[Person]:
    """Persons without end, the same for the same seed; a young woman now and then brings a child born in the period."""
    number = 0
    while True:
        rng = Random(f"{seed}/person/{number}")
        person = _person(rng, number, until, facilities)
        yield person
        number += 1
        if person.sex == "2" and 20 <= person.age(until) <= 40 and rng.random() < 0.25:
            yield _child(rng, person, number, until)
            number += 1


def _person(rng, number, until, facilities):
    sex = rng.choice("12")
    age = 10 * rng.choices(range(9), AGES)[0] + rng.randrange(10)
    born = until - timedelta(days=int(365.25 * age) + rng.randrange(365))
    commune, place = rng.choice(COMMUNES)
    works = 18 <= age < 60 and rng.random() < 0.55
    return Person(
        name=names.full(rng, sex),
        sex=sex,
        born=born,
        citizen_id=citizen_id(rng, sex, born) if age >= 6 or rng.random() < 0.5 else "",
        card=_card(rng, number, age, works),
        registered=rng.choice(facilities).code,
        address=f"Số {rng.randrange(1, 300)} đường {rng.choice(_STREETS)}, {place}, Thành phố Hải Phòng",
        commune=commune,
        phone=f"09000{rng.randrange(100000):05d}" if age >= 10 else "",
        occupation="00" if not works else rng.choice(("51", "71", "82", "33")),
        employer=f"Công ty mô phỏng số {rng.randrange(1, 60)}" if works else "",
        key=f"{number}|{sex}|{born}",
    )


def _child(rng, mother, number, until):
    sex = rng.choice("12")
    born = until - timedelta(days=rng.randrange(120, 700))
    return Person(
        name=names.full(rng, sex),
        sex=sex,
        born=born,
        card=f"TE131{9_900_000_000 + number:010d}",
        registered=mother.registered,
        address=mother.address,
        commune=mother.commune,
        father=names.full(rng, "1"),
        mother=mother,
        key=f"{number}|{sex}|{born}",
    )


def citizen_id(rng: Random, sex: str, born: date) -> str:
    """12 digits of the right form whose last six start with 9, a range kept for synthetic persons."""
    century = 2 * (born.year // 100 - 19) + (sex == "2")
    return f"031{century}{born.year % 100:02d}9{rng.randrange(100000):05d}"


def _card(rng, number, age, works):
    if rng.random() < 0.05:
        return ""
    if age < 6:
        group = "TE1"
    elif works:
        group = "DN4"
    elif age < 22:
        group = "HS4"
    elif age >= 80:
        group = "CT2" if rng.random() < 0.5 else "BT2"
    else:
        group = rng.choice(("GD4", "GD4", "GD4", "HT3" if age >= 60 else "GD4", "CN3", "HN2"))
    return f"{group}31{9_900_000_000 + number:010d}"
