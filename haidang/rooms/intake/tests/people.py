"""Signed-in people for the tests of the screens."""

from django.test import Client

from haidang.engines.access import api as access
from haidang.kernel import actor

FACILITY = "31T01"


def signed_in(role, org=FACILITY):
    """A browser in which somebody with this role has signed in."""
    account = access.create_account(
        f"{role}-{org.lower() or 'city'}",
        password="một mật khẩu chỉ để thử 31",
        name="Tài khoản thử",
        roles=[(role, org)],
        by=actor.SYSTEM,
    )
    client = Client()
    client.force_login(account, backend="haidang.engines.access.backends.PasswordBackend")
    return client
