"""How a rule is declared, found and reported (khai báo quy tắc)."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from haidang.engines.exchange.adapters.claims import dates
from haidang.engines.exchange.adapters.claims.model import ERROR, Dossier, Problem, Row
from haidang.engines.exchange.adapters.claims.problems import problem

RULES: list["Rule"] = []
_ABOUT_TIMES = ("D", "visit.")


class Found(NamedTuple):
    """What a rule function yields: where, and the facts for the sentence.

    text, severity    another sentence of `texts.toml`, another severity than the rule's own
    code              another code, for functions that carry several rules
    """

    row: Row | None
    field: str = ""
    facts: dict = {}
    text: str = ""
    severity: str = ""
    code: str = ""
    table: str = ""


class Rule(NamedTuple):
    """A rule of the reference: `code`, its severity, the tables without which it has nothing to say, its function."""

    code: str
    severity: str
    needs: frozenset[str]
    function: Callable

    def applies(self, dossier: Dossier) -> bool:
        return not self.needs or not self.needs.isdisjoint(dossier.tables)

    def problems(self, visit) -> Iterator[Problem]:
        return map(self._problem, self.function(visit))

    def _problem(self, found):
        row = found.row
        return problem(
            found.code or self.code,
            found.severity or self.severity,
            table=row.table if row is not None else found.table,
            row=row.index if row is not None else 0,
            field=found.field,
            text=found.text,
            **self._in_words(found.facts),
        )

    def _in_words(self, facts):
        """Facts of a rule about times as people read them; other digits are codes and amounts."""
        if not self.code.startswith(_ABOUT_TIMES):
            return facts
        return {k: dates.shown(v) if isinstance(v, str) else v for k, v in facts.items()}

    @property
    def title(self) -> str:
        """The first line of the docstring."""
        return self.function.__doc__.partition("\n")[0]

    @property
    def source(self) -> str:
        """The paragraph of the docstring that names the regulation."""
        return self.function.__doc__.partition("Source: ")[2].strip()


def rule(code: str, severity: str = ERROR, *, needs: str = "XML1"):
    """Register a function of a visit that yields `Found`; `needs` names tables, any one of which is enough."""

    def register(function):
        RULES.append(Rule(code, severity, frozenset(needs.split()), function))
        return function

    return register
