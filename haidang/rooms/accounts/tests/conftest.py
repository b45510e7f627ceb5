"""People who sign in, and clients that are their browsers."""

import base64
import hashlib
import hmac
import struct
import time

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.kernel import actor as actors

PASSWORD = "ngọn hải đăng cũ"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1"


@pytest.fixture(autouse=True)
def quick_passwords(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_HOME = tmp_path


@pytest.fixture
def person(db):
    def make(username, *roles, **more):
        return access.create_account(
            username,
            password=PASSWORD,
            name=more.pop("name", username.title()),
            roles=roles,
            by=actors.SYSTEM,
            **more,
        )

    return make


@pytest.fixture
def nurse(person):
    return person("nurse.lan", ("nurse", "31001"))


@pytest.fixture
def keeper(person):
    """The IT officer of a hospital."""
    return person("it.binh", ("it_officer", "31001"))


@pytest.fixture
def administrator(person):
    return person("admin.city", ("administrator", None))


@pytest.fixture
def browser():
    """A browser that follows the rules; `browser(PHONE)` for another device."""

    def make(agent=CHROME, address="10.1.2.3"):
        return Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)

    return make


@pytest.fixture
def signed_in(browser):
    def make(account, **more):
        client = browser(**more)
        answer = sign_in(client, account.username)
        assert answer.status_code == 302, answer.content.decode()
        return client

    return make


def sign_in(client, username, password=PASSWORD, **more):
    return client.post("/dang-nhap/", {"username": username, "password": password, **more})


def code_of(secret, *, steps=0):
    """The code of RFC 6238 for this secret, computed here and not by the product."""
    counter = int(time.time()) // 30 + steps
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


@pytest.fixture
def with_app(nurse):
    """The nurse with an authenticator app: (account, secret, recovery codes)."""
    secret = access.new_totp_secret()
    codes = access.add_totp(nurse, secret, code_of(secret))
    return nurse, secret, codes
