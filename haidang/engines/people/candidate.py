"""The person as somebody describes them, before it is known who it is; and the traits compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from haidang.engines.people import keys
from haidang.kernel import dates, identity, systems, text


@dataclass(frozen=True)
class Candidate:
    """A description of one person by one source (người cần xác định).

    birth_date    FHIR date, perhaps only `1970` or `1970-05`
    sex           `male`, `female`, `other`, `unknown` or None
    identifiers   (system, value) pairs with the systems of `kernel.systems`
    commune       code of the commune of residence
    said_at       when the source said so, a FHIR dateTime or an aware datetime; of two sources
                  the newer one wins field by field. Without it only blanks are filled.
    details       further elements of the Patient (`address`, `contact`, `extension`, `meta` …);
                  an element here goes before the one built from the plain field
    """

    name: str
    birth_date: str | None = None
    sex: str | None = None
    identifiers: Sequence[tuple[str, str]] = ()
    phone: str | None = None
    address: str = ""
    commune: str | None = None
    said_at: str | datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def traits(self):
        """What matching looks at."""
        return Traits(
            folded=text.fold(self.name),
            birth_date=self.birth_date or None,
            sex=self.sex or None,
            numbers=keys.keys_of(self.identifiers),
            phone=identity.phone(self.phone),
            commune=self.commune or None,
        )

    @property
    def facility(self):
        """The facility whose file number the candidate brings, or None."""
        start = systems.mrn("")
        found = (system for system, _ in self.identifiers if system.startswith(start))
        return next((system.removeprefix(start) for system in found), None)

    @property
    def said(self):
        """`said_at` in one sortable form, `2026-11-25T03:00:00Z`; empty when unknown."""
        if not self.said_at:
            return ""
        moment = self.said_at
        if not isinstance(moment, datetime):
            moment = dates.parse_fhir(moment)[0]
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Traits:
    """The traits of a person that matching compares (đặc điểm nhận biết)."""

    folded: str = ""
    birth_date: str | None = None
    sex: str | None = None
    numbers: frozenset[keys.Key] = frozenset()
    phone: str | None = None
    commune: str | None = None

    @cached_property
    def birth_year(self):
        return int(self.birth_date[:4]) if self.birth_date else None

    def values(self, *kinds):
        """The identifier hashes of these kinds."""
        return {key.value for key in self.numbers if key.kind in kinds}
