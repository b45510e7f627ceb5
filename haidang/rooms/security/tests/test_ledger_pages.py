"""The ledger's page: head, verification, proofs to take away, parked events."""

import importlib.util
import json
import re

import psycopg
import pytest
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.security import selectors, services

PAGE = "/an-toan/so/"


@pytest.fixture
def checker():
    """The program as an auditor loads it: from its file, without the product."""
    spec = importlib.util.spec_from_file_location("checker", ledger.CHECKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def fresh(own_database):
    """A ledger of this test alone."""
    yield
    ledger.close_book()
    connection.close()


@pytest.fixture
def officer(fresh, request):
    return request.getfixturevalue("it_officer")


@pytest.fixture
def person(own_database):
    from haidang.rooms.security.tests import conftest

    def make(username, *roles):
        return access.create_account(
            username, password=conftest.PASSWORD, name=username.title(), roles=roles,
            by=conftest.actors.SYSTEM,
        )  # fmt: skip

    return make


def test_a_verification_is_asked_for_run_and_shown(officer, signed_in):
    client = signed_in(officer)
    assert client.post(f"{PAGE}kiem-tra/").url == PAGE
    client.post(f"{PAGE}kiem-tra/")
    assert "Đang chờ hoặc đang chạy" in client.get(PAGE).content.decode()
    ledger.seal()

    assert ledger.run_verifications() == 1
    assert ledger.run_verifications() == 0

    page = client.get(PAGE).content.decode()
    assert "Nguyên vẹn" in page
    assert ledger.head().root.hex() in page


def test_a_ledger_that_is_not_intact_says_so(officer, signed_in, own_database, database_cluster):
    ledger.seal()
    socket = str(database_cluster.socket_folder)
    with psycopg.connect(host=socket, dbname=own_database, user="postgres") as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE ledger_event SET by_name = 'Khác'")
    services.verify_ledger(by=access.actor_of(officer))

    ledger.run_verifications()

    page = signed_in(officer).get(PAGE).content.decode()
    assert "Có sai lệch" in page
    assert "Dòng bị sửa" in page


def test_a_proof_taken_away_holds_elsewhere(officer, signed_in, checker):
    client = signed_in(officer)
    seq = ledger.record("test.thing.done", by=access.actor_of(officer))
    ledger.seal()
    newest = ledger.head()

    assert client.get(f"{PAGE}?kind=event&seq={seq}").url == f"{PAGE}event/{seq}/"
    assert "có trong cây đã ký" in client.get(f"{PAGE}event/{seq}/").content.decode()
    proof = json.loads(client.get(f"{PAGE}event/{seq}.json").content)
    head = json.loads(client.get(f"{PAGE}dau-cay/{newest.size}.json").content)
    key = client.get(f"{PAGE}khoa.pem").content

    leaf = checker.leaf_hash(checker.entry_bytes(proof["entry"]))
    path = [bytes.fromhex(step) for step in proof["path"]]
    assert checker.signed(head, key)
    assert checker.includes(leaf, proof["index"], proof["size"], path, bytes.fromhex(head["root"]))
    assert client.get(f"{PAGE}checker.py").content.startswith(b'"""Check proofs')


def test_taking_a_proof_is_itself_in_the_access_book(officer):
    by = access.actor_of(officer)
    seq = ledger.record("test.thing.done", by=by, about="Patient/proved")
    ledger.seal()

    selectors.proof("event", seq, by=by)

    assert [look.purpose for look in ledger.looks_at("Patient/proved")] == ["audit"]


@pytest.mark.parametrize(
    "path", ["event/999999/", "nothing/1/", "event/999999.json", "dau-cay/7.json"]
)
def test_what_is_not_there_is_not_found(officer, signed_in, path):
    assert signed_in(officer).get(f"{PAGE}{path}").status_code == 404


def test_who_may_not_see_the_ledger_sees_nothing_of_it(fresh, person, signed_in):
    nurse = person("nurse.lan", ("nurse", "31001"))

    for path in ("", "khoa.pem", "checker.py", "event/1/", "event/1.json", "dau-cay/1.json"):
        assert signed_in(nurse).get(f"{PAGE}{path}").status_code == 403, path
    with pytest.raises(errors.NotAllowed):
        selectors.ledger_state(by=access.actor_of(nurse))
    with pytest.raises(errors.NotAllowed):
        services.verify_ledger(by=access.actor_of(nurse))


def test_a_director_sees_the_state_but_takes_no_proof(fresh, person, signed_in):
    client = signed_in(person("director.hai", ("director", "31001")))

    page = client.get(PAGE)

    assert page.status_code == 200
    assert not re.search(r"kiem-tra/\"", page.content.decode())
    assert client.get(f"{PAGE}event/1/").status_code == 403


def test_a_parked_event_is_sent_again_from_the_page(officer, signed_in, monkeypatch):
    broken = True

    def picky(event):
        if broken:
            raise ValueError

    autodiscover_modules("subscribers")  # so that the house's own are not lost with the table below
    monkeypatch.setattr("haidang.engines.ledger.outbox._subscribers", {})
    monkeypatch.setattr("haidang.engines.ledger.outbox.MOST_TRIES", 1)
    ledger.subscriber("test.picky", "test.*")(picky)
    seq = ledger.record("test.thing.done", by=access.actor_of(officer))
    ledger.dispatch()
    client, form = signed_in(officer), {"subscriber": "test.picky", "seq": seq}
    assert "Tin bị gác" in client.get(PAGE).content.decode()

    client.post(f"{PAGE}tin-bi-gac/", form)
    assert "Vẫn chưa xử lý được" in client.get(PAGE).content.decode()
    broken = False
    client.post(f"{PAGE}tin-bi-gac/", form)

    assert ledger.parked() == []
    client.post(f"{PAGE}tin-bi-gac/", {"subscriber": "x", "seq": "y"})
