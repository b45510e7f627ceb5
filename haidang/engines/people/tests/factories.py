"""Rows of the index made directly, for tests of search over many people."""

import random
from types import SimpleNamespace

from haidang.engines.people import index, patient
from haidang.engines.people.candidate import Candidate

FAMILY = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
]
MIDDLE = ["Văn", "Thị", "Hữu", "Đức", "Ngọc", "Minh", "Thanh", "Quang", "Thuỳ", "Kim"]
GIVEN = [
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Hải",
    "Hoa",
    "Hùng",
    "Hương",
    "Khánh",
    "Lan",
    "Linh",
    "Long",
    "Mai",
    "Nam",
    "Nga",
    "Phúc",
    "Quân",
    "Sơn",
    "Thảo",
    "Trang",
    "Tuấn",
    "Vân",
    "Yến",
]


def stored(candidate, rid, version=1):
    """What the record store would hand back for a candidate."""
    resource = patient.resource_of(candidate, f"p{rid}")
    return SimpleNamespace(rid=rid, id=f"p{rid}", version=version, resource=resource)


def indexed(*candidates, first=1):
    """Put candidates into the index, numbered from `first`."""
    index.write([(stored(c, rid), {}) for rid, c in enumerate(candidates, first)])


def crowd(many, seed=1):
    """Candidates with believable names, and numbers that are theirs alone."""
    chance = random.Random(seed)
    for place in range(many):
        name = " ".join(chance.choice(words) for words in (FAMILY, MIDDLE, MIDDLE, GIVEN))
        birth = (
            f"{chance.randint(1930, 2025)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        )
        yield Candidate(
            name,
            birth,
            chance.choice(["male", "female"]),
            [("https://haidang.vn/fhir/sid/citizen-id", f"031{place:09d}")],
            f"09{place:08d}",
            f"Số {place}, Phường {chance.choice(GIVEN)}, Thành phố Hải Phòng",
        )
