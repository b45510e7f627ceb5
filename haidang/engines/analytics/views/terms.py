"""What a path means: typed terms, each of one value or of many, ready for an emitter.

A term of one value is empty when it is NULL. A term of many is a list without NULL in it; no
list and an empty list are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from haidang.engines.analytics.views.shapes import Shape


@dataclass(eq=False, kw_only=True)
class Term:
    """type: a FHIR type, or None for what is always empty; shape: where it was read from."""

    type: str | None
    many: bool = False
    shape: Shape | None = None


@dataclass(eq=False, kw_only=True)
class Var(Term):
    """What a row, or the step of a list, is at.

    columns    True for the resource itself, whose parts are columns of their own
    decoded    True when the emitter has parsed a raw element into its parts
    """

    name: str
    columns: bool = False
    decoded: bool = False


@dataclass(eq=False, kw_only=True)
class Value(Term):
    """A literal or a constant; it reaches the engine as a bound parameter."""

    value: Any


@dataclass(eq=False, kw_only=True)
class RowIndex(Term):
    """`%rowIndex` of the nearest iteration; `name` None stands for the resource, number 0."""

    name: str | None


@dataclass(eq=False, kw_only=True)
class Field(Term):
    of: Term


@dataclass(eq=False, kw_only=True)
class Where(Term):
    of: Term
    var: Var
    test: Term


@dataclass(eq=False, kw_only=True)
class Extensions(Term):
    """Those of a list of extensions that have a url."""

    of: Term
    url: Term


@dataclass(eq=False, kw_only=True)
class Resources(Term):
    """Those of contained resources that are of a type."""

    of: Term


@dataclass(eq=False, kw_only=True)
class At(Term):
    """The element with a number, counted from 0."""

    of: Term
    number: Term


@dataclass(eq=False, kw_only=True)
class Single(Term):
    """The one element of a list that may have no more than one."""

    of: Term
    told: str


@dataclass(eq=False, kw_only=True)
class Count(Term):
    of: Term


@dataclass(eq=False, kw_only=True)
class Exists(Term):
    of: Term


@dataclass(eq=False, kw_only=True)
class Not(Term):
    of: Term


@dataclass(eq=False, kw_only=True)
class Truth(Term):
    """True when there is a value: how FHIRPath reads what is no boolean as one."""

    of: Term


@dataclass(eq=False, kw_only=True)
class Logic(Term):
    name: str
    left: Term
    right: Term


@dataclass(eq=False, kw_only=True)
class Same(Term):
    """`=`: whole lists are compared when one side is many."""

    left: Term
    right: Term


@dataclass(eq=False, kw_only=True)
class Order(Term):
    name: str
    left: Term
    right: Term


@dataclass(eq=False, kw_only=True)
class Arithmetic(Term):
    name: str
    left: Term
    right: Term


@dataclass(eq=False, kw_only=True)
class Concat(Term):
    """Strings put together; `empties` True counts an empty one as no letters (`&`)."""

    left: Term
    right: Term
    empties: bool


@dataclass(eq=False, kw_only=True)
class Join(Term):
    of: Term
    separator: Term


@dataclass(eq=False, kw_only=True)
class Boundary(Term):
    """The least or greatest value that a value of limited precision may stand for."""

    of: Term
    high: bool


@dataclass(eq=False, kw_only=True)
class ReferenceKey(Term):
    """The key of what a reference text points at; of one type only, when `target` says so."""

    of: Term
    target: str | None


@dataclass(eq=False, kw_only=True)
class Both(Term):
    """Lists one after the other."""

    parts: list[Term]


@dataclass(eq=False, kw_only=True)
class Choice(Term):
    """`value[x]` before its type is chosen; never reaches an emitter."""

    options: dict[str, Callable]
    owner: Term
    name: str
