"""The words of OAuth and SMART beside the scopes of resources, and what an app can be given."""

from haidang.kernel import errors, smart

OFFLINE, SENSITIVE = "offline_access", "sensitive"
LAUNCH, LAUNCH_PATIENT, LAUNCH_ENCOUNTER = "launch", "launch/patient", "launch/encounter"
#: For any app, whatever it was registered with: they open no record.
ALWAYS = frozenset({"openid", "fhirUser", "profile", LAUNCH, LAUNCH_PATIENT, LAUNCH_ENCOUNTER})
#: Only for an app that was registered with them.
REGISTERED = frozenset({OFFLINE, SENSITIVE})
OF_PEOPLE = (smart.PATIENT, smart.USER)
#: The headers in which the server's own address, and whether somebody signed in, come along with a request.
BASE = "haidang.base"
SIGNED_IN = "haidang.signed_in"
_check = None


def set_scope_check(function):
    """Register who knows whether a scope can be held: `function(smart.Scope)`, which raises Incorrect.

    The records engine stands above this one, so it hangs itself in here when it starts.
    """
    global _check
    _check = function


def are_fit(texts):
    """True when each scope among these words names a type of FHIR, and can be held to its search."""
    try:
        for scope in smart.of(texts) if _check else ():
            _check(scope)
    except errors.Incorrect:
        return False
    return True


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


def within(asked, allowed):
    """True when these words (texts) ask for nothing that is not allowed, and can be held."""
    parsed = {text: smart.parse(text) for text in asked if text not in allowed}
    return are_fit(asked) and all(
        scope is not None and str(scope) in smart.common([text], allowed)
        for text, scope in parsed.items()
    )


def for_a_person(scopes):
    """True when an app with these scopes has to be opened for one person."""
    return bool({LAUNCH_PATIENT, LAUNCH_ENCOUNTER} & set(scopes)) or any(
        scope.context == smart.PATIENT for scope in smart.of(scopes)
    )


def _narrowed(wanted, scope, app):
    """What of one scope an app may have; as it was written where that is all of it."""
    found = smart.common([wanted], app.scopes)
    return [wanted] if str(scope) in found else found
