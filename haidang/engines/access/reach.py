"""How far a transaction sees: the settings that row-level security reads (khoá thứ hai)."""

from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from django.db import connection, transaction

from haidang.kernel import actor as actors

EVERYTHING = "all"
_NOTHING = ("", "{}", "{}", "", "")
_SET = (
    "SELECT set_config('haidang.reach', %s, true), set_config('haidang.people', %s, true),"
    " set_config('haidang.orgs', %s, true), set_config('haidang.lens', %s, true),"
    " set_config('haidang.asker', %s, true)"
)


@contextmanager
def reach(by, *, people=None, lens=None, asker=None):
    """Open a transaction that sees the rows which `by` may see.

    people    record numbers (rid) of persons opened one by one; `"all"` for work over everybody,
              which the caller must have allowed by a permission first
    lens      what of these records is seen, as `records.lens` writes it; without it, what the
              reach around this one sees, and for work over everybody all of it
    asker     organisation whose denials hold (see `denials`); empty where none do. Without it,
              that of the reach around this one, or of `by`; none for work over everybody

    Staff and clients also see the people who have a care relationship with their organisation.
    Reaches nest: the inner one ends where it began, and a rolled-back one leaves nothing behind.
    """
    inner, outermost = _settings(by, people), not connection.in_atomic_block
    with transaction.atomic():
        before = _NOTHING if outermost else getattr(connection, "haidang_reach", _NOTHING)
        _set((*inner, _lens(lens, people, before), _asker(asker, by, people, before)))
        try:
            yield
        finally:
            connection.haidang_reach = before
        # After an error the savepoint restores the settings by itself, and after the outermost
        # block the end of the transaction does.
        if not outermost:
            _set(before)


def lens_in_force():
    """The lens of the reach that is open now, or an empty text."""
    return getattr(connection, "haidang_reach", _NOTHING)[3] if connection.in_atomic_block else ""


@dataclass(frozen=True)
class Sight:
    """What a reach lets through, as its settings say it.

    whole   everybody is in reach; otherwise `people` (record numbers) and those whom `orgs` care for
    """

    whole: bool
    people: list[int]
    orgs: list[str]
    lens: str
    asker: str


def sight():
    """The `Sight` of the reach that is open now; without one, that of nothing."""
    now = getattr(connection, "haidang_reach", _NOTHING) if connection.in_atomic_block else _NOTHING
    people, orgs = ([each for each in one.strip("{}").split(",") if each] for one in now[1:3])
    return Sight(now[0] == EVERYTHING, [int(rid) for rid in people], orgs, now[3], now[4])


def sees_everything():
    """True when the reach that is open now leaves nothing out: all people, no lens, nobody's denials."""
    now = getattr(connection, "haidang_reach", _NOTHING) if connection.in_atomic_block else _NOTHING
    return now[0] == EVERYTHING and not (now[3] or now[4])


def _lens(given, people, before):
    if given is not None:
        return given
    return "" if people == EVERYTHING else before[3]


def _asker(given, by, people, before):
    if given is None and before is not _NOTHING:
        given = before[4]
    if given is None:
        given = "" if people == EVERYTHING or by.kind == actors.SYSTEM_KIND else by.org
    return given or ""


def _settings(by, people):
    if people == EVERYTHING:
        return (EVERYTHING, "{}", "{}")
    rids = ",".join(str(int(rid)) for rid in people or ())
    caring = by.org and by.kind in (actors.STAFF, actors.CLIENT) and not by.only_people
    orgs = by.org if caring else ""
    if not orgs.isalnum() and orgs:
        raise ValueError("an organisation's code has letters and digits only")
    return ("", "{" + rids + "}", "{" + orgs + "}")


def _set(values):
    with connection.wrap_database_errors:
        psycopg.Cursor(connection.connection).execute(_SET, values, prepare=True)
    connection.haidang_reach = values
