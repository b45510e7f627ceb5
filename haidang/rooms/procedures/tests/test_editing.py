"""An officer writes a procedure step by step; nothing applies until it is published."""

from datetime import datetime, timedelta

import pytest

from haidang.engines.forms import api as forms
from haidang.kernel import actor, dates, errors
from haidang.rooms.procedures import models
from haidang.rooms.procedures.selectors import comparison, editing
from haidang.rooms.procedures.services import dossiers
from haidang.rooms.procedures.services import editing as desk
from haidang.rooms.procedures.tests import people

AT = datetime(2026, 11, 23, 9, tzinfo=dates.HANOI)
OFFICER = people.OFFICER
OTHER = actor.Actor("Practitioner/khac", "Lê Văn Khác", "staff", org=OFFICER.org)
FACTS = {
    "code": "SYT.90",
    "sector": "Đào tạo",
    "summary": "Xác nhận đã tập huấn.",
    "who": "Mọi người",
    "basis": ["Quyết định mô phỏng"],
    "result": "Giấy xác nhận",
}


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


def begun(name="Xác nhận tập huấn", **facts):
    key = desk.begin_procedure(name, by=OFFICER)
    desk.save(key, FACTS | facts, by=OFFICER, revision=1)
    return key


def revision(key):
    return editing.writing(key).revision


def test_a_new_procedure_has_a_key_made_of_its_name_and_nobody_sees_it():
    first, second = (desk.begin_procedure("Xác nhận: tập huấn", by=OFFICER) for _ in range(2))

    assert (first, second) == ("xac-nhan-tap-huan", "xac-nhan-tap-huan-2")
    assert not models.Version.objects.filter(key=first).exists()
    assert [w[0] for w in editing.writings()] == [second, first]


@pytest.mark.parametrize("name", ["", " … "])
def test_a_procedure_without_a_name_is_not_begun(name):
    with pytest.raises(errors.Incorrect):
        desk.begin_procedure(name, by=OFFICER)


def test_what_is_missing_is_named_with_the_page_that_mends_it():
    key = desk.begin_procedure("Xác nhận", by=OFFICER)
    desk.add_question(key, "choice", "Chọn gì", by=OFFICER, revision=1)

    places = {place for place, _words, _why in editing.faults(editing.writing(key).definition)}

    assert {"facts", "result", "question:chon_gi"} <= places


def test_what_is_published_is_applied_for_the_same_minute_and_worded_as_written():
    key = begun(result_paper={"opening": "Xác nhận {course} đã học.", "rows": ["course"]})
    desk.add_question(key, "string", "Course", by=OFFICER, revision=revision(key))
    desk.move_question(key, "course", -1, by=OFFICER, revision=revision(key))

    desk.publish_writing(key, valid_from=AT.date(), by=OFFICER, revision=revision(key), at=AT)

    pk = dossiers.begin(key, by=people.APPLICANT, known={}, at=AT)
    form = forms.fetch(models.Dossier.objects.get(pk=pk).response).form
    assert [item.link_id for item in form.items] == ["applicant", "course", "truthful"]
    assert forms.sketch(editing.KIND, key) is None


def test_a_version_from_a_later_day_changes_neither_form_nor_procedure_before_it():
    key = begun()
    desk.publish_writing(key, valid_from=AT.date(), by=OFFICER, revision=revision(key), at=AT)
    desk.add_question(key, "string", "Course", by=OFFICER, revision=0)
    later = AT + timedelta(days=7)

    desk.publish_writing(key, valid_from=later.date(), by=OFFICER, revision=1, at=AT)

    def asked(at, by):
        pk = dossiers.begin(key, by=by, known={}, at=at)
        return forms.fetch(models.Dossier.objects.get(pk=pk).response).form.item("course")

    assert asked(AT, people.APPLICANT) is None
    assert asked(later, OTHER) is not None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_from": (AT - timedelta(days=1)).date()}, "procedures.day_passed"),
        ({"revision": 1}, "forms.sketch_changed"),
    ],
)
def test_publishing_is_refused_for_a_day_that_passed_and_for_a_page_that_is_old(change, code):
    key = begun()
    given = {"valid_from": AT.date(), "revision": revision(key)} | change

    with pytest.raises(errors.HaidangError) as refused:
        desk.publish_writing(key, by=OFFICER, at=AT, **given)

    assert refused.value.code == code
    assert not models.Version.objects.filter(key=key).exists()


