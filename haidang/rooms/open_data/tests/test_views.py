"""Pages and addresses: what they answer, what they ask of the database, and how often they may be asked."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor
from haidang.rooms.open_data import models, services
from haidang.rooms.open_data.domain import datasets
from haidang.rooms.open_data.selectors import actions
from haidang.rooms.open_data.tests import people
from haidang.rooms.open_data.tests.test_contributions import AT, sent
from haidang.rooms.open_data.views import bounds

pytestmark = pytest.mark.usefixtures("folders")

KEY = "danh-muc-chi-so"
HOME, PAGE, API = "/du-lieu-mo/", f"/du-lieu-mo/bo/{KEY}/", "/du-lieu-mo/api/3/action/"


@pytest.fixture
def released():
    return services.release(KEY, by=actor.SYSTEM, at=AT)


@pytest.fixture
def signed_in(settings):
    """A client of a citizen's account."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    account = access.create_account(
        "nguoi.gui", password="ngọn hải đăng cũ", name="Người gửi", roles=[],
        patient="00000000-0000-4000-8000-0000000000d1", by=actor.SYSTEM,
    )  # fmt: skip
    found = Client()
    found.force_login(account, backend="haidang.engines.access.backends.PasswordBackend")
    return found


def account(username, role, org):
    """A client of a staff account."""
    made = access.create_account(
        username, password="ngọn hải đăng cũ", name=username, roles=[(role, org)], by=actor.SYSTEM
    )
    found = Client()
    found.force_login(made, backend="haidang.engines.access.backends.PasswordBackend")
    return found


