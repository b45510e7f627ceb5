"""Those who look at records in the tests of this room: staff of two facilities, and citizens."""

from django.test import Client

from haidang.engines.access import api as access
from haidang.kernel import actor

HERE, ELSEWHERE = "31T01", "31T02"
PASSWORD = "một mật khẩu chỉ để thử 31"


def signed_in(*roles, org=HERE, patient=None, name="Tài khoản thử"):
    """A browser in which somebody with these roles, or a citizen, has signed in."""
    account = access.create_account(
        f"{'-'.join(roles) or 'citizen'}-{org.lower()}-{patient or ''}"[:80],
        password=PASSWORD,
        name=name,
        roles=[(role, org) for role in roles],
        patient=patient,
        by=actor.SYSTEM,
    )
    client = Client()
    client.force_login(account, backend="haidang.engines.access.backends.PasswordBackend")
    client.account = account
    return client
