"""Apps opened for a visit (`launch/encounter`): from our pages, or chosen by whoever signed in."""

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson
from haidang.portals.gateway.tests import smart_app
from haidang.portals.gateway.tests.smart_app import App, back

HOSPITAL = "31001"
ALONE, FROM_US = "launch/encounter patient/*.rs", "launch launch/encounter patient/*.rs"
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def person(id, name):
    resource = {"resourceType": "Patient", "id": id, "name": [{"text": name}]}
    return people.save_patient(resource, by=actor.SYSTEM)


def visit(id, patient, start, **more):
    return {
        "resourceType": "Encounter", "id": id, "status": "finished", "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{patient}"}, "period": {"start": start}, **more,
    }  # fmt: skip


@pytest.fixture
def mai(db):
    stored = person("mai", "Lê Thị Mai")
    person("nam", "Bùi Văn Nam")
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                visit("first", "mai", "2026-03-01T08:00:00+07:00"),
                visit("second", "mai", "2026-04-02T08:00:00+07:00"),
                visit(
                    "hidden", "mai", "2026-05-03T08:00:00+07:00", meta={"security": [RESTRICTED]}
                ),
                visit("of-nam", "nam", "2026-06-04T08:00:00+07:00"),
                visit("gone", "mai", "2026-07-05T08:00:00+07:00"),
            ],
            by=actor.SYSTEM,
        )
        records.delete("Encounter/gone", by=actor.SYSTEM)
    return stored


@pytest.fixture
def doctor(mai):
    access.relate(mai.rid, HOSPITAL, basis="encounter")
    return smart_app.account("bs.ha", ("doctor", HOSPITAL))


@pytest.fixture
def citizen(mai):
    return smart_app.account("mai.dan", patient="mai")


def begun(app, account, mai, encounter):
    return access.begin_launch(
        app.row, account=account.pk, patient="mai", patient_rid=mai.rid, encounter=encounter
    )


def test_an_app_opened_from_a_visit_is_told_which(doctor, mai):
    app = App(doctor)
    launch = begun(app, doctor, mai, "first")

    page = app.open(FROM_US, launch=launch).content.decode()
    told = app.tokens(FROM_US, launch=launch)

    assert "01/03/2026" in page
    assert (told["patient"], told["encounter"]) == ("mai", "first")
    assert "launch/encounter" in told["scope"].split()
    assert smart_app.Bearer(told["access_token"]).get("Encounter/first").status_code == 200


def test_an_app_opened_without_a_visit_is_told_of_none(doctor, mai):
    app = App(doctor)

    told = app.tokens(FROM_US, launch=begun(app, doctor, mai, None))

    assert told["patient"] == "mai"
    assert "encounter" not in told
    assert "launch/encounter" not in told["scope"].split()


def test_whoever_signed_in_chooses_the_visit(doctor, mai):
    app = App(doctor)

    page = app.post(ALONE, {"patient": "mai"}).content.decode()
    consent = app.post(ALONE, {"patient": "mai", "encounter": "second"}).content.decode()
    told = app.tokens(ALONE, patient="mai", encounter="second")

    assert page.index("02/04/2026") < page.index("01/03/2026")
    assert not [day for day in ("03/05/2026", "04/06/2026", "05/07/2026") if day in page]
    assert '<input type="hidden" name="encounter" value="second">' in consent
    assert (told["patient"], told["encounter"]) == ("mai", "second")


def test_a_citizen_chooses_among_the_own_visits(citizen):
    app = App(citizen)

    page = app.open(ALONE).content.decode()

    assert "02/04/2026" in page
    assert app.tokens(ALONE, patient="mai", encounter="first")["encounter"] == "first"


def test_an_app_may_be_opened_for_no_visit(citizen):
    app = App(citizen)

    consent = app.post(ALONE, {"patient": "mai", "encounter": "-"}).content.decode()
    told = app.tokens(ALONE, patient="mai", encounter="-")

    assert "Cho phép" in consent
    assert "encounter" not in told
    assert told["scope"] == "patient/*.rs"


@pytest.mark.parametrize("encounter", ["of-nam", "gone", "nowhere", "../Patient/nam", "x" * 300, "a\x00"])  # fmt: skip
def test_no_other_visit_is_taken(doctor, mai, encounter):
    app = App(doctor)

    chosen = app.post(ALONE, {"step": "allow", "allow": "patient/*.rs", "patient": "mai", "encounter": encounter})  # fmt: skip
    launch = begun(app, doctor, mai, encounter[:64].replace("\x00", ""))
    launched = app.post(FROM_US, {"step": "allow", "allow": "patient/*.rs"}, launch=launch)

    assert chosen.status_code == (400 if "\x00" in encounter else 404)
    assert launched.status_code == 404
    assert access.permits_of(doctor.pk) == []


def test_a_doctor_who_does_not_care_for_the_person_is_shown_no_visit(mai):
    app = App(smart_app.account("bs.khac", ("doctor", "31002")))

    page = app.post(ALONE, {"patient": "mai", "encounter": "first", "step": "allow", "allow": "patient/*.rs"})  # fmt: skip

    assert page.status_code == 200
    assert "chưa có quan hệ chăm sóc" in page.content.decode()


def test_a_visit_that_was_not_asked_for_is_not_told(citizen):
    told = App(citizen).tokens("launch/patient patient/*.rs", patient="mai", encounter="first")

    assert "encounter" not in told


def test_refreshing_and_asking_tell_the_visit_again(citizen):
    app = App(citizen, public=False)
    scope = f"{ALONE} offline_access"
    code = app.allow(scope, patient="mai", encounter="first")
    said = fhirjson.loads(app.exchange(code, client_secret=app.secret).content)
    who = {"client_id": app.row.client_id, "client_secret": app.secret}

    again = fhirjson.loads(app.token(grant_type="refresh_token", refresh_token=said["refresh_token"], **who).content)  # fmt: skip
    told = fhirjson.loads(Client().post("/oauth/introspect", {"token": again["access_token"], **who}).content)  # fmt: skip

    assert said["encounter"] == again["encounter"] == told["encounter"] == "first"


def test_a_no_at_the_visit_is_told_to_the_app(citizen):
    assert back(App(citizen).post(ALONE, {"step": "refuse"}))["error"] == "access_denied"


def test_the_capabilities_tell_of_it(db):
    found = fhirjson.loads(Client().get("/fhir/.well-known/smart-configuration").content)

    assert {"context-ehr-encounter", "context-standalone-encounter"} <= set(found["capabilities"])
    assert "launch/encounter" in found["scopes_supported"]
