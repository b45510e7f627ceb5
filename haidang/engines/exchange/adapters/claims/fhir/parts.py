"""A part of a row: the resource that holds some of its fields, made when one of them says something (phần của một dòng)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from haidang.engines.exchange.adapters.claims.fhir import marks
from haidang.engines.exchange.adapters.claims.fhir.shape import Shape
from haidang.engines.exchange.adapters.claims.fhir.visit import Visit

_NOTHING = ("", "0")


@dataclass(frozen=True)
class Part:
    """One resource made from a row.

    name      as it stands in the claims-row mark
    kind      resource type
    shape     the fields that live in it
    fixed     fresh elements that every such resource has
    person    the element that refers to the person, None when there is none
    visit     the element that refers to the encounter, None when the type has none
    needs     the part is made when one of these fields says something (`0` does not); () means always
    """

    name: str
    kind: str
    shape: Shape
    fixed: Callable[[], dict] = dict
    person: str | None = "subject"
    visit: str | None = "encounter"
    needs: tuple[str, ...] = ()

    def is_told(self, row: Mapping[str, str]) -> bool:
        return not self.needs or any(row.get(name, "") not in _NOTHING for name in self.needs)

    def make(self, visit: Visit, row, key: str, left: dict[str, str]) -> dict:
        """The resource, with its row mark; what finds no exact home goes into `left`."""
        resource = visit.start(self.kind, row.table, key, self.name)
        resource |= self.fixed()
        if self.person:
            resource[self.person] = visit.subject()
        if self.visit:
            resource[self.visit] = visit.stay()
        marks.put_row(resource, f"{row.table}/{row.index}", self.name)
        return self.shape.fill(resource, row, left)


def all_of(parts, visit: Visit, row, left: dict[str, str]) -> list[dict]:
    """Every part that the row tells of, the first always; fields of parts that are not made go into `left`."""
    key = visit.key(row)
    made = []
    for position, part in enumerate(parts):
        if position == 0 or part.is_told(row):
            made.append(part.make(visit, row, key, left))
        else:
            left.update((name, row[name]) for name in part.shape.names if row.get(name))
    return made
