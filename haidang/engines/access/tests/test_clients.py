"""Systems that connect: a token opens what its scopes say, and nothing when it is wrong."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.access.models import Client
from haidang.kernel import actor as actors
from haidang.kernel import errors

pytestmark = pytest.mark.django_db
SCOPES = ["system/*.rs", "clinic.treat"]


@pytest.fixture
def system(house):
    return access.create_client("HIS Việt Tiệp", SCOPES, "31001", actors.SYSTEM)


def test_a_token_makes_an_actor_with_its_scopes(system):
    client, token = system

    actor = access.client_of(token)

    assert (actor.kind, actor.org, actor.ref) == (actors.CLIENT, "31001", f"Device/{client.uid}")
    assert actor.permissions == frozenset(SCOPES)
    assert Client.objects.get().last_used_at is not None


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + "~", lambda t: "", lambda t: "hd_x_y", str.upper]
)
def test_another_token_makes_nobody(system, spoil):
    assert access.client_of(spoil(system[1])) is None


def test_the_token_itself_is_not_kept(system):
    client, token = system

    assert token.rpartition("_")[2] not in str(Client.objects.values().get(pk=client.pk))


def test_a_closed_door_opens_no_more(system):
    client, token = system

    access.end_client(client.uid, by=actors.SYSTEM)

    assert access.client_of(token) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["system/*.rs", "clinic.nothing"]])
def test_a_scope_that_does_not_exist_is_refused(house, scopes):
    with pytest.raises(errors.Incorrect):
        access.create_client("HIS", scopes, None, actors.SYSTEM)
