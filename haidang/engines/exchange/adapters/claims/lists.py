"""What the validator asks of code lists, and an answer from the releases under `reference/` (danh mục).

An object of this kind is a snapshot: verdicts about values are remembered with it, so take a new one after lists changed.
"""

import csv
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from haidang.engines.exchange.adapters.claims import tables

REFERENCE = tables.RELEASES.parent
ICD10 = "icd10"
_FLAGS = (
    "not_main",
    "discouraged_main",
    "has_specific_child",
    "death_cause_only",
    "female",
    "male",
)


class Diagnosis(NamedTuple):
    """A diagnosis code and the marks that limit its use (columns 24 to 29 of the annex of TT 06/2026/TT-BYT)."""

    code: str
    not_main: bool = False
    discouraged_main: bool = False
    has_specific_child: bool = False
    death_cause_only: bool = False
    female: bool = False
    male: bool = False


class Lists(Protocol):
    """Three answers: True the code is there, False a complete list lacks it, None nothing follows from its absence."""

    def has(self, list: str, code: str) -> bool | None:
        """Is the code in the list (folder name under `reference/`, such as `visit-category`)?"""

    def icd10(self, code: str, on: date | None) -> Diagnosis | None:
        """The diagnosis as the list in force on that day knows it; None when it does not (then ask `has`)."""


class Release(NamedTuple):
    """One release: its validity (half-open), whether it is complete, and its rows by code."""

    valid_from: date
    valid_to: date | None
    complete: bool
    rows: dict[str, dict]

    def covers(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class FolderLists:
    """The lists of a reference folder, each read when first asked for."""

    def __init__(self, folder: Path = REFERENCE):
        self._folder = folder
        self._releases: dict[str, list[Release]] = {}

    def has(self, list: str, code: str) -> bool | None:
        releases = self.releases(list)
        if any(code in release.rows for release in releases):
            return True
        return False if releases and all(release.complete for release in releases) else None

    def icd10(self, code: str, on: date | None) -> Diagnosis | None:
        bare = bare_icd10(code)
        for release in self.releases(ICD10):
            if (on is None or release.covers(on)) and bare in release.rows:
                row = release.rows[bare]
                return Diagnosis(row["code"], *(row.get(flag) == "1" for flag in _FLAGS))
        return None

    def rows(self, list: str) -> dict[str, dict]:
        """The rows of the newest release, by code."""
        releases = self.releases(list)
        return releases[0].rows if releases else {}

    def releases(self, list: str) -> list[Release]:
        """Every release of a list, newest first; none for a list that is not there."""
        if list not in self._releases:
            found = [_release(path) for path in (self._folder / list).glob("*/manifest.toml")]
            self._releases[list] = sorted(found, key=lambda r: r.valid_from, reverse=True)
        return self._releases[list]


def bare_icd10(code: str) -> str:
    """A diagnosis code without dot and dagger or asterisk: senders write `E11.9` and `E119`."""
    return code.replace(".", "").rstrip("*†+").upper()


def _release(manifest):
    facts = tomllib.loads(manifest.read_text("utf-8"))
    with (manifest.parent / "data.csv").open(encoding="utf-8", newline="") as lines:
        key = bare_icd10 if manifest.parent.parent.name == ICD10 else str
        rows = {key(row["code"]): row for row in csv.DictReader(lines)}
    complete = facts.get("completeness") == "complete"
    return Release(facts["valid_from"], facts.get("valid_to"), complete, rows)


@cache
def shipped() -> FolderLists:
    """The lists that come with the product."""
    return FolderLists()
