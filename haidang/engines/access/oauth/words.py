"""The words of OAuth and SMART beside the scopes of resources, and what an app can be given."""

from haidang.kernel import smart

OFFLINE, SENSITIVE = "offline_access", "sensitive"
LAUNCH, LAUNCH_PATIENT, LAUNCH_ENCOUNTER = "launch", "launch/patient", "launch/encounter"
#: For any app, whatever it was registered with: they open no record.
ALWAYS = frozenset({"openid", "fhirUser", "profile", LAUNCH, LAUNCH_PATIENT, LAUNCH_ENCOUNTER})
#: Only for an app that was registered with them.
REGISTERED = frozenset({OFFLINE, SENSITIVE})
OF_PEOPLE = (smart.PATIENT, smart.USER)
#: The header in which the server's own address comes along with a request.
BASE = "haidang.base"


def issuer(base):
    return f"{base}oauth"


def token_endpoint(base):
    return f"{base}oauth/token"


def granted(asked, app):
    """The words of `asked` (texts) that an app may be given: never more than it was registered for.

    A service gets scopes of the system and permissions, an app those of people.
    """
    contexts = (smart.SYSTEM,) if app.is_service else OF_PEOPLE
    kept = {
        text
        for wanted in asked
        if (scope := smart.parse(wanted)) is not None and scope.context in contexts
        for text in _narrowed(wanted, scope, app)
    }
    plain = {word for word in asked if smart.parse(word) is None}
    if app.is_service:
        return sorted(kept | (plain & set(app.scopes)))
    return sorted(kept | (plain & (ALWAYS | (REGISTERED & set(app.scopes)))))


def for_a_person(scopes):
    """True when an app with these scopes has to be opened for one person."""
    return bool({LAUNCH_PATIENT, LAUNCH_ENCOUNTER} & set(scopes)) or any(
        scope.context == smart.PATIENT for scope in smart.of(scopes)
    )


def _narrowed(wanted, scope, app):
    """What of one scope an app may have; as it was written where that is all of it."""
    found = smart.common([wanted], app.scopes)
    return [wanted] if str(scope) in found else found
