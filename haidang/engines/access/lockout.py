"""What django-axes asks of us: which name was meant, and what a locked name gets to see."""


def username_of(request, credentials=None):
    """Return the sign-in name tried, in the form in which accounts keep it."""
    given = (credentials or {}).get("username") or request.POST.get("username", "")
    return given.strip().lower()[:80]


def page(request, original_response, credentials):
    """Leave the view's own page as it is: it says in the form that the name is locked."""
    return original_response
