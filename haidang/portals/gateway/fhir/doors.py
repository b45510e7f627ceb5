"""How far a client sees, and the line in the access book for everything it was shown."""

import re
import weakref
from contextlib import contextmanager
from urllib.parse import parse_qsl

import psycopg
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.portals.gateway.fhir import scopes

WHOLE_CITY = "gateway.see_whole_city"
BASIS = "registration"
_MOST_NAMED = 50_000  # about 10 MB in each process
_PERSON = re.compile(r"(?:(?:.*/)?Patient/)?([A-Za-z0-9.-]{1,64})(?:/_history/\d+)?")
_named = {}  # for each database, by its oid: {record number of a Patient: its reference}
_databases = weakref.WeakKeyDictionary()  # of each kept connection: the oid of its database


@contextmanager
def opened(by, letters="r"):
    """Open a transaction that sees what the client may see, and nothing else.

    letters    what is about to be done: `r` for reading of any kind, exports and subscriptions
               too, `s` for a search, both for both; none for writing, where what is written is
               judged (`check_written`) and only what is too confidential is not there

    A client of a facility sees the people whom that facility cares for; one of the city with
    the permission `gateway.see_whole_city` sees everybody; an app that acts for a person sees
    what that person may see, or the one person it was opened for. Of these records it sees the
    types, and the parts of them, that its scopes name, up to its confidentiality. Row-level
    security holds all of it, in search, includes, history and counts alike.
    """
    people = "all" if _sees_everybody(by) else _persons(by)
    try:
        with access.reach(by, people=people, lens=scopes.lens(by, letters), asker=_asker(by)):
            yield
    except DatabaseError as why:
        raise _told(why) from why


@contextmanager
def looking(by, letters="r"):
    """`opened` for what only reads, where a refusal has nothing to undo and ends it as an answer does.

    After a ROLLBACK psycopg forgets what it has prepared: one record that is not there would have
    every search of the connection planned anew.
    """
    refused = None
    with opened(by, letters):
        try:
            yield
        except errors.HaidangError as why:
            refused = why
    if refused is not None:
        raise refused


def _asker(by):
    """The organisation whose denials hold; an app opened in an emergency is held by none."""
    if by.client and by.focus and access.denied(by.org, by.focus):
        (ref,) = records.refs([by.focus]).values()
        return "" if by.only_people and access.is_broken(by, ref) else by.org
    return by.org or ""


def _persons(by):
    """Those whom an app sees beside its person's facility: the one it was opened for, and, when
    it may see all that the person may, the person and the family."""
    if by.account is None:
        return by.people
    own = {*access.family_of(by.account, faces=True), *([by.patient] if by.patient else [])}
    return {*by.people, *records.rids([f"Patient/{one}" for one in own]).values()}


def _told(why):
    """What a refusal of the database means to a client; anything else stays what it is."""
    if isinstance(why.__cause__, psycopg.errors.InsufficientPrivilege):
        return _no_relationship()  # row-level security, the second lock
    if isinstance(why.__cause__, psycopg.errors.QueryCanceled):
        return errors.Unavailable(
            "fhir.took_too_long", _("Tìm kiếm này mất quá lâu; hãy thêm điều kiện rồi thử lại.")
        )
    return why


def _sees_everybody(by):
    return by.kind == actors.SYSTEM_KIND or WHOLE_CITY in by.permissions


def note(by, shown, what):
    """Write one look for each person of whom something is about to be shown.

    shown   stored resources; those without a person (a facility, a code list) need no look
    what    the interaction and the resource type; never a search parameter, which may name people

    Raises    Unavailable `ledger.book_closed`: then nothing may be shown
    """
    ledger.looked_many(
        by=by, about=sorted(_people(shown)), what=what, purpose="care", reason=by.client
    )


def note_count(by, page, what, kind, within=None):
    """Write one look for each person by whom something was counted without being shown.

    kind      the resource type that was searched, or another text for several
    within    the id of the Patient whose compartment was searched
    """
    if not page.total or page.matches:
        return  # a search that finds nothing is no look either
    rids = records.rids(_counted(page, kind) | ({f"Patient/{within}"} if within else set()))
    about = sorted(ref for ref, rid in rids.items() if _reaches(by, rid))
    ledger.looked_many(by=by, about=about, what=what, purpose="care", reason=by.client)


