"""A process changed in the product: tried on last year's dossiers, published, moved to."""

import itertools
from datetime import timedelta

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, editing, processes
from haidang.rooms.procedures.services import processes as desk
from haidang.rooms.procedures.tests import lives, people, test_services

KEY = "review"
PAGE = f"/thu-tuc/quy-trinh/{KEY}/"


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(client, role):
    made = access.create_account(
        role,
        password="ngọn hải đăng cũ",
        name=role,
        roles=[(role, domain.DEPARTMENT)],
        by=actor.SYSTEM,
    )
    client.force_login(access.Account.objects.get(pk=made.pk))
    return client


@pytest.fixture
def officer(client):
    return signed_in(client, "officer")


@pytest.fixture
def head(client):
    return signed_in(client, "unit_head")


def posted_steps(**changed):
    """The steps as their page posts them, some of them changed."""
    told = {"act": "steps", "revision": str(processes.draft(KEY).revision)}
    for step in processes.draft(KEY).process.tasks:
        told |= {f"{step.id}.name": step.name, f"{step.id}.role": step.role}
        if step.term:
            told |= {f"{step.id}.amount": step.term.amount, f"{step.id}.unit": step.term.unit}
    return told | {name.replace("__", "."): value for name, value in changed.items()}


def bpmn():
    return (catalogue.DATA / "processes" / f"{KEY}.bpmn").read_text()


def sent(client, text, revision=0):
    file = SimpleUploadedFile("a.bpmn", text.encode())
    told = {"act": "file", "revision": revision, "bpmn": file}
    return client.post(PAGE, told, follow=True).content.decode()


def test_steps_are_changed_published_and_followed_by_new_dossiers(officer):
    page = officer.post(
        PAGE, posted_steps(verify__amount="1", verify__name="Thẩm định nhanh"), follow=True
    )
    assert "Đang sửa" in page.content.decode()
    assert workflow.model(KEY).number == 1

    done = officer.post(PAGE, {"act": "publish", "revision": "1"}, follow=True).content.decode()

    assert "Đã ban hành phiên bản 2" in done
    row = lives.received()
    (task,) = [one for one in workflow.tasks_of(row.case) if one.state == "open"]
    assert (task.name, workflow.case(row.case).number) == ("Thẩm định nhanh", 2)
    assert processes.draft(KEY).revision == 0


def test_two_officers_on_one_process_lose_nothing(officer):
    steps = posted_steps(verify__name="Của người thứ nhất")
    officer.post(PAGE, steps)

    late = officer.post(PAGE, steps | {"verify.name": "Của người thứ hai"}, follow=True)
    stale = officer.post(PAGE, {"act": "publish", "revision": "0"}, follow=True)

    assert "vừa sửa bản này ở nơi khác" in late.content.decode()
    assert "vừa được sửa" in stale.content.decode()
    assert processes.draft(KEY).process.nodes["verify"].name == "Của người thứ nhất"


@pytest.mark.usefixtures("office")
def test_the_steps_are_the_usual_way_and_what_a_dossier_has_come_to():
    process = workflow.model(KEY).process

    usual = [step.name for step in workflow.draw(process).steps]
    asked = [step.name for step in workflow.draw(process, open_now=["supply"]).steps]

    assert (usual[0], usual[-1]) == ("Tiếp nhận", "Trả kết quả")
    assert set(asked) - set(usual) == {"Bổ sung hồ sơ"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('default="go_on"', "", "kẹt"),
        ("<process ", "<!-- hỏng", "không phải XML"),
        ('haidang:role="director"', 'haidang:role="nobody"', "vai trò"),
    ],
)
def test_a_drawing_that_would_trap_a_dossier_is_refused_where_it_is_wrong(officer, old, new, words):
    page = sent(officer, bpmn().replace(old, new))

    assert words in page
    assert forms.sketch(processes.KIND, KEY) is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"deliver"', '"hand_out"', "Thiếu bước có mã «deliver»"),
        ("accept,supplement,refuse", "accept,supplement,maybe", "«maybe»"),
        ('haidang:role="applicant"', 'haidang:role="officer"', "phải là một bước của người nộp"),
        ("outcome == &apos;supplement&apos;", "outcome == &apos;accept&apos;", "của người nộp"),
    ],
)
def test_a_drawing_that_this_room_could_not_follow_is_not_published(officer, old, new, words):
    text = bpmn()
    assert old in text

    page = sent(officer, text.replace(old, new))
    refused = officer.post(PAGE, {"act": "publish", "revision": "1"}, follow=True)

    assert words in page
    assert "Phải sửa trước khi ban hành" in page
    assert "Quy trình còn chỗ phải sửa" in refused.content.decode()
    assert workflow.model(KEY).number == 1
    officer.post(PAGE, {"act": "discard"})
    assert processes.draft(KEY).revision == 0


def test_every_process_of_the_room_is_one_that_it_can_follow():
    found = {one.key: processes.faults(one.process) for one in workflow.catalogue()}

    assert set(found) >= {"automatic", "council", "inspection", "interagency", "review"}
    assert {key: faults for key, faults in found.items() if faults} == {}


def meets(points, shape):
    """Whether a chain of points goes through the inside of a shape."""
    corners = [tuple(map(int, one.split(","))) for one in points.split()]
    return any(
        min(x1, x2) < shape.left + shape.width
        and max(x1, x2) > shape.left
        and min(y1, y2) < shape.top + shape.height
        and max(y1, y2) > shape.top
        for (x1, y1), (x2, y2) in itertools.pairwise(corners)
    )


