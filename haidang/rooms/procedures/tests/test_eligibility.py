"""The eligibility check: its rules, what it knows already, its page for everybody, and its editor."""

import itertools

import pytest
from django.urls import reverse

from haidang.engines.forms import api as forms
from haidang.kernel import errors, yamlfile
from haidang.rooms.procedures import domain, eligibility, models, selectors, services
from haidang.rooms.procedures.selectors import catalogue, comparison, editing
from haidang.rooms.procedures.services import editing as desk
from haidang.rooms.procedures.tests import people, test_measure_pages, test_services
from haidang.rooms.procedures.tests.test_registers import granted
from haidang.rooms.procedures.tests.test_services import AT, LICENCE

REISSUE = "giay-phep-hanh-nghe-cap-lai"
FILES = sorted((catalogue.DATA / "catalogue").glob("*.yaml"))
HELD = eligibility.Condition("held", "Bạn có giấy phép không?", "Hãy xin cấp.", instead="xin-cap")
BARRED = eligibility.Condition("barred", "Bạn có bị cấm không?", "Hãy chờ.", needed=False)


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


@pytest.fixture
def applicant(client):
    known = {"ref": people.APPLICANT.ref, "patient": "p1"}
    client.force_login(test_measure_pages.account("nguoi.nop", **known))
    return client


@pytest.mark.parametrize(
    ("held", "barred", "kind", "against", "unclear"),
    [
        ("yes", "no", "eligible", [], []),
        ("no", "no", "not_yet", ["held"], []),
        ("yes", "yes", "not_yet", ["barred"], []),
        ("no", "yes", "not_yet", ["held", "barred"], []),
        ("unsure", "no", "unclear", [], ["held"]),
        ("unsure", "yes", "not_yet", ["barred"], ["held"]),
        ("unsure", "unsure", "unclear", [], ["held", "barred"]),
    ],
)
def test_what_answers_come_to(held, barred, kind, against, unclear):
    found = eligibility.judge((HELD, BARRED), {"held": held, "barred": barred})

    assert found.kind == kind
    assert [one.key for one in found.against] == against
    assert [one.key for one in found.unclear] == unclear


@pytest.mark.parametrize("answers", [{}, {"held": "yes"}, {"held": "yes", "barred": "có lẽ"}])
def test_every_question_needs_an_answer_that_is_one(answers):
    with pytest.raises(errors.Incorrect) as why:
        eligibility.judge((HELD, BARRED), answers)

    assert why.value.code == "procedures.conditions_unanswered"
    assert "barred" in why.value.facts["keys"]


@pytest.mark.parametrize(
    "wrong",
    [
        "không phải danh sách",
        [{"key": "a", "ask": "Có không?"}],
        [{"key": "A b", "ask": "Có không?", "otherwise": "Không."}],
        [{"key": "a", "ask": " ", "otherwise": "Không."}],
        [{"key": "a", "ask": "Có không?", "otherwise": "Không.", "needed": "no"}],
        [{"key": "a", "ask": "Có không?", "otherwise": "Không.", "answer": "no"}],
        [{"key": "a", "ask": "Có không?", "otherwise": "Không.", "instead": "day"}],
        [{"key": "a", "ask": "x" * 501, "otherwise": "Không."}],
        [{"key": "a", "ask": "Có không?", "otherwise": "Không."}] * 2,
        [{"key": f"a{n}", "ask": "Có không?", "otherwise": "Không."} for n in range(21)],
        [None],
    ],
)
def test_a_condition_that_cannot_be_read_is_named_before_it_is_published(wrong):
    definition = yamlfile.read(FILES[0]) | {"key": "day", "conditions": wrong}

    with pytest.raises(errors.Incorrect) as why:
        domain.procedure(definition)

    assert {one["expression"].partition("[")[0] for one in why.value.facts["issues"]} == {
        "conditions"
    }


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_procedure_says_when_one_is_eligible_and_sends_nobody_astray(path):
    found = domain.procedure(yamlfile.read(path) | {"key": path.stem})
    results = {yamlfile.read(one)["result_code"] for one in FILES}

    assert found.conditions
    assert {one.instead for one in found.conditions} - {""} <= {one.stem for one in FILES}
    assert {one.result_code for one in found.conditions} - {""} <= results
    assert eligibility.judge(found.conditions, _right(found)).kind == "eligible"


