"""Checking without taking in (kiểm tra thử): nothing is stored, nobody is looked up."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from haidang.engines.exchange import codelists, inbox, judging, packages, signatures
from haidang.engines.exchange.adapters.claims import reader, validate


@dataclass(frozen=True)
class CheckedDossier:
    """One dossier and everything that is wrong with it."""

    position: int
    visit: str
    facility: str
    form: str
    problems: Sequence

    @property
    def errors(self):
        return sum(each.is_error for each in self.problems)

    @property
    def warnings(self):
        return len(self.problems) - self.errors


@dataclass(frozen=True)
class Checked:
    """One file: what it says of itself, its own problems, its dossiers (the first `shown`).

    total       how many dossiers the file holds; those beyond `shown` were not checked
    signature   its signature, as it would be told; None for a file without one
    """

    name: str
    sender: str
    total: int
    problems: Sequence
    dossiers: Sequence[CheckedDossier]
    signature: signatures.Told | None = None

    @property
    def is_whole(self):
        return self.total == len(self.dossiers)

    @property
    def is_sound(self):
        return not any(p.is_error for p in self.problems) and not any(
            d.errors for d in self.dossiers
        )


def check(content, *, name="", shown=1000):
    """Check a file or a zip (kiểm tra hồ sơ) and return a list of `Checked`, one for each file.

    Raises    Incorrect `exchange.empty`, `exchange.package_…`; TooLarge `exchange.too_large`
    """
    inbox.check_size(content)
    lists = codelists.best()
    if packages.is_package(content):
        entries = packages.open_package(content)
        return [_checked(each.name, each.content, lists, shown) for each in entries]
    return [_checked(name, content, lists, shown)]


def _checked(name, content, lists, shown):
    reading = reader.stream(content)
    dossiers, total = [], 0
    for position, dossier in enumerate(reading):
        total += 1
        if len(dossiers) < shown:
            dossiers.append(_judged(position, dossier, lists, reading.file.made_on))
    signed = signatures.checked(content) if reading.file.signed else None
    return Checked(name, reading.file.sender, total, reading.file.problems, dossiers, signed)


def _judged(position, dossier, lists, made_on):
    told_on = judging.told_on(timezone.localdate(), judging.day_of(made_on))
    found = validate.check(dossier, lists, told_on=told_on)
    return CheckedDossier(position, dossier.ma_lk, dossier.facility, dossier.form, found)
