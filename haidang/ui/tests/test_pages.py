"""Pages of the look itself: the gallery, the switches, and errors that say what to do."""

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from haidang.kernel import errors
from haidang.ui import examples

STATUSES = [400, 401, 403, 404, 409, 413, 429, 500, 503]
WORDS = {
    "vi": ("Điều gì đã xảy ra", "Điều gì vẫn an toàn", "Nên làm gì tiếp"),
    "en": ("What happened", "What is safe", "What to do next"),
}


@pytest.fixture
def visitor():
    return Client(SERVER_NAME="localhost")


@pytest.mark.parametrize("component", examples.components(), ids=lambda c: c.name)
def test_every_component_shows_its_examples(component):
    for example in component.examples:
        assert example.html().strip()


@pytest.mark.parametrize(
    "path", ["/gallery/", "/gallery/staff/", "/gallery/office/", "/gallery/citizen/"]
)
def test_the_gallery_is_open_in_the_demo_city(visitor, path):
    assert visitor.get(path).status_code == 200


def test_the_gallery_is_closed_to_strangers_elsewhere(visitor, settings):
    settings.HAIDANG_SYNTHETIC = False

    assert visitor.get("/gallery/").status_code == 404


def test_every_page_says_that_its_people_are_synthetic(visitor, settings):
    mark = "Dữ liệu mô phỏng"

    assert mark in visitor.get("/gallery/staff/").content.decode()
    settings.HAIDANG_SYNTHETIC = False
    assert mark not in visitor.get("/khong-co/").content.decode()


def test_a_shell_that_is_not_there_is_not_found(visitor):
    assert visitor.get("/gallery/elsewhere/").status_code == 404


def test_the_language_is_remembered(visitor):
    answer = visitor.post("/ngon-ngu/", {"language": "en", "next": "/gallery/"})

    assert answer.headers["Location"] == "/gallery/"
    assert "Component gallery" in visitor.get("/gallery/").content.decode()


@pytest.mark.parametrize("language", ["fr", "", "../vi"])
def test_an_unknown_language_changes_nothing(visitor, language):
    visitor.post("/ngon-ngu/", {"language": language, "next": "/gallery/"})

    assert "Bộ sưu tập giao diện" in visitor.get("/gallery/").content.decode()


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_a_switch_never_leads_out_of_the_house(visitor, back):
    assert visitor.post("/giao-dien/", {"theme": "dark", "next": back}).headers["Location"] == "/"


def test_dark_is_drawn_by_the_server(visitor):
    visitor.post("/giao-dien/", {"theme": "dark", "next": "/gallery/"})

    assert 'data-theme="haidang-dark"' in visitor.get("/gallery/").content.decode()


def error_page(status, error=None):
    """The page as haidang.config.refusals renders it."""
    request = RequestFactory(SERVER_NAME="localhost").get("/")
    return render_to_string(f"{status}.html", {"error": error, "status": status}, request)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("status", STATUSES)
def test_an_error_says_what_happened_what_is_safe_and_what_to_do(status, language):
    with translation.override(language):
        text = error_page(status)

    assert [words for words in WORDS[language] if words not in text] == []


def test_the_sentence_of_a_refusal_stands_on_its_page():
    text = error_page(409, errors.Conflict("sample.too_soon", "Sớm nhất là 29/01/2026."))

    assert "Sớm nhất là 29/01/2026." in text
    assert "sample.too_soon" in text


def test_a_form_from_an_old_page_says_that_nothing_was_changed():
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)

    answer = strict.post("/giao-dien/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "không có gì bị thay đổi" in answer.content.decode()


def test_a_phone_can_keep_the_citizen_portal(visitor):
    answer = visitor.get("/cong-dan/ung-dung.webmanifest")

    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert answer.json()["start_url"] == "/cong-dan/"
