"""What a source of terminology hands to the loader: plain data, no database.

A folder under `reference/`, a file of the national catalogues and HL7's package are read by
different modules into the same `Draft`; `loading.load` is the only writer.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from haidang.kernel import text


class ConceptDraft(NamedTuple):
    """One code in one period of validity. Periods are half-open; `extra` is searched too."""

    code: str
    display_vi: str = ""
    display_en: str = ""
    parent: str = ""
    inactive: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    properties: dict = {}
    extra: str = ""

    @property
    def search(self):
        """What a search reads: the code, the words and whatever else names it, folded."""
        words = (self.code, self.display_vi, self.display_en, self.extra)
        return text.fold(" ".join(word for word in words if word))


@dataclass(frozen=True)
class SystemDraft:
    """One version of one code system; `facts` is what else its publisher says of it."""

    url: str
    version: str
    concepts: Iterable[ConceptDraft]
    title_vi: str = ""
    title_en: str = ""
    complete: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class ValueSetDraft:
    """A value set's definition, as R4 writes it."""

    url: str
    compose: dict
    version: str = ""
    name: str = ""
    title: str = ""
    facts: dict = field(default_factory=dict)


class Arrow(NamedTuple):
    """One entry of a concept map."""

    source_system: str
    source: str
    target_system: str
    target: str
    equivalence: str = "relatedto"
    comment: str = ""


@dataclass(frozen=True)
class MapDraft:
    """A concept map with its arrows."""

    url: str
    arrows: Iterable[Arrow]
    version: str = ""
    title: str = ""
    facts: dict = field(default_factory=dict)
    #: What groups say of other codes, as R4 writes it: [{"source", "target", "unmapped"}].
    unmapped: list[dict] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """Everything one release brings, and where it comes from."""

    name: str
    checksum: str
    manifest: dict
    systems: list[SystemDraft] = field(default_factory=list)
    value_sets: list[ValueSetDraft] = field(default_factory=list)
    maps: list[MapDraft] = field(default_factory=list)


@dataclass(frozen=True)
class Source:
    """A draft that is built only when a release of that name and checksum is not loaded yet."""

    name: str
    checksum: str
    draft: Callable[[], Draft]


@dataclass(frozen=True)
class Chore:
    """A load that another engine does; `run` returns the rows it wrote, 0 when unchanged."""

    name: str
    run: Callable[[], int]
