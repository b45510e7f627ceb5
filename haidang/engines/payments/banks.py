"""Banks by their BIN, the six digits that outlive mergers and names.

Source: NAPAS, list of BINs of 11/2026 (data/banks.csv)
"""

import csv
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "banks.csv"


@cache
def everyone():
    """Names by BIN."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        return {row["bin"]: row["name"] for row in csv.DictReader(lines)}


def name(bin):
    """The bank's name, or None when there is no such bank."""
    return everyone().get(bin)