@pytest.fixture
def officer(settings):
    """A client of an officer of the department."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_SECOND_FACTOR_FOR = set()
    places.save_facility(datasets.DEPARTMENT, name="Sở Y tế thử", kind="other", by=actor.SYSTEM)
    return account("chuyen.vien", "officer", datasets.DEPARTMENT)


def test_the_catalogue_shows_what_was_released_and_no_more(client, released):
    text = client.get(HOME).content.decode()

    assert "Danh mục chỉ số y tế" in text
    assert "Lượt khám, chữa bệnh theo nơi ở" not in text


def test_an_empty_catalogue_says_so(client):
    assert "Chưa có bộ dữ liệu nào được phát hành" in client.get(HOME).content.decode()


@pytest.mark.parametrize(("asked", "found"), [("chi so", True), ("CHỈ SỐ", True), ("bo may", False)])  # fmt: skip
def test_words_are_found_with_and_without_marks(client, released, asked, found):
    text = client.get(HOME, {"q": asked}).content.decode()

    assert ("Danh mục chỉ số y tế" in text) is found


def test_a_page_asks_little_of_the_database(client, released, django_assert_max_num_queries):
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        assert client.get(PAGE).status_code == 200
    with django_assert_max_num_queries(8):
        assert client.get(HOME).status_code == 200


def test_a_set_without_a_release_says_so(client):
    assert "Chưa có bản phát hành nào" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/ld+json", "application/ld+json"),
        ("application/json;q=0.9", "application/ld+json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
    ],
)
def test_who_asks_for_json_ld_gets_it_at_the_same_address(client, released, accept, kind):
    for address in (HOME, PAGE):
        answer = client.get(address, headers={"accept": accept})
        assert answer["Content-Type"].startswith(kind)
        assert "Accept" in answer["Vary"]


def test_the_page_carries_schema_org_that_cannot_leave_its_block(client, released):
    released.definition["title"] = "x"
    text = client.get(PAGE).content.decode()
    block = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]

    told = json.loads(block)
    assert told["@type"] == "Dataset"
    assert told["license"].startswith("https://creativecommons.org/")
    assert {d["encodingFormat"] for d in told["distribution"]} == {"text/csv", "application/json", "application/vnd.apache.parquet"}  # fmt: skip
    assert "<" not in block


def test_a_hostile_title_stays_words(client):
    pk = sent(title="</script><script>alert(1)</script>")
    services.accept(pk, by=people.officer(), at=AT)
    key = models.Contribution.objects.get(pk=pk).dataset

    text = client.get(f"/du-lieu-mo/bo/{key}/").content.decode()

    assert "<script>alert" not in text


def test_files_are_downloads_with_their_type_and_checksum(client, released):
    answer = client.get(f"{PAGE}ban/1/{KEY}.csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{KEY}-1.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"].strip('"') == next(f["sha256"] for f in released.files if f["format"] == "csv")  # fmt: skip
    assert client.get(f"{PAGE}moi-nhat/parquet").getvalue()[:4] == b"PAR1"


@pytest.mark.parametrize("tail", ["ban/7/x.csv", "ban/7/", "ban/1/x.exe", "moi-nhat/xls"])
def test_what_is_not_there_is_not_found(client, released, tail):
    assert client.get(PAGE + tail).status_code == 404


@pytest.mark.parametrize(
    ("name", "given", "status", "kind"),
    [
        ("package_show", {"id": "x"}, 404, "Not Found Error"),
        ("package_show", {}, 409, "Validation Error"),
        ("package_show", {"id": {"a": 1}}, 409, "Validation Error"),
        ("package_search", {"rows": "many"}, 409, "Validation Error"),
        ("package_search", {"start": -1}, 409, "Validation Error"),
        ("package_search", {"sort": "private desc"}, 409, "Validation Error"),
        ("resource_show", {"id": "x"}, 404, "Not Found Error"),
        ("package_delete", {"id": KEY}, 403, "Authorization Error"),
    ],
)
def test_errors_stand_in_ckans_envelope(client, released, name, given, status, kind):
    answer = client.post(API + name, json.dumps(given), content_type="application/json")

    told = answer.json()
    assert answer.status_code == status
    assert told["success"] is False
    assert told["error"]["__type"] == kind
    assert told["help"].endswith(f"help_show?name={name}")


@pytest.mark.parametrize(
    "value", [None, True, 7, -1, 1e400, "x", "\0", [], ["a"], [["a"]], [{}], {}, {"a": {"b": 1}}]
)
def test_no_value_of_any_type_breaks_an_action(client, released, value, monkeypatch):
    monkeypatch.setitem(bounds.LIMITS, "api", 1000)
    names = (
        "id",
        "name",
        "q",
        "fq",
        "sort",
        "rows",
        "start",
        "facet.field",
        "limit",
        "offset",
        "resource_id",
        "filters",
        "fields",
        "query",
        "all_fields",
        "include_datasets",
    )
    known = client.get(API + "package_show", {"id": KEY}).json()["result"]["resources"][0]["id"]
    for action in [*actions.ACTIONS, "help_show"]:
        for name in names:
            given = {"resource_id": known, "id": KEY, name: value}
            answer = client.post(API + action, json.dumps(given), content_type="application/json")

            assert answer.status_code in (200, 400, 404, 409), (action, name, value)
            assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff", b"[" * 50_000, b"x" * 200_000])
def test_a_body_that_is_no_object_is_a_bad_request(client, body):
    answer = client.post(API + "package_list", body, content_type="application/json")

    assert answer.status_code == 400
    assert "Bad request" in answer.json()


@pytest.mark.parametrize("text", ["\ud800", "name \ud800", "name desc, \udfff", "\0", "name \0"])
def test_half_a_character_in_a_parameter_breaks_no_action(client, released, text):
    known = client.get(API + "package_show", {"id": KEY}).json()["result"]["resources"][0]["id"]
    names = ("id", "name", "q", "fq", "sort", "facet.field", "fields", "filters", "query")
    for action in [*actions.ACTIONS, "help_show"]:
        for name in names:
            value = {text: text} if name == "filters" else text
            given = {"resource_id": known, "id": KEY, name: value}
            answer = client.post(API + action, json.dumps(given), content_type="application/json")

            assert answer.status_code in (200, 400, 404, 409), (action, name)
            assert answer.json() is not None
    in_address = {"resource_id": known, "filters": json.dumps({text: "x"})}
    assert client.get(API + "datastore_search", in_address).status_code == 409


def test_help_tells_what_an_action_does(client):
    assert client.get(API + "help_show", {"name": "package_show"}).json()["result"]
    assert client.get(API + "help_show", {"name": "nothing"}).status_code == 404
    assert client.get(API + "nothing").status_code == 400


def test_too_many_questions_are_answered_with_patience(client, released, monkeypatch):
    monkeypatch.setitem(bounds.LIMITS, "api", 2)
    monkeypatch.setitem(bounds.LIMITS, "file", 0)
    for _n in range(2):
        assert client.get(API + "package_list").status_code == 200

    answer = client.get(API + "package_list")

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert answer.json()["error"]["__type"] == "Rate Limit Error"
    assert client.get(f"{PAGE}moi-nhat/csv").status_code == 429


def test_a_stranger_is_asked_to_sign_in_before_contributing(client):
    for address in ("/dong-gop-du-lieu/", "/dong-gop-du-lieu/moi/", "/du-lieu-mo/quan-ly/"):
        assert client.get(address).status_code == 302


def test_a_table_with_faults_comes_back_with_sentences_and_what_was_typed(signed_in):
    file = SimpleUploadedFile("a.csv", b"a,b\n=1,2\n3\n")
    given = {"title": "Tên đã gõ", "description": "x", "licence": "cc0-1.0", "shown_as": "name", "file": file}  # fmt: skip

    answer = signed_in.post("/dong-gop-du-lieu/moi/", given)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "bắt đầu như công thức" in text
    assert "mỗi dòng phải có đúng 2 ô" in text
    assert 'value="Tên đã gõ"' in text


def test_a_sentence_about_somebody_is_told_by_column_and_line_alone(signed_in):
    file = SimpleUploadedFile("a.csv", "Ngày,Ghi chú\n1,CMND 031234567\n2,Bà Nguyễn Thị Hoa\n".encode())  # fmt: skip
    given = {"title": "x", "description": "x", "licence": "cc0-1.0", "shown_as": "name", "file": file}  # fmt: skip

    text = signed_in.post("/dong-gop-du-lieu/moi/", given).content.decode()

    assert "Cột «Ghi chú» dòng 3:" in text
    assert "có họ tên người" in text
    assert "số chứng minh nhân dân" in text
    assert "Thị Hoa" not in text
    assert "031234567" not in text


def test_doubts_are_shown_to_sender_and_reviewer_and_settled_with_a_reason(signed_in, officer):
    file = SimpleUploadedFile("a.csv", "Bến,Ghi chú\nMột,số 15 đường Trần Phú\n".encode())
    given = {"title": "Bến xe", "description": "x", "licence": "cc0-1.0", "shown_as": "name", "file": file}  # fmt: skip
    mine = signed_in.post("/dong-gop-du-lieu/moi/", given)["Location"]
    own = signed_in.get(mine).content.decode()
    signed_in.post(mine, {"meaning_ben": "Tên", "meaning_ghi_chu": "Nơi đặt"})
    address = f"{DESK}dong-gop/{models.Contribution.objects.get().pk}/"

    page = officer.get(address).content.decode()
    unread = officer.post(
        address, {"decision": "accept", "no_person": "Nơi công cộng"}, follow=True
    )
    done = officer.post(address, {"decision": "accept", "looked": "1", "no_person": "Nơi công cộng"}, follow=True)  # fmt: skip

    assert "Giống địa chỉ nhà ở" in own
    assert "Giống địa chỉ nhà ở" in page
    assert "s• •• đ• T• P•" in page or "s• • đ• T• P•" in page
    assert "Hãy xem những chỗ có thể là dữ liệu cá nhân" in unread.content.decode()
    assert "Đã chấp nhận và công bố" in done.content.decode()


def test_a_file_is_asked_for_when_none_was_chosen(signed_in):
    answer = signed_in.post("/dong-gop-du-lieu/moi/", {"title": "x", "licence": "cc0-1.0"})

    assert answer.status_code == 400
    assert "Hãy chọn tệp CSV hoặc XLSX" in answer.content.decode()


def test_a_picture_that_calls_itself_a_table_is_answered(signed_in):
    file = SimpleUploadedFile("a.csv", b"\x89PNG\r\n\x1a\n" + b"0" * 80)
    given = {"title": "x", "description": "x", "licence": "cc0-1.0", "shown_as": "name", "file": file}  # fmt: skip

    answer = signed_in.post("/dong-gop-du-lieu/moi/", given)

    assert answer.status_code == 422
    assert "không phải là bảng" in answer.content.decode()


def test_others_contributions_are_not_found(signed_in):
    pk = sent()

    for tail in ("", "tep/", "tep-moi/"):
        assert signed_in.get(f"/dong-gop-du-lieu/{pk}/{tail}").status_code == 404


def test_a_release_of_later_does_not_change_the_address_of_an_earlier_one(client, released):
    models.Release.objects.filter(pk=released.pk).update(digest="other")
    again = services.release(KEY, by=actor.SYSTEM, at=AT + timedelta(days=1))

    first = client.get(f"{PAGE}ban/1/{KEY}.csv").getvalue()

    assert again.number == 2
    assert first == client.get(f"{PAGE}moi-nhat/csv").getvalue()
    assert "Bản 1" in client.get(PAGE).content.decode()


DESK = "/du-lieu-mo/quan-ly/"


def test_the_desk_lists_what_waits_and_shows_it(officer):
    pk = sent()

    assert "Nhà thuốc mở cửa ban đêm" in officer.get(DESK).content.decode()
    page = officer.get(f"{DESK}dong-gop/{pk}/").content.decode()
    assert "Hồng Bàng" in page
    assert "Chấp nhận và công bố" in page
    table = officer.get(f"{DESK}dong-gop/{pk}/tep/")
    assert table["Content-Disposition"].startswith("attachment")
    assert "Số 1" in table.getvalue().decode()


def test_a_decision_is_carried_out_or_says_what_it_lacks(officer):
    pk = sent()
    address = f"{DESK}dong-gop/{pk}/"

    lacking = officer.post(address, {"decision": "return", "reason": ""}, follow=True)
    done = officer.post(address, {"decision": "accept", "theme": "health"}, follow=True)

    assert "Hãy nêu lý do" in lacking.content.decode()
    assert "Đã chấp nhận và công bố" in done.content.decode()
    assert officer.post(address, {"decision": "burn"}).status_code == 400
    again = officer.post(address, {"decision": "refuse", "reason": "x"}, follow=True)
    assert "Đóng góp này đã được chấp nhận" in again.content.decode()


def test_an_officer_releases_from_the_list(officer):
    first = officer.post(f"{DESK}bo/{KEY}/phat-hanh/", follow=True).content.decode()
    again = officer.post(f"{DESK}bo/{KEY}/phat-hanh/", follow=True).content.decode()
    empty = officer.post(f"{DESK}bo/luot-kham-theo-xa/phat-hanh/", follow=True).content.decode()

    assert "Đã phát hành bản 1" in first
    assert "Không có gì mới" in again
    assert "Chưa có gì để phát hành" in empty


def test_a_revision_without_reason_says_so(officer, released):
    given = {"period": "2026-03", "reason": ""}

    answer = officer.post(f"{DESK}bo/{KEY}/dinh-chinh/", given, follow=True)

    assert "Hãy nêu lý do đính chính" in answer.content.decode()


def test_an_officer_of_another_unit_sees_what_everybody_sees(officer):
    places.save_facility("31Z14", name="Trạm y tế thử", kind="commune-station", by=actor.SYSTEM)
    elsewhere = account("chuyen.vien.xa", "officer", "31Z14")

    for address in (DESK, f"{DESK}bo/"):
        assert elsewhere.get(address)["Location"] == HOME
    assert elsewhere.get(f"{DESK}dong-gop/{sent()}/").status_code == 403
    assert elsewhere.post(f"{DESK}bo/{KEY}/phat-hanh/").status_code == 403


def test_a_contribution_goes_through_its_pages(signed_in, officer):
    file = SimpleUploadedFile("a.csv", "Bến,Ghế\nMột,có\n".encode())
    given = {"title": "Bến xe", "description": "x", "licence": "cc0-1.0", "shown_as": "anonymous", "file": file}  # fmt: skip

    address = signed_in.post("/dong-gop-du-lieu/moi/", given)["Location"]
    lacking = signed_in.post(address, {"meaning_ben": "Tên"})
    done = signed_in.post(address, {"meaning_ben": "Tên", "meaning_ghe": "Có ghế"}, follow=True)

    assert lacking.status_code == 422
    assert "Cột «ghe» chứa gì?" in lacking.content.decode()
    assert "Chờ duyệt" in done.content.decode()
    assert "Bến xe" in signed_in.get("/dong-gop-du-lieu/").content.decode()
    assert b"M\xe1\xbb\x99t" in signed_in.get(f"{address}tep/").getvalue()
    withdrawn = signed_in.post(f"{address}rut/", follow=True)
    assert "Đã rút đóng góp" in withdrawn.content.decode()


def test_a_wrong_figure_is_reported_with_evidence(signed_in, released):
    address = f"/dong-gop-du-lieu/bao-sai/{KEY}/"
    picture = SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 80)
    given = {"row_words": "visits", "words": "Khác", "shown_as": "name", "file": picture}

    lacking = signed_in.post(address, {"shown_as": "name"})
    done = signed_in.post(address, given, follow=True)

    assert signed_in.get(address).status_code == 200
    assert lacking.status_code == 400
    assert "Hãy cho biết dòng nào" in lacking.content.decode()
    assert "Chờ duyệt" in done.content.decode()
