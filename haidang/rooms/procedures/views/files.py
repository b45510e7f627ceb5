"""Files as answers: never run by the browser, named so that they can be found again."""

import io

from django.http import FileResponse

_SHOWN = {"application/pdf", "image/jpeg", "image/png"}


def answer(name, kind, content):
    """A file as an answer: shown when it is a picture or a PDF, else downloaded."""
    found = FileResponse(
        content, content_type=kind, as_attachment=kind not in _SHOWN, filename=name
    )
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return found


def made(name, kind, content):
    """A paper that was just made, as an answer."""
    return answer(name, kind, io.BytesIO(content))
