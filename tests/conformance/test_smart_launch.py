"""A SMART launch by fhirclient (PyPI), unmodified, with a person at a real browser between."""

import http.server
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pytest
from fhirclient import client as smart
from fhirclient.models import observation

from tests.conformance import launching

SCOPE = "patient/Patient.rs patient/Observation.rs openid fhirUser offline_access"


@dataclass
class Callback:
    """The app's own little web server: it remembers where it was called, and begins when launched.

    begin    from the query of a launch (`iss`, `launch`), where the app sends the browser
    """

    uri: str
    called: list
    begin: Callable[[dict], str] | None = None

    @property
    def launch_uri(self):
        return self.uri.removesuffix("/back") + "/launch"


@pytest.fixture
def callback():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path, _, query = self.path.partition("?")
            if path == "/launch":
                self.send_response(302)
                self.send_header("Location", app.begin(dict(parse_qsl(query))))
                self.end_headers()
                return
            if path == "/back":
                app.called.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Back</title><h1>Back in the app</h1>")

        def log_message(self, *said):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        app = Callback(f"http://127.0.0.1:{web.server_port}/back", [])
        yield app
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


def test_a_doctor_opens_an_app_from_our_pages(app_of, mai, callback, server):
    launching.account("bs.ha", roles=[("doctor", launching.HOSPITAL)])
    row = launching.registered(callback.uri, launch_uri=callback.launch_uri)
    apps, told = [], []

    def begin(query):
        told.append(query)
        apps.append(app_of(row, callback, launch_token=query["launch"]))
        return apps[0].authorize_url

    def search(page):
        page.get_by_role("searchbox", name="hoặc điện thoại").fill("le thi mai")
        page.get_by_role("main").get_by_role("button", name="Tìm", exact=True).click()

    def open_app(page):
        page.get_by_role("button", name="Nhật ký sức khoẻ").click()
        page.wait_for_url("**/oauth/authorize?**")  # over the app's own server and back

    callback.begin = begin
    pages = server.base.removesuffix("/fhir")
    walk(f"{pages}/ung-dung/mo/", "bs.ha", search, open_app, launching.say_yes)
    (app,) = apps
    call_back(app, callback)

    assert [query["iss"] for query in told] == [server.base]
    assert app.patient.id == "mai"
    found = observation.Observation.where({}).perform_resources(app.server)
    assert [one.id for one in found] == ["weight"]  # and nothing of whom it was not opened for

    again = app_of(row, callback, launch_token=told[0]["launch"])
    with launching.browser_page() as page:
        launching.sign_in(page, again.authorize_url, "bs.ha")
        page.wait_for_selector("text=Back in the app")
    with pytest.raises(Exception, match="launch"):  # it opens the app once
        call_back(again, callback)


def test_a_no_comes_back_to_the_app(app_of, mai, callback):
    launching.account("mai.dan", patient="mai")
    app = app_of(launching.registered(callback.uri), callback)

    walk(app.authorize_url, "mai.dan", launching.say_no)

    with pytest.raises(Exception, match="said no"):
        call_back(app, callback)
