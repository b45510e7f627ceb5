"""Systems that connect: a name, an organisation, scopes and a token of which we keep a hash."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import psycopg
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import permissions
from haidang.engines.access.models import Client
from haidang.engines.access.oauth import words
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors, smart

PREFIX = "hd"
_USED_EVERY = timedelta(minutes=5)
_FIND = (
    "SELECT id, uid, name, org, scopes, token_hash, last_used_at FROM access_client"
    " WHERE uid = %s AND ended_at IS NULL"
)


class _Known(NamedTuple):
    """The row of a client whose door is open, read without the ORM: every request asks for it."""

    pk: int
    uid: str
    name: str
    org: str
    scopes: list[str]
    token_hash: str
    last_used_at: datetime | None


@transaction.atomic
def create_client(name, scopes, org, by):
    """Register a system (hệ thống kết nối); return (client, token). The token is shown once.

    scopes    SMART scopes such as `system/*.rs`, or permissions such as `exchange.send_claims`
    org       facility it speaks for; None for a system of the city

    Raises    Incorrect `access.unknown_scope` (facts: scopes)
    Records   event `access.client.created`
    """
    unknown = [scope for scope in scopes if not _known(scope)]
    if unknown or not scopes:
        raise errors.Incorrect(
            "access.unknown_scope", _("Phạm vi kết nối chưa có hoặc không đúng."), scopes=unknown
        )
    secret = secrets.token_urlsafe(32)
    client = Client.objects.create(
        name=name, org=org or "", scopes=sorted(scopes), token_hash=_hash(secret), created_by=by.ref
    )
    facts = {"client": client.uid, "scopes": client.scopes}
    ledger.record("access.client.created", by=by, org=org, facts=facts)
    return client, f"{PREFIX}_{client.uid}_{secret}"


def client_of(token):
    """Return the Actor of a token, or None when it opens nothing.

    Its `permissions` hold the scopes as they were given.
    """
    prefix, _mark, rest = token.partition("_")
    uid, _mark, secret = rest.partition("_")
    if prefix != PREFIX or not secret:
        return None
    client = _find(uid)
    if client is None or not hmac.compare_digest(client.token_hash, _hash(secret)):
        return None
    _note_use(client)
    return actor_of_client(client)


def _find(uid):
    """The client of this name whose door is open now, or None; nothing of it is kept in between.

    It is the first statement of a machine's request, so it also finds out whether the kept
    connection still lives: asking that beforehand, as Django does, is one more exchange.
    """
    try:
        found = _ask(uid)
    except OperationalError:
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        found = _ask(uid)
    connection.health_check_done = True
    return found


def _ask(uid):
    with connection.wrap_database_errors:
        connection.ensure_connection()
        row = psycopg.Cursor(connection.connection).execute(_FIND, [uid], prepare=True).fetchone()
    return row and _Known(*row)


def actor_of_client(client):
    """Return the Actor that a registered system is."""
    return actors.Actor(
        ref=f"Device/{client.uid}",
        name=client.name,
        kind=actors.CLIENT,
        org=client.org or None,
        roles=frozenset({"client"}),
        permissions=frozenset(client.scopes),
    )


@transaction.atomic
def end_client(uid, *, by):
    """Close a system's door at once (thu hồi); True when it was open.

    Records   event `access.client.ended`
    """
    ended = Client.objects.filter(uid=uid, ended_at=None).update(ended_at=timezone.now())
    if ended:
        ledger.record("access.client.ended", by=by, facts={"client": uid})
    return bool(ended)


def clients():
    """Return every registered system, newest first."""
    return list(Client.objects.order_by("-created_at"))


def _known(scope):
    smart_scope = smart.parse(scope)
    of_system = smart_scope is not None and smart_scope.context == smart.SYSTEM
    return (of_system and words.are_fit([scope])) or scope in permissions.catalogue()


def _hash(secret):
    # The secret has 256 random bits, so one round is enough; a password would need argon2.
    return hashlib.sha256(secret.encode()).hexdigest()


def _note_use(client):
    now = timezone.now()
    if client.last_used_at is None or now - client.last_used_at > _USED_EVERY:
        Client.objects.filter(pk=client.pk).update(last_used_at=now)
