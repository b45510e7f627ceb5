"""Pages of feedback and of service quality, as people meet them."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import quality
from haidang.rooms.procedures.services import quality as keeping
from haidang.rooms.procedures.tests import lives, people

PASSWORD = "ngọn hải đăng cũ"
MONTH = quality.Month.of(lives.AT.date())


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_NATIONAL_PORTAL = ""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for code, name in ((domain.DEPARTMENT, "Sở Y tế thử"), ("31Z90", "Trung tâm thử")):
        places.save_facility(code, name=name, kind="other", by=actor.SYSTEM)


def account(name, **given):
    made = access.create_account(name, password=PASSWORD, name=name, by=actor.SYSTEM, **given)
    return access.Account.objects.get(pk=made.pk)


@pytest.fixture
def applicant(client):
    """The applicant of the tests, signed in."""
    client.force_login(account("nguoi.nop", ref=people.APPLICANT.ref, patient="p1"))
    return client


def staff(client, role, org=domain.DEPARTMENT):
    client.force_login(account(f"{role}.{org}".lower(), roles=[(role, org)]))
    return client


def test_an_applicant_sends_a_remark_and_sees_it_wait(applicant):
    row = lives.submitted()
    address = f"/thu-tuc/ho-so/{row.pk}/phan-anh/"

    empty = applicant.post(address, {"kind": "reflection", "words": " "})
    sent = applicant.post(address, {"kind": "reflection", "words": "Chờ lâu"}, follow=True)

    assert empty.status_code == 400
    assert 'href="#feedback-words"' in empty.content.decode()
    text = sent.content.decode()
    assert "Chờ lâu" in text
    assert "Chờ trả lời" in text
    assert "Gửi lãnh đạo đơn vị</button>" not in text  # one matter at a time


def test_somebody_elses_dossier_is_not_found(applicant):
    row = lives.submitted()
    models.Dossier.objects.filter(pk=row.pk).update(applicant="Patient/other")

    assert applicant.get(f"/thu-tuc/ho-so/{row.pk}/phan-anh/").status_code == 404


def test_the_head_answers_from_the_list(applicant, client):
    row = lives.submitted()
    told = {"kind": "proposal", "words": "Nên nhắc qua tin nhắn"}
    applicant.post(f"/thu-tuc/ho-so/{row.pk}/phan-anh/", told)
    head = staff(client, "unit_head")
    pk = models.Feedback.objects.get().pk

    listed = head.get("/thu-tuc/phan-anh/").content.decode()
    refused = head.post(f"/thu-tuc/phan-anh/{pk}/", {"words": ""})
    done = head.post(f"/thu-tuc/phan-anh/{pk}/", {"words": "Sẽ làm"}, follow=True)

    assert row.code in listed
    assert refused.status_code == 400
    assert "Đã gửi cho người phản ánh." in done.content.decode()
    assert head.post(f"/thu-tuc/phan-anh/{pk}/", {"words": "Lần nữa"}).status_code == 409


@pytest.mark.parametrize(
    "address",
    ["/thu-tuc/phan-anh/", "/thu-tuc/chat-luong/", f"/thu-tuc/chat-luong/31Z99/{MONTH.code}/"],
)
@pytest.mark.parametrize(("role", "status"), [("officer", 403), ("unit_head", 200)])
def test_pages_are_for_heads(client, address, role, status):
    lives.submitted()
    keeping.compute(MONTH, at=lives.AT)

    assert staff(client, role).get(address).status_code == status


def test_ranking_points_and_list_lead_to_each_other(client):
    row = lives.returned()
    keeping.compute(MONTH, at=lives.day("2026-12-15"))
    director = staff(client, "director")
    unit = f"/thu-tuc/chat-luong/{domain.DEPARTMENT}/{MONTH.code}/"

    ranking = director.get(f"/thu-tuc/chat-luong/?thang={MONTH.code}").content.decode()
    points = director.get(unit).content.decode()
    listed = director.get(f"{unit}in_time/").content.decode()

    assert unit in ranking
    assert "Sở Y tế thử" in ranking
    assert f"{unit}in_time/" in points
    assert "Danh mục chưa ghi ngày ký" in points
    assert row.code in listed
    assert f"/thu-tuc/viec/{row.case}/" in listed


def test_who_rated_stays_hidden_on_the_page(client):
    row = lives.returned(rating="not_satisfied")
    models.Dossier.objects.update(rated_at=lives.AT)
    unit = f"/thu-tuc/chat-luong/{domain.DEPARTMENT}/{MONTH.code}/"

    text = staff(client, "director").get(f"{unit}satisfied/").content.decode()

    assert "giữ kín" in text
    assert row.code not in text


def test_a_month_without_dossiers_says_so(client):
    text = staff(client, "unit_head").get("/thu-tuc/chat-luong/?thang=2026-01").content.decode()

    assert "Chưa có điểm của tháng này" in text


@pytest.mark.parametrize("address", ["?thang=2026-13", "31Z99/2026-11/none/", "none/2026-11/"])
def test_what_is_not_there_is_not_found(client, address):
    lives.submitted()
    keeping.compute(MONTH, at=lives.AT)

    assert staff(client, "director").get(f"/thu-tuc/chat-luong/{address}").status_code == 404


def test_the_ranking_costs_the_same_however_many_dossiers(client, django_assert_max_num_queries):
    lives.submitted()
    keeping.compute(MONTH, at=lives.AT)
    director = staff(client, "director")

    with django_assert_max_num_queries(30):
        director.get("/thu-tuc/chat-luong/")
