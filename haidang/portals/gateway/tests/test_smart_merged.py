"""An app follows its person: into the record that theirs was merged into, and back out of it."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import smart_app
from haidang.portals.gateway.tests.smart_app import App, Bearer

HOSPITAL = "31001"
MAI = "launch/patient patient/*.rs offline_access"
SEARCHES = {
    "Patient": {"Patient/new", "Patient/old"},
    "Observation": {"Observation/of-new", "Observation/of-old"},
    "Observation?patient=new": {"Observation/of-new", "Observation/of-old"},
    "Patient/new/Observation": {"Observation/of-new", "Observation/of-old"},
    "Patient?_id=new&_revinclude=Observation:patient": {"Patient/new", "Observation/of-new", "Observation/of-old"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def house(request):
    """One person twice, somebody else, and a result of each."""
    request.getfixturevalue("own_database" if "own_database" in request.fixturenames else "db")
    for id, name in (("old", "Lê Thị Mai"), ("new", "Lê Thị Mai"), ("newest", "Lê Thị Mai"), ("nam", "Bùi Văn Nam")):  # fmt: skip
        named = {"resourceType": "Patient", "id": id, "name": [{"text": name}]}
        access.relate(people.save_patient(named, by=actor.SYSTEM).rid, HOSPITAL, basis="encounter")
        with access.reach(actor.SYSTEM, people="all"):
            records.save(_result(id), by=actor.SYSTEM)


def _result(id):
    return {
        "resourceType": "Observation", "id": f"of-{id}", "status": "final", "code": {"text": "glucose"},
        "subject": {"reference": f"Patient/{id}"},
    }  # fmt: skip


@pytest.fixture
def doctor(house):
    return smart_app.account("bs.ha", ("doctor", HOSPITAL))


@pytest.fixture
def citizen(house):
    return smart_app.account("mai.dan", patient="old")


class Opened:
    """An app that was opened for a person, and its tokens."""

    def __init__(self, account, scope=MAI, **more):
        self.app = App(account, public=False)
        secret = {"client_secret": self.app.secret}
        answer = self.app.exchange(self.app.allow(scope, **more), **secret)
        self.tokens = fhirjson.loads(answer.content)
        self.fhir = Bearer(self.tokens["access_token"])

    def introspected(self, kind="access_token"):
        said = {"token": self.tokens[kind], "client_id": self.app.row.client_id, "client_secret": self.app.secret}  # fmt: skip
        return fhirjson.loads(Client().post("/oauth/introspect", said).content)

    def refreshed(self):
        said = {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"], "client_id": self.app.row.client_id, "client_secret": self.app.secret}  # fmt: skip
        self.tokens = fhirjson.loads(self.app.token(**said).content)
        return self.tokens

    def seen(self, path):
        return set(self.fhir.seen(path))


def merge(keep="new", drop="old"):
    return people.merge(f"Patient/{keep}", f"Patient/{drop}", by=actor.SYSTEM, reason="một người")


@pytest.mark.parametrize("who", ["citizen", "doctor"])
def test_an_app_sees_the_record_that_its_persons_was_merged_into(request, who):
    opened = Opened(request.getfixturevalue(who), patient="old")
    assert opened.seen("Observation") == {"Observation/of-old"}

    merge()

    assert [opened.introspected(kind)["patient"] for kind in ("access_token", "refresh_token")] == ["new", "new"]  # fmt: skip
    assert {path: opened.seen(path) for path in SEARCHES} == SEARCHES
    old = fhirjson.loads(opened.fhir.get("Patient/old").content)
    assert (old["active"], old["link"][0]["type"]) == (False, "replaced-by")
    assert old["link"][0]["other"]["reference"] == "Patient/new"
    versions = fhirjson.loads(opened.fhir.get("Observation/of-old/_history").content)
    assert versions["total"] == 2
    assert opened.fhir.get("Observation/of-nam").status_code == 404
    assert opened.refreshed()["patient"] == "new"
    assert Bearer(opened.tokens["access_token"]).seen("Patient/new/Observation") == sorted(SEARCHES["Observation"])  # fmt: skip


@pytest.mark.parametrize("who", ["citizen", "doctor"])
def test_an_app_goes_back_when_the_merge_is_undone(request, who):
    opened = Opened(request.getfixturevalue(who), patient="old")
    number = merge()
    refreshed = opened.refreshed()

    people.unmerge(number, by=actor.SYSTEM)

    assert refreshed["patient"] == "new"
    assert opened.introspected()["patient"] == "old"
    assert opened.refreshed()["patient"] == "old"
    opened.fhir = Bearer(opened.tokens["access_token"])
    assert opened.seen("Observation") == {"Observation/of-old"}
    assert opened.seen("Patient") == {"Patient/old"}
    assert opened.fhir.get("Patient/new").status_code == 404


def test_an_app_follows_from_merge_to_merge_and_each_step_back(doctor):
    opened, other = (Opened(doctor, patient=one) for one in ("old", "new"))
    first, second = merge("new", "old"), merge("newest", "new")

    assert [each.introspected()["patient"] for each in (opened, other)] == ["newest", "newest"]
    assert opened.seen("Observation") == {f"Observation/of-{one}" for one in ("old", "new", "newest")}  # fmt: skip
    people.unmerge(second, by=actor.SYSTEM)
    assert [each.introspected()["patient"] for each in (opened, other)] == ["new", "new"]
    assert opened.seen("Observation") == SEARCHES["Observation"]
    people.unmerge(first, by=actor.SYSTEM)
    assert [each.introspected()["patient"] for each in (opened, other)] == ["old", "new"]
    assert opened.seen("Observation") == {"Observation/of-old"}


def test_an_app_that_was_opened_for_who_stays_is_not_moved_by_the_undoing(doctor):
    opened = Opened(doctor, patient="new")
    number = merge()
    assert opened.seen("Observation") == SEARCHES["Observation"]

    people.unmerge(number, by=actor.SYSTEM)

    assert opened.introspected()["patient"] == "new"
    assert opened.seen("Observation") == {"Observation/of-new"}


def test_an_app_of_the_family_follows_too(house):
    with access.reach(actor.SYSTEM, people="all"):
        guardian = {"resourceType": "Patient", "id": "lan", "name": [{"text": "Trần Thị Lan"}]}
        lan = people.save_patient(guardian, by=actor.SYSTEM).rid
        people.set_guardian(records.rid("Patient/old"), lan, relation="mother", by=actor.SYSTEM)
    account = smart_app.account("lan.dan", patient="lan")
    opened, wide = Opened(account, patient="old"), Opened(account, "user/*.rs")

    number = merge()

    assert opened.introspected()["patient"] == "new"
    for each in (opened, wide):
        assert each.seen("Observation") == SEARCHES["Observation"]
        assert each.fhir.get("Patient/old").status_code == 200
    people.unmerge(number, by=actor.SYSTEM)
    for each in (opened, wide):
        assert each.seen("Observation") == {"Observation/of-old"}
        assert each.fhir.get("Patient/new").status_code == 404


_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"


def test_an_app_that_is_allowed_while_its_person_is_merged_is_opened_for_who_stays(own_database, doctor):  # fmt: skip
    app, codes = App(doctor, public=False), []

    def allow():
        try:
            codes.append(app.allow(MAI, patient="old"))
        finally:
            connection.close()

    with transaction.atomic():
        merge()
        allowing = threading.Thread(target=allow)
        allowing.start()
        while allowing.is_alive() and not _first(_WAITS):
            pass
    allowing.join()

    told = fhirjson.loads(app.exchange(codes[0], client_secret=app.secret).content)
    assert told["patient"] == "new"
    assert set(Bearer(told["access_token"]).seen("Observation")) == SEARCHES["Observation"]


def _first(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]
