"""A body that comes without its length is measured before Django reads it."""

from io import BytesIO

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from haidang.config import unmeasured


def environ(method, body, **more):
    made = RequestFactory().request(**{"REQUEST_METHOD": method, "wsgi.input": BytesIO(body)})
    return made.environ | more


@pytest.mark.parametrize("body", [b"", b"{}", b"x" * 3_000_000], ids=["none", "short", "on disk"])
def test_what_came_in_chunks_is_read_whole(body):
    request = WSGIRequest(unmeasured.measured(environ("POST", body)))

    assert request.headers["Content-Length"] == str(len(body))
    assert request.read() == body


def test_no_more_is_taken_than_shows_that_it_is_too_long(settings):
    settings.HAIDANG_LARGEST_BODY_MB = 1
    endless = BytesIO(b"x" * 5_000_000)

    measured = unmeasured.measured(environ("PUT", b"") | {"wsgi.input": endless})

    assert measured["CONTENT_LENGTH"] == str(1024 * 1024 + 1)
    assert endless.tell() == 1024 * 1024 + 1


@pytest.mark.parametrize(
    ("method", "length"), [("GET", ""), ("POST", "7")], ids=["nothing to read", "told"]
)
def test_what_needs_no_measuring_is_left_alone(method, length):
    given = environ(method, b"content") | {"CONTENT_LENGTH": length}

    assert unmeasured.measured(given) is given
