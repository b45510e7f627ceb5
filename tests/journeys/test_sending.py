"""What a clerk sees while dossiers travel, when the line is cut, and when there is too much."""

import pytest
from playwright.sync_api import expect

from tests.journeys import dossiers

pytestmark = pytest.mark.journey

CLERK = "hoso.demo"
PLACE = "/tiep-nhan-ho-so/gui/"
_MB = 1024 * 1024


@pytest.fixture
def form(visit):
    page = visit(CLERK)
    page.goto(PLACE)
    return page.locator("form[data-upload]")


def choose(form, *files):
    form.locator("input[type=file]").set_input_files(files)


def press(form):
    form.get_by_role("button", name="Gửi hồ sơ").click()


def sparse(folder, name, size):
    with (folder / name).open("wb") as file:
        file.truncate(size)
    return folder / name


def test_a_file_that_is_too_large_is_told_before_anything_travels(form, tmp_path, accessible):
    asked = []
    form.page.on("request", lambda request: asked.append(request.method))

    choose(form, sparse(tmp_path, "thang-11.zip", 300 * _MB), sparse(tmp_path, "nho.xml", 100))
    press(form)

    expect(form.get_by_role("alert")).to_contain_text("quá lớn")
    expect(form.locator(".drop-heavy")).to_contain_text("thang-11.zip")
    assert "POST" not in asked
    accessible(form.page)


def test_smaller_files_in_its_place_are_sent(form, tmp_path):
    choose(form, sparse(tmp_path, "lon.xml", 51 * _MB))
    choose(form, sparse(tmp_path, "rong.xml", 0))
    press(form)

    expect(form.page.get_by_text("Tệp không có nội dung")).to_be_visible()


def test_a_line_that_is_cut_leaves_the_files_chosen_to_be_sent_again(form, tmp_path, accessible):
    file = tmp_path / "mot.xml"
    file.write_bytes(dossiers.file_of(dossiers.visits_of(dossiers.newcomer(), count=1))["buffer"])
    form.page.route(f"**{PLACE}", lambda route: route.abort("connectionreset"), times=1)
    choose(form, file)
    press(form)
    expect(form.get_by_role("alert")).to_contain_text("bấm gửi lần nữa")
    accessible(form.page)

    press(form)

    expect(form.page.get_by_role("link", name="Xem báo cáo")).to_be_visible()


def test_somebody_may_stop_what_is_on_its_way(form, tmp_path):
    form.page.route(f"**{PLACE}", lambda _route: None, times=1)
    choose(form, sparse(tmp_path, "cham.xml", 10 * _MB))
    press(form)

    form.get_by_role("button", name="Dừng gửi").click()

    expect(form.get_by_role("alert")).to_contain_text("Đã dừng")
    expect(form.get_by_role("button", name="Gửi hồ sơ")).to_be_enabled()


def test_a_server_that_cannot_answer_is_told_in_words(form, tmp_path):
    form.page.route(
        f"**{PLACE}", lambda route: route.fulfill(status=502, body="Bad gateway"), times=1
    )
    choose(form, sparse(tmp_path, "mot.xml", 100))
    press(form)

    expect(form.get_by_role("alert")).to_contain_text("Máy chủ chưa nhận được")
