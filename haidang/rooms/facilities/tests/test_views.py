"""What people see and may do on the room's pages."""

import pytest
from django.urls import reverse

from haidang.engines.places import api as places
from haidang.kernel import actor as actors
from haidang.rooms.facilities.tests.conftest import CLINIC, STATION, UNIT

LIST = "/co-so/"


@pytest.fixture
def signed_in(client):
    def sign_in(account):
        client.force_login(account)
        return client

    return sign_in


def _text(response):
    return response.content.decode()


def test_a_nurse_reads_the_list_and_gets_no_button(signed_in, nurse):
    page = signed_in(nurse).get(LIST)

    assert page.status_code == 200
    assert "Trạm y tế Cát Hải" in _text(page)
    assert reverse("facilities:add_facility") not in _text(page)


def test_a_stranger_is_asked_to_sign_in(client, city):
    assert client.get(LIST).status_code == 302


def test_the_list_is_filtered_by_words_without_marks(signed_in, nurse):
    page = signed_in(nurse).get(LIST, {"q": "ben binh"})

    assert "Phòng khám Bến Bính" in _text(page)
    assert "Trạm y tế Cát Hải" not in _text(page)


@pytest.mark.parametrize(
    "query", [{"q": "khong co"}, {"trang": "9"}, {"trang": "x"}, {"kind": "castle"}]
)
def test_an_odd_address_still_gives_a_page(signed_in, nurse, query):
    assert signed_in(nurse).get(LIST, query).status_code == 200


def test_a_long_list_has_pages(signed_in, nurse):
    for number in range(30):
        places.save_facility(
            f"31Y{number:02}", name=f"Trạm {number}", kind="other", by=actors.SYSTEM
        )

    page = signed_in(nurse).get(LIST, {"trang": "2"})

    assert 'rel="prev"' in _text(page)
    assert 'rel="next"' not in _text(page)


def test_the_page_of_a_facility_tells_its_past(signed_in, keeper):
    places.save_facility(
        STATION, name="Trạm mới", kind="commune-station", commune=UNIT, by=actors.SYSTEM
    )

    page = signed_in(keeper).get(f"/co-so/{STATION}/")

    assert "<del>Trạm y tế Cát Hải</del>" in _text(page)
    assert "Đặc khu Cát Hải, Thành phố Hải Phòng" in _text(page)
    assert "Tài khoản đang dùng" in _text(page)


def test_departments_added_together_are_told_together(signed_in, keeper):
    for number in range(3):
        places.save_department(STATION, f"K0{number}", name=f"Khoa {number}", by=actors.SYSTEM)

    page = signed_in(keeper).get(f"/co-so/{STATION}/")

    assert "Thêm 3 khoa, phòng" in _text(page)
    assert "Khoa 0, Khoa 1, Khoa 2" in _text(page)


def test_a_facility_that_does_not_exist_is_not_found(signed_in, nurse):
    assert signed_in(nurse).get("/co-so/99999/").status_code == 404


def test_a_keeper_adds_a_facility_in_the_browser(signed_in, keeper):
    sent = {"code": "31z03", "name": "Trạm mới", "kind": "commune-station", "commune": UNIT}

    page = signed_in(keeper).post("/co-so/moi/", sent, follow=True)

    assert "Đã thêm cơ sở vào danh mục." in _text(page)
    assert places.facility("31Z03").commune == UNIT


def test_a_form_that_is_wrong_comes_back_with_its_sentence(signed_in, keeper):
    sent = {"code": CLINIC, "name": "Trạm mới", "kind": "commune-station"}

    page = signed_in(keeper).post("/co-so/moi/", sent)

    assert page.status_code == 422
    assert "Mã này đã có trong danh mục" in _text(page)


def test_a_keeper_closes_a_facility(signed_in, clinic_keeper):
    sent = {
        "name": "Phòng khám Bến Bính", "kind": "polyclinic", "closed_on": "2026-06-30",
        "successor": STATION,
    }  # fmt: skip

    page = signed_in(clinic_keeper).post(f"/co-so/{CLINIC}/sua/", sent, follow=True)

    assert "Cơ sở đã đóng cửa ngày 30/06/2026" in _text(page)
    assert "Trạm y tế Cát Hải" in _text(page)


def test_the_form_of_somebody_elses_facility_stays_shut(signed_in, clinic_keeper):
    client = signed_in(clinic_keeper)

    assert client.get(f"/co-so/{STATION}/sua/").status_code == 403
    assert client.get(f"/co-so/{CLINIC}/sua/").status_code == 200


def test_a_department_is_added_on_the_page(signed_in, clinic_keeper):
    client = signed_in(clinic_keeper)

    page = client.post(
        f"/co-so/{CLINIC}/khoa/", {"code": "k01", "name": "Khám bệnh", "active": "on"}, follow=True
    )
    wrong = client.post(f"/co-so/{CLINIC}/khoa/", {"code": "K02"})

    assert "Đã lưu khoa Khám bệnh." in _text(page)
    assert [d.code for d in places.departments(CLINIC)] == ["K01"]
    assert wrong.status_code == 422


def test_the_page_of_a_facility_asks_few_questions(
    signed_in, keeper, django_assert_max_num_queries
):
    client = signed_in(keeper)
    client.get(f"/co-so/{STATION}/")

    with django_assert_max_num_queries(20):
        client.get(f"/co-so/{STATION}/")


def test_the_list_speaks_english(signed_in, nurse):
    client = signed_in(nurse)
    client.cookies["haidang_language"] = "en"

    assert "At work" in _text(client.get(LIST))