def test_no_way_of_a_drawing_goes_through_a_step():
    for model in workflow.catalogue():
        drawing = workflow.draw(model.process)
        crossed = [
            (way.points, shape.id)
            for way in drawing.ways
            for shape in drawing.shapes
            if meets(way.points, shape)
        ]
        assert crossed == [], model.key


def past(count=3):
    """Dossiers of last month that took two days each; the day of the last was past."""
    for number in range(count):
        lives.returned(timezone.now() - timedelta(days=30 - number), days=2)


def test_a_changed_process_is_tried_on_last_years_dossiers_before_it_is_published(officer):
    past()
    officer.post(PAGE, posted_steps(verify__name="Thẩm định nhanh"))

    answer = officer.post(f"{PAGE}mo-phong/", {"procedure": ""})
    page = officer.get(answer["Location"]).content.decode()
    english = officer.get(answer["Location"], headers={"accept-language": "en"}).content.decode()

    row = models.Simulation.objects.get()
    assert (row.figures["known"], row.figures["played"], row.figures["stuck"]) == (3, 3, 0)
    assert row.figures["median_days"] == row.figures["was_median_days"]
    assert sum(after for _label, _before, after in row.figures["spread"]) == 3
    assert "Thẩm định nhanh" in page
    assert "Sign the result" in english
    assert "Ký kết quả" not in english
    assert page.count('<rect class="chart-bar"') == len(row.figures["spread"])
    assert workflow.model(KEY).number == 1
    (event,) = ledger.events(names=("procedures.process.simulated",))
    assert event.facts == {"process": KEY, "played": 3}


def test_a_procedure_is_tried_on_a_process_that_it_could_follow(officer):
    past(1)
    address = f"/thu-tuc/soan/{test_services.LICENCE}/quy-trinh/"
    offered = officer.get(address).content.decode()

    answer = officer.post(f"{address}mo-phong/", {"process": "council"})
    page = officer.get(answer["Location"])

    assert "Hồ sơ năm qua sẽ ra sao trên quy trình này" in offered
    assert page.status_code == 200
    row = models.Simulation.objects.get()
    assert (row.process, row.procedure) == ("council", test_services.LICENCE)
    assert row.figures["median_days"] > row.figures["was_median_days"]


def test_without_a_past_there_is_nothing_to_play(officer):
    page = officer.post(f"{PAGE}mo-phong/", follow=True).content.decode()

    assert "chưa có hồ sơ nào đã xong" in page
    assert not models.Simulation.objects.exists()


def test_running_dossiers_are_shown_where_they_would_stand_and_then_moved(head):
    row = lives.received()
    text = bpmn().replace('name="Thẩm định"', 'name="Thẩm định nhanh"')
    desk.save_model(KEY, text.encode(), by=people.OFFICER, revision=0)
    desk.publish_model(KEY, by=people.OFFICER, revision=1)

    listed = head.get("/thu-tuc/quy-trinh/").content.decode()
    shown = head.get(f"{PAGE}chuyen/").content.decode()
    before = workflow.case(row.case).number
    done = head.post(f"{PAGE}chuyen/", follow=True).content.decode()

    assert f"{PAGE}chuyen/" in listed
    assert row.code in shown
    assert "1 hồ sơ chuyển được, 0 ở lại" in shown
    assert (before, workflow.case(row.case).number) == (1, 2)
    assert "Đã chuyển 1 hồ sơ" in done
    for element, by in lives.TO_SIGN[1:]:
        test_services.step(row, element, by, "accept")
    assert row.state == "decided"


def test_an_officer_changes_processes_and_moves_no_dossier(officer):
    assert officer.get("/thu-tuc/quy-trinh/").status_code == 200
    assert officer.get(f"{PAGE}ban-ve.bpmn").content.decode() == bpmn()
    assert officer.post(f"{PAGE}chuyen/").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"overrides": [{"source": "NQ"}]},
        {"overrides": "abc"},
        {
            "overrides": [
                {"source": "a", "valid_from": "2026-02-01", "valid_to": "2026-01-01", "term": 1}
            ]
        },
        {"basis": [{"number": 1}]},
        {"basis": [{"title": "a", "valid_from": "hôm qua"}]},
        {"result_days": "mãi mãi"},
        {"words": [1]},
        {"papers": "x"},
    ],
    ids=str,
)
def test_a_procedure_that_was_written_wrong_can_still_be_opened_and_mended(officer, wrong):
    key, written = "viet-sai", {"name": "Thủ tục viết sai", "basis": ["a"]}
    forms.save_sketch(editing.KIND, key, written, by=people.OFFICER, revision=0)
    text = {"definition": yaml.safe_dump(written | wrong), "revision": "1"}
    assert officer.post(f"/thu-tuc/soan/{key}/van-ban/", text).status_code in (302, 422)

    for page in ("", "bieu-mau/", "quy-trinh/", "ket-qua/", "so-sanh/", "van-ban/"):
        assert officer.get(f"/thu-tuc/soan/{key}/{page}").status_code == 200, page
    told = {"valid_from": "2030-01-01", "revision": forms.sketch(editing.KIND, key).revision}
    assert officer.post(f"/thu-tuc/soan/{key}/ban-hanh/", told).status_code == 302
    assert not models.Version.objects.filter(key=key).exists()


def test_a_procedure_never_takes_the_address_of_a_page(officer):
    officer.post("/thu-tuc/soan/moi/", {"name": "Lịch"})

    assert forms.sketch(editing.KIND, "thu-tuc-lich") is not None
