"""Sets `request.actor`: from the session for people, from a bearer token for systems."""

from django.contrib import auth

from haidang.engines.access import accounts, clients, sessions
from haidang.engines.access.oauth import tokens

ORG_KEY = "haidang.org"


class ActorMiddleware:
    """Gives every request its `actor`, or None when nobody has signed in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = actor_for(request)
        return self.get_response(request)


def actor_for(request):
    """Return who asks; a bearer token wins over a session, so that a script is never a person."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = token.strip()
        return clients.client_of(token) or tokens.actor_of_token(token)
    if not request.user.is_authenticated:
        return None
    if sessions.is_idle(request):
        sessions.stop(request)
        auth.logout(request)
        return None
    sessions.touch(request)
    return accounts.actor_of(request.user, org=request.session.get(ORG_KEY))
