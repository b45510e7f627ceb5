"""The Actor that an access token becomes, asked anew at every request."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from haidang.engines.access import accounts
from haidang.engines.access.oauth import words
from haidang.engines.access.oauth.models import AccessToken, App, Permit, RefreshToken
from haidang.engines.access.opening import ground_for
from haidang.kernel import actor as actors
from haidang.kernel import smart

#: What a person needs to let an app act for them, and what every token may then use.
AUTHORIZE, USE = "gateway.authorize_app", "gateway.use_fhir"
_NORMAL = "N"
_USED_EVERY = timedelta(minutes=5)


def token_of(text):
    """The live AccessToken of a text, or None."""
    checksum = hashlib.sha256(text.encode()).hexdigest()
    rows = AccessToken.objects.select_related("application", "permit__account")
    found = rows.filter(token_checksum=checksum).first()
    if found is None or found.is_expired() or found.application.ended_at is not None:
        return None
    return found if found.permit is None or found.permit.ended_at is None else None


def refresh_of(text):
    """(the RefreshToken of a text that would still be taken, when it ends), or (None, None).

    Only looked at: the second showing of a spent one, which ends its family, is the token endpoint's.
    """
    checksum = hashlib.sha256(text.encode()).hexdigest()
    rows = RefreshToken.objects.select_related("application", "access_token", "permit__account")
    found = rows.filter(token_checksum=checksum, revoked=None).first()
    if found is None or found.access_token is None or found.application.ended_at is not None:
        return None, None
    permit = found.permit
    if permit is None or permit.ended_at is not None or not permit.account.is_active:
        return None, None
    lives = timedelta(seconds=settings.OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"])
    ends = found.access_token.expires + lives
    return (found, ends) if ends > timezone.now() else (None, None)


def actor_of_token(text):
    """The Actor of an access token, or None when it opens nothing.

    An app of a person gets what the person still may: an account that was closed, a role that
    ended or a care relationship that passed closes the app's door too.
    """
    found = token_of(text)
    if found is None:
        return None
    _note_use(found)
    if found.permit is None:
        return _service(found.application, found.scope.split())
    return _for_a_person(found.application, found.permit, found.scope.split())


def _service(app, scopes):
    return actors.Actor(
        ref=app.ref,
        name=app.name,
        kind=actors.CLIENT,
        org=app.org or None,
        roles=frozenset({"client"}),
        permissions=frozenset(scopes) | {USE},
        ceiling=app.ceiling or None,
    )


def _for_a_person(app, permit, scopes):
    person = accounts.actor_of(permit.account, org=permit.org or None)
    if not permit.account.is_active or AUTHORIZE not in person.permissions:
        return None
    focus = permit.patient_rid if _may_open(person, permit) else None
    wide = any(scope.context == smart.USER for scope in smart.of(scopes))
    return actors.Actor(
        ref=person.ref,
        name=f"{person.name}, qua {app.name}",
        kind=actors.CLIENT,
        org=person.org,
        roles=frozenset({"client"}),
        permissions=_permissions(scopes, focus),
        patient=person.patient if wide else None,
        account=person.account if wide else None,
        client=app.ref,
        people=(focus, *permit.former) if focus else (),
        only_people=not wide,
        focus=focus,
        ceiling=permit.ceiling if words.SENSITIVE in scopes else _NORMAL,
    )


def _may_open(person, permit):
    if not permit.patient:
        return False
    return ground_for(person, f"Patient/{permit.patient}", permit.patient_rid) is not None


def _permissions(scopes, focus):
    contexts = (smart.PATIENT, smart.USER) if focus else (smart.USER,)
    kept = {text for text in scopes if (s := smart.parse(text)) and s.context in contexts}
    return frozenset(kept | {USE})


def works(by):
    """True while the token's system or app, and what a person let it do, has not been ended.

    For work that is asked for now and done later: `by` is the Actor of that time.
    """
    client_id = (by.client or by.ref).partition("/")[2]
    if not App.objects.filter(client_id=client_id, ended_at=None).exists():
        return False
    if by.client is None:
        return True
    live = Permit.objects.filter(app__client_id=client_id, account__ref=by.ref, ended_at=None)
    return live.filter(account__is_active=True).exists()


def _note_use(token):
    now = timezone.now()
    for row in filter(None, (token.application, token.permit)):
        if row.last_used_at is None or now - row.last_used_at > _USED_EVERY:
            type(row).objects.filter(pk=row.pk).update(last_used_at=now)
