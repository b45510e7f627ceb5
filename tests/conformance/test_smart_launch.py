"""A SMART launch by fhirclient (PyPI), unmodified, with a person at a real browser between."""

import http.server
import threading
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from fhirclient import client as smart
from fhirclient.models import observation
from playwright.sync_api import sync_playwright

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor

PASSWORD = "một mật khẩu chỉ để thử 31"
HOSPITAL = "31001"
SCOPE = "patient/Patient.rs patient/Observation.rs openid fhirUser offline_access"
PHONE = {"width": 360, "height": 780}


@dataclass
class Callback:
    """The app's own little web server: it remembers where it was called."""

    uri: str
    called: list


@pytest.fixture
def callback():
    called = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path.startswith("/back?"):
                called.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Back</title><h1>Back in the app</h1>")

        def log_message(self, *said):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield Callback(f"http://127.0.0.1:{web.server_port}/back", called)
        web.shutdown()


@pytest.fixture
def mai(server):
    """A person with a weight on record, whom the hospital cares for."""
    resource = {"resourceType": "Patient", "id": "mai", "name": [{"text": "Lê Thị Mai"}], "birthDate": "1990-02-03"}  # fmt: skip
    stored = people.save_patient(resource, by=actor.SYSTEM)
    access.relate(stored.rid, HOSPITAL, basis="encounter")
    for id, person in (("weight", "mai"), ("other", "nobody")):
        with access.reach(actor.SYSTEM, people="all"):
            records.save(
                {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Cân nặng"},
                 "subject": {"reference": f"Patient/{person}"}},
                by=actor.SYSTEM,
            )  # fmt: skip
    return stored


def account(name, **more):
    return access.create_account(name, password=PASSWORD, name="Người thử", by=actor.SYSTEM, **more)


def registered(callback):
    app, _secret = access.register_app(
        "Nhật ký sức khoẻ",
        by=actor.SYSTEM,
        scopes=["patient/*.rs", "offline_access"],
        redirect_uris=[callback.uri],
        public=True,
    )
    return app


@pytest.fixture
def app_of(server):
    """fhirclient for a registered app; its kept connections are let go before the server ends."""
    made = []

    def make(app, callback, **more):
        settings = {
            "app_id": app.client_id, "api_base": server.base, "redirect_uri": callback.uri,
            "scope": SCOPE,
        }  # fmt: skip
        made.append(smart.FHIRClient(settings=settings | more))
        return made[-1]

    yield make
    for one in made:
        one.server.session.close()


def walk(address, username, *steps):
    """Sign in at the authorisation page and take these steps; every page passes axe."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=PHONE, locale="vi-VN")
        page.goto(address)
        page.get_by_label("Tên đăng nhập").fill(username)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        for step in steps:
            found = Axe().run(page).response["violations"]
            assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]
            step(page)
        page.wait_for_selector("text=Back in the app", timeout=10_000)
        browser.close()


def say_yes(page):
    page.get_by_role("button", name="Cho phép", exact=True).click()


def call_back(app, callback):
    app.handle_callback(f"{callback.uri.removesuffix('/back')}{callback.called[-1]}")


def test_a_citizen_opens_an_app_on_the_own_record(app_of, mai, callback):
    account("mai.dan", patient="mai")
    app = app_of(registered(callback), callback)

    def read_what_it_wants(page):
        assert page.get_by_text("Lê Thị Mai").is_visible()
        assert page.get_by_text("Kết quả xét nghiệm và chỉ số sức khoẻ").is_visible()

    walk(app.authorize_url, "mai.dan", read_what_it_wants, say_yes)
    call_back(app, callback)

    assert app.patient.name[0].text == "Lê Thị Mai"
    found = observation.Observation.where({}).perform_resources(app.server)
    assert [one.id for one in found] == ["weight"]
    assert app.reauthorize()
    assert observation.Observation.read("weight", app.server).status == "final"


def test_a_doctor_chooses_a_patient_for_an_app(app_of, mai, callback):
    account("bs.ha", roles=[("doctor", HOSPITAL)])
    app = app_of(registered(callback), callback)

    def search(page):
        page.get_by_role("searchbox").fill("le thi mai")
        page.get_by_role("button", name="Tìm", exact=True).click()

    def choose(page):
        page.get_by_role("button", name="Lê Thị Mai").click()

    walk(app.authorize_url, "bs.ha", search, choose, say_yes)
    call_back(app, callback)

    assert app.patient_id == "mai"


def test_a_doctor_opens_an_app_from_our_pages(app_of, mai, callback):
    doctor, row = account("bs.ha", roles=[("doctor", HOSPITAL)]), registered(callback)
    launch = access.begin_launch(row, account=doctor.pk, patient="mai", patient_rid=mai.rid)
    app = app_of(row, callback, launch_token=launch)

    walk(app.authorize_url, "bs.ha", say_yes)
    call_back(app, callback)

    assert app.patient.id == "mai"


def test_a_no_comes_back_to_the_app(app_of, mai, callback):
    account("mai.dan", patient="mai")
    app = app_of(registered(callback), callback)

    walk(
        app.authorize_url,
        "mai.dan",
        lambda page: page.get_by_role("button", name="Không cho phép").click(),
    )

    with pytest.raises(Exception, match="said no"):
        call_back(app, callback)
