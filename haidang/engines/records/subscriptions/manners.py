"""How a door of the house wants subscriptions served: the reach and the checks of its requests."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from haidang.engines.access import api as access
from haidang.kernel import actor as actors


def _whole(by):
    return access.reach(by, people="all")


@dataclass(frozen=True)
class Manner:
    """What a door lends to the worker.

    opened   opens a transaction that sees what the actor may see
    note     called with (actor, Stored versions) before they are sent: the look in the book
    check    called with the actor before anything is sent; raises NotAllowed when it may no longer
    base     address of the service, for `fullUrl`
    """

    opened: Callable[[actors.Actor], AbstractContextManager] = _whole
    note: Callable = lambda by, shown: None
    check: Callable = lambda by: None
    base: str = "https://haidang.vn/fhir"
