"""English names of the LOINC codes that vital signs use (`data/loinc_names.toml`)."""

import tomllib
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parents[2] / "data" / "loinc_names.toml"


@cache
def names():
    """{code: English name}: a result with one of these codes is a vital sign."""
    return tomllib.loads(_FILE.read_text())["names"]
