"""What a phone may keep, and the worker that keeps it."""

import json

import pytest
from django.test import Client

from haidang.ui import offline


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


def test_the_worker_reaches_every_page_and_is_looked_for_anew(visitor):
    answer = visitor.get("/ban-luu.js")

    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"


def test_the_worker_knows_where_the_session_ends(visitor):
    first = visitor.get("/ban-luu.js").content.decode().partition("\n")[0]

    addresses = json.loads(first.removeprefix("self.addresses = ").removesuffix(";"))
    assert addresses == {
        "offline": "/ngoai-tuyen/",
        "signIn": "/dang-nhap/",
        "signOut": "/dang-xuat/",
        "parts": "/static/",
    }


def test_the_page_without_a_network_is_about_nobody_and_is_not_kept_as_a_record(visitor):
    answer = visitor.get("/ngoai-tuyen/")

    assert answer.status_code == 200
    assert offline.HEADER not in answer.headers
