"""Invariants that only ask whether elements are there: the schema itself carries them out.

`value.empty() or system.exists()` is a clause of two literals. About sixty of R4's invariants
are such clauses, among them those of the data types that stand in almost every resource.
"""

import functools
import re
from dataclasses import dataclass

_LITERAL = re.compile(r"(\w+)\.(exists|empty)\(\)\Z")
_EXTENSION = "ext-1"


@dataclass(frozen=True)
class Literal:
    """One element that is, or is not, there."""

    name: str
    there: bool


@functools.cache
def of(kind):
    """[(rule, clause)] for the invariants of a kind that are clauses of its own elements."""
    found = [(rule, clause) for rule in kind.rules for clause in _own(rule, kind)]
    if kind.name == "Extension":
        found += [
            (None, (Literal("extension", True), Literal("value", True))),
            (None, (Literal("extension", False), Literal("value", False))),
        ]
    return found


def is_carried_out(rule, kind):
    """True when the schema has seen to this invariant already."""
    return any(rule == each for each, _ in of(kind))


def _own(rule, kind):
    known = {element.name for element in kind.elements}
    clauses = parse(rule.expression) if rule.severity == "error" else []
    fits = all(literal.name in known for clause in clauses for literal in clause)
    return clauses if fits else []


def parse(expression):
    """The clauses that an expression amounts to; none when it says anything more."""
    if " xor " in expression:
        pair = _literals(expression.split(" xor "))
        return [tuple(pair), tuple(map(_denied, pair))] if len(pair) == 2 else []
    if " implies " in expression:
        first, _, then = expression.partition(" implies ")
        literals = _literals([first, then])
        return [(_denied(literals[0]), literals[1])] if literals else []
    literals = _literals(expression.split(" or "))
    return [tuple(literals)] if literals else []


def _literals(texts):
    found = [_LITERAL.match(text.strip()) for text in texts]
    return [Literal(each[1], each[2] == "exists") for each in found] if all(found) else []


def _denied(literal):
    return Literal(literal.name, not literal.there)
