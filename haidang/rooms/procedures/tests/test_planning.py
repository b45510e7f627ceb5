"""Pages of a head: absence, a step given to a colleague, days off; and who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.places import api as places
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor, dates, errors
from haidang.rooms.procedures import domain, services
from haidang.rooms.procedures.services import planning
from haidang.rooms.procedures.tests import lives, people
from haidang.ui import context

PASSWORD = "ngọn hải đăng cũ"
ABSENCES = "/thu-tuc/lam-thay/"


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for code, name in ((domain.DEPARTMENT, "Sở Y tế thử"), ("31Z90", "Trung tâm thử")):
        places.save_facility(code, name=name, kind="other", by=actor.SYSTEM)


@pytest.fixture
def staff():
    """An account for each of the people of the tests, by role."""
    found = {}
    for one in (people.OFFICER, people.HEAD, people.DIRECTOR, people.INSPECTOR):
        found[one.ref] = account(one, min(one.roles), domain.DEPARTMENT)
    found[people.CONTROL_CENTRE.ref] = account(people.CONTROL_CENTRE, "epidemiologist", "31Z90")
    return found


def account(one, role, org):
    made = access.create_account(
        one.ref.partition("/")[2],
        password=PASSWORD,
        name=one.name,
        ref=one.ref,
        roles=[(role, org)],
        by=actor.SYSTEM,
    )
    return access.Account.objects.get(pk=made.pk)


def signed_in(client, staff, one):
    client.force_login(staff[one.ref])
    return client


def today():
    return timezone.now().astimezone(dates.HANOI).date()


def days(who, deputy, first, last):
    return {"who": who.ref, "deputy": deputy.ref, "first_on": first, "last_on": last}


def test_a_head_hands_over_and_the_deputy_has_the_work(client, staff):
    row = lives.submitted(timezone.now())
    head = signed_in(client, staff, people.HEAD)

    told = days(people.OFFICER, people.INSPECTOR, today(), today() + timedelta(days=2))
    listed = head.post(ABSENCES, told, follow=True).content.decode()
    deputy = signed_in(client, staff, people.INSPECTOR)
    work = deputy.get("/thu-tuc/viec/").content.decode()
    page = deputy.get(f"/thu-tuc/viec/{row.case}/").content.decode()

    assert f"{people.INSPECTOR.name} làm thay" in listed
    assert row.code in work
    assert f"Bạn đang làm thay {people.OFFICER.name}" in work
    assert "Xong bước này" in page


def test_who_is_back_has_the_work_and_the_deputy_has_not(client, staff):
    row = lives.submitted(timezone.now())
    told = days(people.OFFICER, people.INSPECTOR, today(), today())
    head = signed_in(client, staff, people.HEAD)
    head.post(ABSENCES, told)
    (absence,) = workflow.absences(domain.DEPARTMENT, on=today())

    done = head.post(f"{ABSENCES}{absence.id}/ket-thuc/", follow=True).content.decode()

    assert "Không ai vắng mặt" in done
    deputy = signed_in(client, staff, people.INSPECTOR)
    assert row.code not in deputy.get("/thu-tuc/viec/").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_on": "2020-01-01"}, "Kiểm tra lại ngày"),
        ({"first_on": "2020-01-01"}, "ngày đã qua"),
        ({"deputy": people.OFFICER.ref}, "Kiểm tra lại"),
        ({"deputy": people.CONTROL_CENTRE.ref}, "Hãy chọn"),
        ({"who": people.DIRECTOR.ref}, "Hãy chọn"),
        ({"first_on": "hôm nay"}, "ngày"),
    ],
)
def test_an_absence_that_cannot_be_is_told_beside_its_field(client, staff, change, words):
    head = signed_in(client, staff, people.HEAD)
    told = days(people.OFFICER, people.INSPECTOR, today(), today()) | change

    answer = head.post(ABSENCES, told)

    assert answer.status_code == 422
    assert words.lower() in answer.content.decode().lower()
    assert workflow.absences(domain.DEPARTMENT, on=today()) == []


def test_only_a_leader_hands_over_the_work_of_a_leader(client, staff):
    at = timezone.now()
    leader = signed_in(client, staff, people.DIRECTOR)
    told = {
        "who": people.DIRECTOR.ref,
        "deputy": people.HEAD.ref,
        "first_on": today(),
        "last_on": today(),
        "at": at,
    }
    with pytest.raises(errors.NotAllowed) as refused:
        planning.set_absence(**told, by=people.HEAD)

    assert refused.value.code == "procedures.hand_over_above"
    answer = leader.post(ABSENCES, days(people.DIRECTOR, people.HEAD, today(), today()))
    assert answer.status_code == 302


def test_a_head_gives_a_held_step_to_a_colleague(client, staff):
    row = lives.submitted(timezone.now())
    (task,) = [one for one in workflow.tasks_of(row.case) if one.state == "open"]
    workflow.claim(task.id, by=people.OFFICER, at=timezone.now())
    head = signed_in(client, staff, people.HEAD)
    address = f"/thu-tuc/viec/{row.case}/{task.id}/giao/"

    page = head.post(address, {"to": people.INSPECTOR.ref}, follow=True).content.decode()
    assert "Đã giao việc." in page
    wrong = head.post(address, {"to": people.CONTROL_CENTRE.ref}, follow=True).content.decode()

    assert "Chọn một người của đơn vị" in wrong
    assert workflow.task(task.id).holder == people.INSPECTOR.ref
    services.decide(task.id, by=people.INSPECTOR, at=timezone.now(), outcome="accept")
    refused = signed_in(client, staff, people.OFFICER).post(address, {"to": people.OFFICER.ref})
    assert refused.status_code == 403


def test_who_is_asked_an_opinion_puts_nothing_off_and_takes_nothing_in(client, staff):
    row = lives.consulted()
    asked = signed_in(client, staff, people.CONTROL_CENTRE)
    until = {"until": today() + timedelta(days=30), "reason": "Không phải việc của họ"}

    page = asked.get(f"/thu-tuc/viec/{row.case}/").content.decode()
    put_off = asked.post(f"/thu-tuc/viec/{row.case}/hen-lai/", until)
    supplied = asked.post(f"/thu-tuc/viec/{row.case}/bo-sung/", {"words": "x"})

    assert "Xin lỗi và hẹn lại" not in page
    assert (put_off.status_code, supplied.status_code) == (403, 403)
    assert not workflow.case(row.case).extended


def test_a_holiday_declared_late_moves_the_day_of_a_dossier(client, staff):
    row = lives.received(timezone.now())
    before = workflow.case(row.case).due_at
    day = before.astimezone(dates.HANOI).date()
    head = signed_in(client, staff, people.HEAD)

    told = {"on": day, "works": "off", "name": "Nghỉ bù", "source": "Thông báo số 1"}
    done = head.post("/thu-tuc/lich/", told, follow=True).content.decode()
    empty = head.post("/thu-tuc/lich/", told | {"source": ""})

    assert "Tính lại hạn của 1 hồ sơ" in done
    assert "Nghỉ bù" in done
    assert workflow.case(row.case).due_at > before
    assert empty.status_code == 422


def test_the_calendar_has_the_lunar_days_of_this_year_and_the_next(client, staff):
    page = signed_in(client, staff, people.HEAD).get("/thu-tuc/lich/").content.decode()

    assert page.count("Giỗ Tổ Hùng Vương") >= 2
    assert "Tết Nguyên đán" in page


def test_a_line_without_a_moment_begins_the_next_page(client, staff):
    officer = signed_in(client, staff, people.OFFICER)

    for after in ("|abc", "2026-11-25|x", "x|y", "2026-11-25T09:00:00+07:00|abc", "%00|"):
        for page in ("/thu-tuc/viec/", "/thu-tuc/so-theo-doi/"):
            assert officer.get(page, {"sau": after}).status_code == 200


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("unit_head", "/thu-tuc/lich/"),
        ("unit_head", "/thu-tuc/soan/"),
        ("unit_head", "/thu-tuc/quy-trinh/"),
        ("unit_head", "/thu-tuc/quy-trinh/review/chuyen/"),
        ("unit_head", "/thu-tuc/so-theo-doi/"),
        ("cashier", "/thu-tuc/thu-phi/"),
        ("director", "/thu-tuc/so-dang-ky/"),
        ("officer", "/thu-tuc/quay/"),
        ("officer", "/thu-tuc/nguoi-dai-dien/"),
    ],
)
def test_a_role_at_a_hospital_opens_no_page_of_the_department(client, role, path):
    client.force_login(account(stranger(f"{role}-vien"), role, "31Z90"))
    elsewhere = client.get(path)
    client.force_login(account(stranger(f"{role}-so"), role, domain.DEPARTMENT))

    assert elsewhere.status_code == 404
    assert client.get(path).status_code == 200
    assert ledger.looks_by(f"Practitioner/{role}-vien")[0].reason == "procedures.not_here"


@pytest.mark.parametrize("role", ["unit_head", "director", "officer", "cashier", "inspector"])
def test_a_menu_shows_what_its_reader_may_open_and_no_more(client, role):
    lines = {}
    for org in (domain.DEPARTMENT, "31Z90"):
        client.force_login(account(stranger(f"{role}-{org.lower()}"), role, org))
        page = client.get("/thu-tuc/khong-co-trang-nay/", follow=True)
        shell = context.Shell(page.wsgi_request)
        lines[org] = [one.url for one in shell.office if one.url.startswith("/thu-tuc/")]
        assert [url for url in lines[org] if client.get(url).status_code != 200] == []

    assert set(lines["31Z90"]) < set(lines[domain.DEPARTMENT])


def stranger(name):
    return actor.Actor(ref=f"Practitioner/{name}", name=name, kind="staff")
