"""Requests that come without saying how long they are (`Transfer-Encoding: chunked`, HTTP/2).

Some systems send so by habit, .NET's HttpClient among them. Django reads just as much as Content-Length
says, so to it such a body were empty; here the body is measured first.
"""

from tempfile import SpooledTemporaryFile

from django.conf import settings

_MB = 1024 * 1024
_CHUNK = 256 * 1024
_IN_MEMORY = 2 * _MB


def measured(environ):
    """Give a request that does not say it the length of its body.

    What comes is put aside, in memory at first and then on the disk, up to one byte more than any
    door takes: enough for the door to refuse it. The rest is never read.
    """
    if environ.get("CONTENT_LENGTH") or environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS"):
        return environ
    source, left = environ["wsgi.input"], settings.HAIDANG_LARGEST_BODY_MB * _MB + 1
    body = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (the request reads it to its end)
    while left and (piece := source.read(min(_CHUNK, left))):
        body.write(piece)
        left -= len(piece)
    length = body.tell()
    body.seek(0)
    return environ | {"CONTENT_LENGTH": str(length), "wsgi.input": body}
