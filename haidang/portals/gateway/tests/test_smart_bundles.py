"""In a bundle no scope reaches further than alone, however its addresses are spelled."""

import pytest

from haidang.portals.gateway.tests import leaking
from haidang.portals.gateway.tests.test_no_leaks import LAB, service


@pytest.fixture(autouse=True)
def house(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    leaking.build()


def bundle(kind, method, url, **more):
    request = {"method": method, "url": url} | more.pop("request", {})
    return {"resourceType": "Bundle", "type": kind, "entry": [{"request": request} | more]}


SPELLINGS = [
    "?_type=Observation", "?_type=Observation,", "?_type=,Observation", "?_type=Observation%2C",
    "?_type=Observation&_type=Observation,", "?_type=&_type=Observation", "?_type=,&_type=Observation",
    "?%5Ftype=Observation,", "/?_type=Observation,", "Observation", "Observation/", "Observation/?_id:not=x",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize("url", SPELLINGS)
def test_a_search_is_held_to_the_part_of_its_scope_however_it_is_spelled(kind, url):
    answer = service("31001", f"system/{LAB}").send("post", "", bundle(kind, "GET", url))

    allowed = {"mark-mai-lab", "mark-mai-hiv", "mark-mai-secret"}  # a hospital sees every label
    assert answer.status_code == 200, answer.content
    assert leaking.given_away(answer) == allowed


@pytest.mark.parametrize("kind", ["batch", "transaction"])
@pytest.mark.parametrize("url", ["Observation/mai-vital", "/Observation/mai-vital/", "Observation/mai-vital/_history/1"])  # fmt: skip
def test_a_reading_is_held_to_it_too(kind, url):
    answer = service("31001", f"system/{LAB}").send("post", "", bundle(kind, "GET", url))

    assert leaking.given_away(answer) == set()
    assert b"404" in answer.content or answer.status_code == 404
