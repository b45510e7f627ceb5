"""The words of OAuth and SMART beside the scopes of resources, and what an app can be given."""

from haidang.kernel import smart

OFFLINE, SENSITIVE = "offline_access", "sensitive"
LAUNCH, LAUNCH_PATIENT = "launch", "launch/patient"
#: For any app, whatever it was registered with: they open no record.
ALWAYS = frozenset({"openid", "fhirUser", "profile", LAUNCH, LAUNCH_PATIENT})
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
    known = smart.common(asked, app.scopes)
    kept = {text for text in known if smart.parse(text).context in contexts}
    plain = {word for word in asked if smart.parse(word) is None}
    if app.is_service:
        return sorted(kept | (plain & set(app.scopes)))
    return sorted(kept | (plain & (ALWAYS | (REGISTERED & set(app.scopes)))))


def for_a_person(scopes):
    """True when an app with these scopes has to be opened for one person."""
    return LAUNCH_PATIENT in scopes or any(
        scope.context == smart.PATIENT for scope in smart.of(scopes)
    )