def test_an_unfinished_procedure_is_not_published():
    key = begun(result_paper={"opening": "Cấp cho {khong_co}"})

    with pytest.raises(errors.RuleBroken) as refused:
        desk.publish_writing(key, valid_from=AT.date(), by=OFFICER, revision=revision(key), at=AT)

    ((place, words, _why),) = refused.value.facts["issues"]
    assert (place, words) == ("result", "Lời mở đầu")


def test_two_officers_on_one_procedure_lose_nothing():
    key = begun()
    shown = revision(key)
    desk.add_question(key, "string", "Của người thứ nhất", by=OFFICER, revision=shown)

    with pytest.raises(errors.Conflict) as refused:
        desk.add_question(key, "string", "Của người thứ hai", by=OTHER, revision=shown)

    assert OFFICER.name in refused.value.message
    names = [line["it"].name for line in editing.outline(editing.writing(key).definition)]
    assert names == ["block:applicant", "block:agreement", "cua_nguoi_thu_nhat"]


def test_a_paper_gets_its_place_before_the_declaration():
    key = begun(papers=[{"key": "bang", "title": "Bằng", "required": False}])

    desk.add_paper_question(key, "bang", by=OFFICER, revision=revision(key))

    definition = editing.writing(key).definition
    assert editing.papers_without_question(definition) == []
    assert [forms.building.name_of(one) for one in definition["form"]] == [
        "block:applicant",
        "paper_bang",
        "block:agreement",
    ]
    with pytest.raises(errors.NotFound):
        desk.add_paper_question(key, "khac", by=OFFICER, revision=revision(key))


def test_what_is_thrown_away_leaves_the_published_version():
    key = begun()
    desk.publish_writing(key, valid_from=AT.date(), by=OFFICER, revision=revision(key), at=AT)
    desk.save(key, {"name": "Tên khác"}, by=OFFICER, revision=0)

    desk.discard(key, by=OFFICER)

    assert editing.writing(key).definition["name"] == "Xác nhận tập huấn"
    assert revision(key) == 0


def test_two_versions_are_told_apart_in_words():
    key = begun(papers=[{"key": "bang", "title": "Bằng"}])
    desk.publish_writing(key, valid_from=AT.date(), by=OFFICER, revision=revision(key), at=AT)
    desk.save(
        key,
        {"term": 3, "papers": None, "basis": ["Quyết định khác"], "process": "inspection"},
        by=OFFICER,
        revision=0,
    )
    desk.add_question(key, "date", "Ngày học", by=OFFICER, revision=1)

    found = comparison.to_publish(key)

    assert [(one.title, one.before, one.after) for one in found.changes] == [
        ("Thời hạn", "5 ngày làm việc", "3 ngày làm việc"),
        ("Quy trình", "Thẩm định hồ sơ", "Thẩm định có kiểm tra thực tế"),
        ("Căn cứ pháp lý", "Quyết định mô phỏng", ""),
        ("Căn cứ pháp lý", "", "Quyết định khác"),
        ("Giấy tờ", "Bằng", ""),
    ]
    assert [(one.text, one.kind, one.words) for one in found.questions] == [
        ("Ngày học", "added", ("Ngày",))
    ]
    assert [mark for mark, _words in comparison.sides(key)] == ["soan", "1"]


def test_the_same_version_compared_has_nothing_to_tell():
    key = "giay-phep-hanh-nghe-cap-moi"

    assert not comparison.compare(key, "1", "1")
    with pytest.raises(errors.NotFound):
        comparison.compare(key, "1", "99")
