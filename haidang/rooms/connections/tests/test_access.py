"""Each permission allowed and refused, on the same set-up; and what is not one's own."""

import pytest
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor

HOSPITAL = "31001"
BACKEND = "haidang.engines.access.backends.PasswordBackend"


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mai(db):
    resource = {"resourceType": "Patient", "id": "mai", "name": [{"text": "Lê Thị Mai"}]}
    stored = people.save_patient(resource, by=actor.SYSTEM)
    access.relate(stored.rid, HOSPITAL, basis="encounter")
    return stored


@pytest.fixture
def app(db):
    return access.register_app(
        "Biểu đồ tăng trưởng",
        by=actor.SYSTEM,
        scopes=["launch", "patient/*.rs"],
        redirect_uris=["https://app.example/back"],
        launch_uri="https://app.example/launch",
        public=True,
        publisher="Nhà phát hành thử",
    )[0]


@pytest.fixture
def sign_in(db):
    def begin(role=None, org=HOSPITAL, **more):
        account = access.create_account(
            f"nguoi-{role or 'dan'}", password="một mật khẩu chỉ để thử 31", name="Người thử",
            roles=[(role, org)] if role else [], by=actor.SYSTEM, **more,
        )  # fmt: skip
        client = Client()
        client.force_login(account, backend=BACKEND)
        client.account = account
        return client

    return begin


WISH = {
    "name": "Nhật ký sức khoẻ", "publisher": "Nhà phát hành thử", "kind": "secret",
    "scopes": "patient/*.rs\noffline_access", "redirect_uris": "https://app.example/back",
}  # fmt: skip


def test_an_administrator_registers_an_app_and_its_secret_is_shown_once(sign_in):
    keeper = sign_in("administrator", org="")

    answer = keeper.post("/quan-tri/ung-dung/moi/", WISH)
    (app,) = access.apps()
    again = keeper.get(f"/quan-tri/ung-dung/{app.client_id}/").content.decode()

    assert app.scopes == ["offline_access", "patient/*.rs"]
    assert "chỉ hiện lần này" in answer.content.decode()
    assert "chỉ hiện lần này" not in again
    assert "patient/*.rs" in again


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"redirect_uris": "http://app.example/back"}, "phải dùng https"),
        ({"scopes": "everything"}, "không hợp lệ"),
        ({"kind": "signed"}, "cần khoá công khai"),
        ({"kind": "service"}, "phải có khoá công khai"),
        ({"jwks": "{"}, "phải là JSON"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(sign_in, changed, told):
    answer = sign_in("administrator", org="").post("/quan-tri/ung-dung/moi/", WISH | changed)

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert access.apps() == []


def test_an_it_officer_sees_apps_and_registers_none(sign_in, app):
    officer = sign_in("it_officer")

    assert "Biểu đồ tăng trưởng" in officer.get("/quan-tri/ung-dung/").content.decode()
    assert officer.get("/quan-tri/ung-dung/moi/").status_code == 403
    assert officer.post(f"/quan-tri/ung-dung/{app.client_id}/ngat/").status_code == 403
    assert access.app_of(app.client_id) is not None


def test_an_administrator_closes_an_app(sign_in, app):
    sign_in("administrator", org="").post(f"/quan-tri/ung-dung/{app.client_id}/ngat/")

    assert access.app_of(app.client_id) is None


def test_a_doctor_opens_an_app_for_a_patient(sign_in, app, mai):
    doctor = sign_in("doctor")

    found = doctor.post("/ung-dung/mo/", {"q": "le thi mai"})
    sent = doctor.post("/ung-dung/mo/", {"app": app.client_id, "patient": "mai"})

    assert "Biểu đồ tăng trưởng" in found.content.decode()
    assert sent["Location"].startswith("https://app.example/launch?iss=http%3A%2F%2Ftestserver%2Ffhir&launch=")  # fmt: skip
    assert "https://app.example/launch" in found["Content-Security-Policy"]


def test_a_patient_of_another_facility_is_neither_found_nor_opened(sign_in, app, mai):
    other = sign_in("doctor", org="31002")

    found = other.post("/ung-dung/mo/", {"q": "le thi mai"})
    sent = other.post("/ung-dung/mo/", {"app": app.client_id, "patient": "mai"})

    assert "Biểu đồ" not in found.content.decode()
    assert sent.status_code == 403


def test_a_cashier_opens_no_app(sign_in, app, mai):
    assert sign_in("cashier").get("/ung-dung/mo/").status_code == 403


def test_a_person_sees_what_apps_may_do_and_takes_it_back(sign_in, app, mai):
    citizen = sign_in(patient="mai")
    access.give_permit(
        app, by=access.actor_of(citizen.account), account=citizen.account,
        scopes=["patient/Observation.rs"], patient="mai", patient_rid=mai.rid,
    )  # fmt: skip
    (permit,) = access.permits_of(citizen.account.pk)

    before = citizen.get("/ung-dung/").content.decode()
    citizen.post(f"/ung-dung/{permit.id}/thu-hoi/")
    after = citizen.get("/ung-dung/").content.decode()

    assert "Kết quả xét nghiệm và chỉ số sức khoẻ" in before
    assert "hồ sơ của Lê Thị Mai" in before
    assert "Bạn chưa cho phép ứng dụng nào" in after


def test_nobody_takes_back_what_another_allowed(sign_in, app, mai):
    citizen, other = sign_in(patient="mai"), sign_in("doctor")
    access.give_permit(
        app, by=access.actor_of(citizen.account), account=citizen.account, scopes=["patient/*.rs"]
    )
    (permit,) = access.permits_of(citizen.account.pk)

    assert other.post(f"/ung-dung/{permit.id}/thu-hoi/").status_code == 404
    assert access.permits_of(citizen.account.pk)[0].ended_at is None


@pytest.fixture
def visit(mai):
    encounter = {
        "resourceType": "Encounter", "id": "v1", "status": "finished", "class": {"code": "EMER"},
        "subject": {"reference": "Patient/mai"}, "period": {"start": "2026-03-01"},
    }  # fmt: skip
    with access.reach(actor.SYSTEM, people="all"):
        return records.save(encounter, by=actor.SYSTEM)


def test_from_a_visit_only_the_app_is_chosen(sign_in, app, visit):
    doctor = sign_in("doctor")
    asked = {"patient": "mai", "encounter": "v1"}

    page = doctor.post("/ung-dung/mo/", asked).content.decode()
    sent = doctor.post("/ung-dung/mo/", {**asked, "app": app.client_id})

    assert "Lê Thị Mai" in page
    assert "Cấp cứu · 01/03/2026" in page
    assert '<input type="hidden" name="encounter" value="v1">' in page
    text = sent["Location"].rpartition("launch=")[2]
    assert access.launch_of(text, app=app, account=doctor.account.pk).encounter == "v1"


@pytest.mark.parametrize(("org", "asked", "status"), [
    (HOSPITAL, {"encounter": "of-nobody"}, 404), (HOSPITAL, {"patient": "nobody"}, 404), ("31002", {}, 403),
])  # fmt: skip
def test_no_app_is_opened_for_what_is_not_a_visit_of_the_person(sign_in, app, visit, org, asked, status):  # fmt: skip
    doctor = sign_in("doctor", org=org)
    wish = {"patient": "mai", "encounter": "v1", **asked}

    assert doctor.post("/ung-dung/mo/", wish).status_code == status
    assert doctor.post("/ung-dung/mo/", {**wish, "app": app.client_id}).status_code == status
