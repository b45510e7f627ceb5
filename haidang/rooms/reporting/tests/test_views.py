"""What people see: sentences, refusals, files, and how many questions a page asks the database."""

from datetime import datetime

import pytest
from django.contrib.auth import get_user_model

from haidang.engines.access import api as access
from haidang.kernel import actor as actors
from haidang.kernel import dates
from haidang.rooms.reporting import models, services
from haidang.rooms.reporting.tests import people

AT = datetime(2026, 10, 6, 9, tzinfo=dates.HANOI)
pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture
def enter(client):
    """Sign somebody in: `enter("station_head", "31Z14")` gives the client."""

    def come(role, org):
        name = f"{role}.{org or 'city'}".lower().replace("_", ".")
        access.create_account(
            name, password="ngọn hải đăng cũ", name=name, roles=[(role, org)], by=actors.SYSTEM
        )
        client.force_login(get_user_model().objects.get(username=name))
        return client

    return come


@pytest.fixture
def report():
    services.open_period("6-BCX", "2026-Q3", by=people.officer(), at=AT)
    return models.Report.objects.get(unit=people.STATION)


@pytest.fixture
def filled(report):
    services.fill(report.pk, by=people.clerk(), at=AT)
    return report


def text(answer):
    return answer.content.decode()


def test_a_unit_sees_what_it_owes_with_its_clock(report, enter):
    page = text(enter("station_head", people.STATION).get("/bao-cao/don-vi/"))

    assert "6/BCX" in page
    assert "Quý III năm 2026" in page
    assert "Trạm y tế thử hai" not in page


def test_a_unit_without_obligations_is_told_how_they_come(enter):
    page = text(enter("station_head", people.STATION).get("/bao-cao/don-vi/"))

    assert "Đơn vị chưa có báo cáo nào phải nộp" in page


@pytest.mark.parametrize(
    ("role", "org", "address"),
    [
        ("station_head", people.STATION, "/bao-cao/don-vi/"),
        ("officer", "31Z99", "/bao-cao/duyet/"),
        ("epidemiologist", people.CENTRE, "/bao-cao/don-vi/"),
        ("inspector", "", "/bao-cao/duyet/"),
    ],
)
def test_the_room_opens_where_one_works(report, enter, role, org, address):
    answer = enter(role, org).get("/bao-cao/")

    assert answer.url == address


@pytest.mark.parametrize(
    "address", ["/bao-cao/", "/bao-cao/don-vi/", "/bao-cao/duyet/", "/bao-cao/bieu-mau/"]
)
def test_a_doctor_is_refused(enter, address):
    assert enter("doctor", people.STATION).get(address).status_code == 403


def test_a_report_names_missing_sources_and_shows_figures(filled, enter):
    page = text(enter("station_head", people.STATION).get(f"/bao-cao/{filled.pk}/"))

    assert "Chưa có nguồn: Phân loại lượt khám y học cổ truyền" in page
    assert "Nộp báo cáo" in page
    assert "×" in page


def test_a_cell_opens_its_definition(filled, enter):
    page = text(enter("station_head", people.STATION).get(f"/bao-cao/{filled.pk}/o/1.1:female/"))

    assert "sex: female" in page
    assert "Lượt khám, đợt điều trị bắt đầu trong kỳ" in page
    assert "FROM encounter" in page


@pytest.mark.parametrize("cell", ["99:total", "4:female", "x"])
def test_a_cell_that_is_none_is_not_found(filled, enter, cell):
    answer = enter("station_head", people.STATION).get(f"/bao-cao/{filled.pk}/o/{cell}/")

    assert answer.status_code == 404


def test_typing_something_wrong_keeps_what_was_typed_and_says_where(filled, enter):
    posted = {"c_5:total": "bảy", "c_5:female": "4", "words": "Chưa đủ sổ.", "revision": 1}
    answer = enter("station_head", people.STATION).post(f"/bao-cao/{filled.pk}/ghi/", posted)

    page = text(answer)
    assert answer.status_code == 422
    assert 'href="#c_5-total"' in page
    assert 'value="bảy"' in page
    assert "Chưa đủ sổ." in page
    assert not models.Value.objects.filter(cell="5:female").exists()


def test_submitting_twice_is_answered_in_words(filled, enter):
    client = enter("station_head", people.STATION)
    posted = {"words": "Chưa đủ sổ.", "revision": 1, "submit": "1"}
    client.post(f"/bao-cao/{filled.pk}/ghi/", posted)

    page = text(client.post(f"/bao-cao/{filled.pk}/nop/", follow=True))

    assert "Báo cáo này đã được nộp và đang chờ duyệt; không cần nộp lại." in page
    assert models.Report.objects.get(pk=filled.pk).round == 1


def test_text_of_people_is_escaped(filled, enter):
    client = enter("station_head", people.STATION)
    client.post(f"/bao-cao/{filled.pk}/ghi/", {"words": "<script>x</script>", "revision": 1})

    page = text(client.get(f"/bao-cao/{filled.pk}/"))

    assert "<script>x</script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_the_department_sees_the_matrix_and_opens_a_period_by_hand(report, enter):
    client = enter("officer", "31Z99")

    page = text(client.post("/bao-cao/duyet/mo-ky/", {"form": "4-BCX", "period": "2026-Q3", "kind": "quarter"}, follow=True))  # fmt: skip

    assert "Đã mở 2 báo cáo" in page
    assert "Trạm y tế thử hai" in page
    assert "4/BCX" in page


@pytest.mark.parametrize("period", ["2026-Q9", "", "x" * 30, "2099-Q1"])
def test_a_period_that_is_none_is_answered_in_words(enter, period):
    answer = enter("officer", "31Z99").post("/bao-cao/duyet/mo-ky/", {"form": "4-BCX", "period": period, "kind": "quarter"}, follow=True)  # fmt: skip

    assert answer.status_code == 200
    assert "Kỳ " in text(answer)
    assert models.Report.objects.count() == 0


def test_a_file_is_given_out_as_a_download(filled, enter):
    answer = enter("station_head", people.STATION).get(f"/bao-cao/{filled.pk}/tai/xlsx/")

    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="6-bcx_31z14_2026-q3.xlsx"'
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content.startswith(b"PK")


def test_the_dhis2_file_of_a_draft_is_refused_in_words(filled, enter):
    page = text(enter("officer", "31Z99").get(f"/bao-cao/{filled.pk}/tai/dhis2/", follow=True))

    assert "Chỉ báo cáo đã khóa mới được gửi sang DHIS2." in page


@pytest.mark.parametrize("address", ["", "o/1:total/", "tai/xlsx/", "tai/pdf/"])
def test_a_report_of_another_unit_is_not_there(filled, enter, address):
    client = enter("station_head", people.OTHER_STATION)

    assert client.get(f"/bao-cao/{filled.pk}/{address}").status_code == 404


def test_pages_ask_the_database_a_bounded_number_of_questions(
    filled, enter, django_assert_max_num_queries
):
    client = enter("officer", "31Z99")
    for address in ("/bao-cao/duyet/", f"/bao-cao/{filled.pk}/"):
        client.get(address)
        with django_assert_max_num_queries(30):
            client.get(address)


def test_english_readers_read_english(filled, enter):
    client = enter("station_head", people.STATION)
    client.cookies["django_language"] = "en"

    page = text(client.get(f"/bao-cao/{filled.pk}/", headers={"accept-language": "en"}))

    assert "Examination and treatment" in page
    assert "Submit the report" in page
