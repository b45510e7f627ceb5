"""What a path says, before it is known what it means: the tree that the parser builds."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Literal:
    """A value written in the path.

    type    string, integer, decimal, boolean, date, dateTime, time, or "" for `{}`
    """

    type: str
    value: Any


@dataclass(frozen=True)
class Name:
    """`of.name`, or `name` of what the path starts at."""

    of: Any
    name: str


@dataclass(frozen=True)
class Call:
    """`of.name(arguments)`."""

    of: Any
    name: str
    arguments: tuple = field(default_factory=tuple)


@dataclass(frozen=True)
class Index:
    """`of[number]`."""

    of: Any
    number: Any


@dataclass(frozen=True)
class Operation:
    """`left name right`."""

    name: str
    left: Any
    right: Any


@dataclass(frozen=True)
class Negative:
    """`-of`."""

    of: Any


@dataclass(frozen=True)
class Variable:
    """`%name`."""

    name: str


@dataclass(frozen=True)
class This:
    """`$this`."""
