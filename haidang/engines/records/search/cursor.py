"""Where a page ended, as a signed text that belongs to one query: the same for the same page, whenever."""

import hashlib

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from haidang.kernel import errors

_SALT = "haidang.records.cursor.3"  # another number when what a cursor holds changes
_SHORT = 200  # letters; packing fewer takes longer than it is worth


def write(query, position):
    """A cursor for the rest of a query; `position` is a list of plain values."""
    compress = len(repr(position)) > _SHORT
    return _signer().sign_object([_mark(query), *position], compress=compress)


def read(query, text):
    """The position that `write` was given.

    Raises    Incorrect `records.cursor_unfit`: changed on the way, or made for another query
    """
    try:
        mark, *position = _signer().unsign_object(text)
    except (signing.BadSignature, ValueError) as why:
        raise _unfit() from why
    if mark != _mark(query):
        raise _unfit()
    return position


def types(text):
    """The numbers of the types that a cursor of several types goes on with; none when it is unfit.

    They are no more than a hint: `read` holds the whole against the query that they make.
    """
    try:
        _mark, _top, _total, _ways, *types = _signer().unsign_object(text)
    except (signing.BadSignature, ValueError):
        return []
    return types


def _signer():
    return signing.Signer(salt=_SALT)


def _mark(query):
    text = repr((query.type, sorted(query.used), query.within))
    key = settings.SECRET_KEY.encode()[:64]
    return hashlib.blake2b(text.encode(), key=key, digest_size=9).hexdigest()


def _unfit():
    return errors.Incorrect(
        "records.cursor_unfit", _("Dấu trang không còn dùng được; hãy tìm lại từ đầu.")
    )
