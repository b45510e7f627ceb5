"""A SMART launch by fhirclient (PyPI), unmodified, with a person at a real browser between."""

import http.server
import threading
from dataclasses import dataclass

import pytest
from fhirclient import client as smart
from fhirclient.models import observation

from haidang.engines.access import api as access
from tests.conformance import launching

SCOPE = "patient/Patient.rs patient/Observation.rs openid fhirUser offline_access"


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
    return launching.put_on_record("weight")


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
    with launching.browser_page() as page:
        launching.walk(page, address, username, *steps)


def call_back(app, callback):
    app.handle_callback(f"{callback.uri.removesuffix('/back')}{callback.called[-1]}")


def test_a_citizen_opens_an_app_on_the_own_record(app_of, mai, callback):
    launching.account("mai.dan", patient="mai")
    app = app_of(launching.registered(callback.uri), callback)

    walk(app.authorize_url, "mai.dan", launching.read_what_it_wants, launching.say_yes)
    call_back(app, callback)

    assert app.patient.name[0].text == "Lê Thị Mai"
    found = observation.Observation.where({}).perform_resources(app.server)
    assert [one.id for one in found] == ["weight"]
    assert app.reauthorize()
    assert observation.Observation.read("weight", app.server).status == "final"


def test_a_doctor_chooses_a_patient_for_an_app(app_of, mai, callback):
    launching.account("bs.ha", roles=[("doctor", launching.HOSPITAL)])
    app = app_of(launching.registered(callback.uri), callback)

    def search(page):
        page.get_by_role("searchbox").fill("le thi mai")
        page.get_by_role("button", name="Tìm", exact=True).click()

    def choose(page):
        page.get_by_role("button", name="Lê Thị Mai").click()

    walk(app.authorize_url, "bs.ha", search, choose, launching.say_yes)
    call_back(app, callback)

    assert app.patient_id == "mai"


def test_a_doctor_opens_an_app_from_our_pages(app_of, mai, callback):
    doctor = launching.account("bs.ha", roles=[("doctor", launching.HOSPITAL)])
    row = launching.registered(callback.uri)
    launch = access.begin_launch(row, account=doctor.pk, patient="mai", patient_rid=mai.rid)
    app = app_of(row, callback, launch_token=launch)

    walk(app.authorize_url, "bs.ha", launching.say_yes)
    call_back(app, callback)

    assert app.patient.id == "mai"


def test_a_no_comes_back_to_the_app(app_of, mai, callback):
    launching.account("mai.dan", patient="mai")
    app = app_of(launching.registered(callback.uri), callback)

    walk(app.authorize_url, "mai.dan", launching.say_no)

    with pytest.raises(Exception, match="said no"):
        call_back(app, callback)
