"""Systems that connect: a token opens what its scopes say, and nothing when it is wrong."""

import psycopg
import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.access.models import Client
from haidang.kernel import actor as actors
from haidang.kernel import errors

SCOPES = ["system/*.rs", "clinic.treat"]


@pytest.fixture
def system(house, db):
    return access.create_client("HIS Việt Tiệp", SCOPES, "31001", actors.SYSTEM)


def test_a_token_makes_an_actor_with_its_scopes(system):
    client, token = system

    actor = access.client_of(token)

    assert (actor.kind, actor.org, actor.ref) == (actors.CLIENT, "31001", f"Device/{client.uid}")
    assert actor.permissions == frozenset(SCOPES)
    assert Client.objects.get().last_used_at is not None


def test_a_long_scope_is_kept_to_its_end(house, db):
    label = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    scope = f"system/Observation.rs?category=laboratory&_security:not={label}|R,{label}|V"

    _client, token = access.create_client("HIS", [scope], None, actors.SYSTEM)

    assert len(scope) > 100
    assert access.client_of(token).permissions == {scope}


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-1] + "~", lambda t: "", lambda t: "hd_x_y", str.upper]
)
def test_another_token_makes_nobody(system, spoil):
    assert access.client_of(spoil(system[1])) is None


def test_the_token_itself_is_not_kept(system):
    client, token = system

    assert token.split("_", 2)[2] not in str(Client.objects.values().get(pk=client.pk))


def test_a_closed_door_opens_no_more(system):
    client, token = system

    access.end_client(client.uid, by=actors.SYSTEM)

    assert access.client_of(token) is None


@pytest.mark.parametrize("scopes", [[], ["everything"], ["system/*.rs", "clinic.nothing"]])
def test_a_scope_that_does_not_exist_is_refused(house, db, scopes):
    with pytest.raises(errors.Incorrect):
        access.create_client("HIS", scopes, None, actors.SYSTEM)


def test_a_client_ended_elsewhere_is_refused_at_once(system):
    client, token = system
    assert access.client_of(token) is not None

    Client.objects.filter(pk=client.pk).update(ended_at=timezone.now())

    assert access.client_of(token) is None


def test_a_kept_connection_that_died_is_replaced(own_database, database_cluster):
    _client, token = access.create_client("HIS", ["system/*.rs"], None, actors.SYSTEM)
    access.client_of(token)
    end_connections(own_database, database_cluster)

    assert access.client_of(token) is not None


def test_inside_a_transaction_a_dead_connection_is_an_error(own_database, database_cluster):
    _client, token = access.create_client("HIS", ["system/*.rs"], None, actors.SYSTEM)

    with pytest.raises(OperationalError), transaction.atomic():
        access.client_of(token)
        end_connections(own_database, database_cluster)
        access.client_of(token)


def end_connections(database, cluster):
    with psycopg.connect(
        host=str(cluster.socket_folder), dbname=database, user="postgres", autocommit=True
    ) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
