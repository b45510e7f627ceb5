"""What somebody sees after too many wrong passwords, and which name was meant."""

from django.shortcuts import render

STATUS = 429


def username_of(request, credentials=None):
    """Return the sign-in name tried, in the form in which accounts keep it."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return given.strip().lower()[:80]


def page(request, _original=None, _credentials=None):
    """Answer a locked name: what happened, when to try again, whom to ask."""
    return render(request, "accounts/locked.html", {"minutes": 15}, status=STATUS)
