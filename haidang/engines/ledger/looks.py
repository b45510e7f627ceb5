"""The access book: every look at a person's record, and every refusal (sổ truy cập)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from haidang.engines.ledger import book

_COLUMNS = "by_ref, by_name, org, about, what, purpose, allowed, reason"
_WRITE = (
    f"INSERT INTO ledger_look ({_COLUMNS})"  # noqa: S608
    " SELECT %s, %s, %s, person, %s, %s, %s, %s FROM unnest(%s::text[]) AS person"
)
_READ = "at, by_ref, by_name, org, what, purpose, allowed, reason, seq, about"
NOBODY = "anonymous"


@dataclass(frozen=True)
class Look:
    """One line of the access book (lượt xem)."""

    at: datetime
    by_ref: str
    by_name: str
    org: str | None
    what: str
    purpose: str
    allowed: bool
    reason: str | None
    seq: int = 0
    about: str | None = None


def looked(*, by, about, what, purpose="care", allowed=True, reason=None):
    """Note who looked at whom, at once and for good, whatever becomes of the transaction.

    by        the Actor, or None for somebody not signed in
    about     `Patient/<id>`, or None when a whole screen was refused
    what      what was seen, in a few Vietnamese words or as a permission name
    purpose   `care`, `public_health`, `records`, `audit`, `emergency` or `own`
    reason    why it was refused, or the reason given for breaking the glass

    Raises    Unavailable `ledger.book_closed`: then nothing may be shown
    """
    looked_many(by=by, about=[about], what=what, purpose=purpose, allowed=allowed, reason=reason)


def looked_many(*, by, about, what, purpose="care", allowed=True, reason=None):
    """Note one look at many people, a sequence of `Patient/<id>`, in one statement.

    Raises    Unavailable `ledger.book_closed`
    """
    if not about:
        return
    ref, name, org = (by.ref, by.name, by.org) if by else (NOBODY, "", None)
    book.write(_WRITE, [ref, name, org, what, purpose, allowed, reason, list(about)])


def looks_at(about, *, before=None, limit=50):
    """Return who looked at one person (`Patient/<id>`), newest first.

    before    `seq` of the last look already seen, for paging
    """
    return _read("about = %s", [about], before, limit)


def looks_by(by_ref, *, before=None, limit=50):
    """Return what one actor looked at or was refused, newest first."""
    return _read("by_ref = %s", [by_ref], before, limit)


def look(seq):
    """Return one line of the book, or None."""
    return next(iter(_read("seq = %s", [seq], None, 1)), None)


def _read(where, parameters, before, limit):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_READ} FROM ledger_look"  # noqa: S608
            f" WHERE {where} AND (%s::bigint IS NULL OR seq < %s::bigint)"
            " ORDER BY seq DESC LIMIT %s",
            [*parameters, before, before, limit],
        )
        return [Look(*row) for row in cursor.fetchall()]
