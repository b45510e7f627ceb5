"""The id of a request, which ties an answer to what the log says of it (mã yêu cầu).

A client may give its own in `X-Request-Id`; it counts when it is a UUID, for anything else may hold
what nobody wants in a log. Otherwise the server's own takes its place, and the client's comes back
as `X-Correlation-Id`.

Source: FHIR R4 (4.0.1), RESTful API, "Custom Headers".
"""

import re
import uuid
from contextvars import ContextVar

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ECHOED = re.compile(r"[!-~]{1,200}")
_current = ContextVar("request_id", default="")


def current():
    """The id of the request that is being answered, or an empty text."""
    return _current.get()


def begin(environ):
    """Give the request an id; return the headers that tell it."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    fits = _UUID.fullmatch(given)
    told = given if fits else str(uuid.uuid4())
    _current.set(told)
    echoed = [("X-Correlation-Id", given)] if not fits and _ECHOED.fullmatch(given) else []
    return [("X-Request-Id", told), *echoed]