def _counted(page, kind):
    """The references of the persons whom the query of a page names."""
    names = {"patient", "subject", *(["_id"] if kind == "Patient" else [])}
    asked = ((name.partition(":"), value) for name, value in parse_qsl(page.self_query))
    values = [value for (name, _, modifier), value in asked if name in names and modifier in ("", "Patient")]  # fmt: skip
    found = (_PERSON.fullmatch(each) for value in values for each in value.split(","))
    return {f"Patient/{each[1]}" for each in found if each}


def _reaches(by, rid):
    """True when a person is one of those of whom this client may see something."""
    if _sees_everybody(by) or rid in _persons(by):
        return True
    return not by.only_people and access.related(by, rid)


def _people(shown):
    """The references of the persons whose records these are.

    A record number names one id for ever, so what was once read, or stands on the page itself,
    is not asked again.
    """
    rids = {stored.patient for stored in shown} - {None}
    named = _named.setdefault(_database(), {})
    found = {each.rid: each.ref for each in shown if each.rid in rids and each.type == "Patient"}
    found |= {rid: ref for rid in rids if (ref := named.get(rid))}
    if len(found) < len(rids):
        found |= records.refs(rids - found.keys())
    if len(named) > _MOST_NAMED:
        named.clear()
    named.update(found)
    return found.values()


def _database():
    """The oid of the database: a name may be given to another one, where numbers mean others."""
    raw = connection.connection
    if raw not in _databases:
        found = raw.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        (_databases[raw],) = found.fetchone()
    return _databases[raw]


def check_written(by, written):
    """Refuse a write that the client may not make, by whose record it is in and by its content.

    Called in the transaction of the write, so that refusing undoes it. What was there before and
    what is there now must both lie within the scopes. An app that acts for a person writes in
    people's records only: not who they are, and nothing that belongs to nobody.

    Raises    NotAllowed `access.no_relationship`, `fhir.outside_scope`, `fhir.not_for_apps`
    """
    if by.kind == actors.SYSTEM_KIND:
        return
    if by.client and any(each.patient is None or each.type == "Patient" for each in written):
        raise errors.NotAllowed(
            "fhir.not_for_apps",
            _(
                "Ứng dụng chỉ được ghi vào hồ sơ của một người, không được sửa danh tính và danh mục."
            ),
        )
    if not _sees_everybody(by):
        people = _persons(by)
        for rid in sorted({stored.patient for stored in written if stored.patient is not None}):
            if rid not in people and (by.only_people or not access.related(by, rid)):
                raise _no_relationship()
    _refuse_what_is_denied(by, written)
    if not scopes.hold(by, written):
        raise errors.NotAllowed(
            "fhir.outside_scope",
            _("Nội dung gửi lên nằm ngoài phạm vi được phép ghi; hãy xin thêm phạm vi kết nối."),
        )


def _refuse_what_is_denied(by, written):
    """Nobody writes where all is closed to them, or changes the Consent that closes it to them.

    Raises    NotAllowed `access.no_relationship`, `fhir.own_denial`
    """
    if not by.org:
        return
    replaced = [(w.ref, w.version - 1) for w in written if w.type == "Consent" and w.version > 1]
    if replaced and _closed_to(by.org, replaced):
        raise errors.NotAllowed(
            "fhir.own_denial",
            _("Cơ sở không được sửa hay xoá từ chối mà người bệnh dành cho chính mình."),
        )
    for rid in {stored.patient for stored in written if stored.type != "Consent"} - {None}:
        if access.denied(by.org, rid) == access.WHOLE:
            raise _no_relationship()


def _closed_to(org, versions):
    """True when one of these versions of a Consent forbids the organisation something.

    Read as the house reads: the version of before may itself be closed to whom it forbids.
    """
    with access.reach(actors.SYSTEM, people="all", asker=""):
        found = records.vread_many(versions).values()
        return any(records.consents.forbids(each, org) for each in found)


def _no_relationship():
    return errors.NotAllowed(
        "access.no_relationship",
        _("Cơ sở này chưa có quan hệ chăm sóc với người bệnh trong dữ liệu gửi lên."),
    )


def welcome(by, patient):
    """A facility's client that registers a person cares for that person from then on."""
    if by.org and patient.version == 1 and by.client is None:
        access.relate(patient.rid, by.org, basis=BASIS)