def _right(found):
    return {one.key: "yes" if one.needed else "no" for one in found.conditions}


def _url(key=LICENCE):
    return reverse("procedures:check_eligibility", args=[key])


def test_a_stranger_checks_without_an_account_and_nothing_is_kept(client):
    before = models.Dossier.objects.count()
    asked = client.get(_url())
    right = _right(catalogue.procedure(LICENCE, AT.date()))

    told = client.post(_url(), right)

    assert (asked.status_code, told.status_code) == (200, 200)
    assert "Bạn đủ điều kiện" in told.content.decode()
    assert "Đăng nhập để nộp" in told.content.decode()
    assert "checked" not in asked.content.decode()
    assert models.Dossier.objects.count() == before


def test_what_stands_in_the_way_is_told_with_what_to_do_and_where(client):
    right = _right(catalogue.procedure(LICENCE, AT.date()))

    page = client.post(_url(), right | {"held": "yes", "health": "unsure"}).content.decode()

    assert "Bạn chưa đủ điều kiện" in page
    assert reverse("procedures:see_procedure", args=[REISSUE]) in page
    assert page.index("Điều kiện chưa đạt") < page.index("Điều kiện cần tìm hiểu")
    assert "Bắt đầu nộp hồ sơ" not in page


def test_an_answer_that_is_missing_is_asked_for_beside_its_question(client):
    right = _right(catalogue.procedure(LICENCE, AT.date()))
    del right["degree"]

    answer = client.post(_url(), right | {"practice": "<script>"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Hãy trả lời:") == 4  # two questions, each at the top and beside itself
    assert "<script>" not in page.replace("<script ", "")
    assert "Bạn đủ điều kiện" not in page


def test_an_english_reader_is_asked_and_answered_in_english(client):
    right = _right(catalogue.procedure(LICENCE, AT.date()))

    english = {"accept-language": "en"}
    page = client.post(_url(), right | {"degree": "no"}, headers=english).content.decode()

    assert "You are not eligible yet" in page
    assert "A foreign degree has to be recognised first." in page
    assert "Văn bằng" not in page


def test_a_licence_in_the_data_store_answers_for_its_holder_alone(applicant):
    row = granted(test_services.licence())

    mine = selectors.to_check(REISSUE, by=people.APPLICANT, at=AT)
    others = selectors.to_check(REISSUE, by=people.SOMEBODY, at=AT)
    nobody = selectors.to_check(REISSUE, by=None, at=AT)

    assert mine["known"] == {"held": "yes"}
    assert others["known"] == nobody["known"] == {}
    assert row.result_number in mine["conditions"][0][2]
    page = applicant.get(_url(REISSUE)).content.decode()
    assert page.count("checked") == 1
    told = applicant.post(_url(REISSUE), {"held": "yes", "reason": "yes", "revoked": "no"})
    assert reverse("procedures:begin", args=[REISSUE]) in told.content.decode()


def test_a_new_licence_is_not_for_whoever_holds_one():
    granted(test_services.licence())

    asked = selectors.to_check(LICENCE, by=people.APPLICANT, at=AT)
    kind, against, _unclear = selectors.verdict(
        LICENCE, _right(catalogue.procedure(LICENCE, AT.date())) | asked["known"], at=AT
    )

    assert kind == "not_yet"
    assert [one.instead_key for one in against] == [REISSUE]


def test_everybody_finds_and_reads_procedures_and_nobody_begins_without_an_account(client):
    listed = client.get("/thu-tuc/?q=mo+nha+thuoc").content.decode()
    page = client.get(reverse("procedures:see_procedure", args=[LICENCE])).content.decode()
    begun = client.post(reverse("procedures:begin", args=[LICENCE]))

    assert "bán lẻ" in listed
    assert "Kho dữ liệu của bạn" not in listed
    assert _url() in page
    assert "Bắt đầu nộp hồ sơ" not in page
    assert begun.status_code == 302
    assert reverse("account_login") in begun.url


def test_an_unknown_procedure_has_no_conditions(client):
    assert client.get(_url("khong-co")).status_code == 404


def _posted(key, rows, **more):
    found = {"c-TOTAL_FORMS": len(rows), "c-INITIAL_FORMS": len(rows) - 1, "c-MAX_NUM_FORMS": 20}
    found |= {"c-MIN_NUM_FORMS": 0, "revision": editing.writing(key).revision}
    for number, row in enumerate(rows):
        found |= {f"c-{number}-{name}": value for name, value in row.items()}
    return found | more


@pytest.fixture
def officer(client):
    account = test_measure_pages.account(
        "chuyen.vien", ref=people.OFFICER.ref, roles=[("officer", domain.DEPARTMENT)]
    )
    client.force_login(account)
    return client


NEW = {"ask": "Bạn có thẻ không?", "needed": "yes", "otherwise": "Hãy làm thẻ.", "ORDER": "1"}


def _rows(key):
    definition = editing.writing(key).definition
    names = (
        "key",
        "ask",
        "ask_en",
        "otherwise",
        "otherwise_en",
        "instead",
        "result_code",
        "source",
    )
    return [
        {name: one.get(name, "") for name in names}
        | {"needed": "yes" if one.get("needed", True) else "no", "ORDER": str(place)}
        for place, one in zip(itertools.count(2), definition["conditions"])
    ]


def test_an_officer_adds_and_removes_conditions_and_people_are_asked_after_publishing(officer):
    url = reverse("procedures:edit_eligibility", args=[REISSUE])
    assert officer.get(url).status_code == 200
    rows = _rows(REISSUE)
    rows[-1]["DELETE"] = "on"

    answer = officer.post(url, _posted(REISSUE, [*rows, NEW]))

    assert answer.status_code == 302
    writing = editing.writing(REISSUE)
    keys = [one["key"] for one in writing.definition["conditions"]]
    assert keys == ["ban_co_the_khong", "held", "reason"]
    assert writing.definition["conditions"][1] == _before(REISSUE)["conditions"][0]
    changes = comparison.to_publish(REISSUE).changes
    assert {(bool(one.before), bool(one.after)) for one in changes} == {
        (True, False),
        (False, True),
    }
    assert "ban_co_the_khong" not in _asked()
    desk.publish_writing(
        REISSUE, valid_from=AT.date(), by=people.OFFICER, revision=writing.revision, at=AT
    )
    assert _asked() == keys


def _before(key):
    return models.Version.objects.get(key=key).definition


def _asked():
    return [key for key, _q, _h in selectors.to_check(REISSUE, by=None, at=AT)["conditions"]]


def test_a_condition_without_words_is_not_kept(officer):
    url = reverse("procedures:edit_eligibility", args=[REISSUE])

    answer = officer.post(url, _posted(REISSUE, [*_rows(REISSUE), NEW | {"otherwise": ""}]))

    assert answer.status_code == 422
    assert forms.sketch(editing.KIND, REISSUE) is None


def test_a_condition_that_sends_people_nowhere_is_named_before_publishing():
    broken = dict(editing.writing(REISSUE).definition)
    broken["conditions"] = [{**broken["conditions"][0], "instead": "khong-co-thu-tuc-nay"}]

    found = editing.faults(broken | {"key": REISSUE})

    assert [place for place, _words, _why in found] == ["eligibility"]


def test_text_that_holds_a_broken_condition_is_kept_and_its_fault_named(officer):
    definition = editing.writing(REISSUE).definition | {"conditions": [{"ask": "Có không?"}]}

    desk.replace(REISSUE, definition, by=people.OFFICER, revision=0)

    assert officer.get(reverse("procedures:edit_eligibility", args=[REISSUE])).status_code == 200
    places = [place for place, _w, _m in editing.faults(definition | {"key": REISSUE})]
    assert places == ["eligibility"]
    with pytest.raises(errors.RuleBroken):
        desk.publish_writing(REISSUE, valid_from=AT.date(), by=people.OFFICER, revision=1, at=AT)


def test_services_publish_conditions_as_they_are_written():
    definition = editing.writing(REISSUE).definition | {"key": "khac", "conditions": []}

    found, new = services.publish(definition, by=people.OFFICER, valid_from=AT.date())

    assert (found.conditions, new) == ((), True)
