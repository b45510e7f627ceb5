"""One small family of errors (họ lỗi), from the rules at the bottom to the page at the top.

Each carries a stable `code` such as `immunization.too_soon`, one Vietnamese sentence that
tells a person what to do next, and plain `facts`. Nothing that identifies a person goes
into the facts: they reach logs.
"""


class HaidangError(Exception):
    """Something the product foresaw; `status` is its HTTP status."""

    status = 500

    def __init__(self, code, message="", **facts):
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.facts = facts

    def __reduce__(self):
        return _rebuild, (type(self), self.code, self.message, self.facts)


def _rebuild(kind, code, message, facts):
    return kind(code, message, **facts)


class Incorrect(HaidangError):
    """What was sent cannot be read or has the wrong shape (400)."""

    status = 400


class NotAllowed(HaidangError):
    """The asker may not do or see this (403)."""

    status = 403


class NotFound(HaidangError):
    """There is no such thing, or the asker may not know that there is (404)."""

    status = 404


class Conflict(HaidangError):
    """Somebody else changed it first; read again and decide again (409)."""

    status = 409


class Gone(HaidangError):
    """It was here and has been deleted; its history still is (410)."""

    status = 410


class PreconditionFailed(HaidangError):
    """A condition named by the caller does not hold (412)."""

    status = 412


class TooLarge(HaidangError):
    """More than one request may bring (413)."""

    status = 413


class RuleBroken(HaidangError):
    """The shape is right, and a rule of the field says no (422)."""

    status = 422


class TooMany(HaidangError):
    """Asked too often; wait and try again (429)."""

    status = 429


class Failed(HaidangError):
    """Something that nobody foresaw; it has been logged (500)."""

    status = 500


class Unavailable(HaidangError):
    """Something needed does not answer just now; nothing was lost (503)."""

    status = 503
