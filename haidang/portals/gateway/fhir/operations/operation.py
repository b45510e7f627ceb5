"""One FHIR operation: its name, where it can be asked, and the view that answers."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import path

_HL7 = "http://hl7.org/fhir/OperationDefinition"


@dataclass(frozen=True)
class Operation:
    """An operation of the FHIR door.

    name          without the dollar sign: `everything`
    view          takes (request), (request, kind) or (request, kind, id), after where it is asked
    on            where: `system`, `Patient`, `Patient/id`, or for every type `*` and `*/id`
    defined_at    canonical address of its OperationDefinition, when HL7's usual one is not right
    reads         it changes nothing and answers with one resource, so a bundle may ask for it
    """

    name: str
    view: Callable
    on: tuple[str, ...]
    defined_at: str = ""
    reads: bool = False

    @property
    def definition(self):
        if self.defined_at:
            return self.defined_at
        kind = self.on[0].partition("/")[0]
        return f"{_HL7}/{'Resource' if kind in ('system', '*') else kind}-{self.name}"

    def offered(self, where):
        """True when it can be asked at `system`, or of a resource type."""
        kinds = {one.partition("/")[0] for one in self.on}
        return where in kinds or ("*" in kinds and where != "system")

    def paths(self):
        """Its addresses below `fhir/`."""
        return [self._path(one) for one in self.on]

    def _path(self, where):
        kind, _, instance = where.partition("/")
        if kind == "system":
            return path(f"fhir/${self.name}", self.view, name=self._called("system"))
        gap = "<str:kind>" if kind == "*" else kind
        route = f"fhir/{gap}/" + ("<str:id>/" if instance else "") + f"${self.name}"
        known = {} if kind == "*" else {"kind": kind}
        return path(route, self.view, known, name=self._called(where))

    def _called(self, where):
        place = where.replace("/id", "_instance").replace("*", "any").lower()
        return f"{self.name.replace('-', '_')}_of_{place}"
