"""What the demo city is to hold, read from `data/city.toml`."""

import tomllib
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "city.toml"


@cache
def city():
    """The plan as plain dictionaries; dates are dates."""
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def facilities():
    """The facilities, as `data/city.toml` describes them."""
    return city()["facility"]


def accounts():
    """The accounts of staff: username, role, org."""
    return city()["account"]
