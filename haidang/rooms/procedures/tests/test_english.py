"""An English reader meets no Vietnamese in what the catalogue of procedures says."""

import re

import pytest
from django.utils import translation

from haidang.engines.forms import api as forms
from haidang.engines.workflow import api as workflow
from haidang.kernel import yamlfile
from haidang.rooms.procedures import domain, selectors, services, slips
from haidang.rooms.procedures.selectors import catalogue, comparison, editing, known
from haidang.rooms.procedures.services import editing as desk
from haidang.rooms.procedures.tests import lives, people, test_measure_pages, test_services
from haidang.rooms.procedures.tests.test_services import AT, LICENCE
from haidang.rooms.procedures.views import editor_shapes

FILES = sorted((catalogue.DATA / "catalogue").glob("*.yaml"))
_VIETNAMESE = set("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)


def is_english(text):
    return bool(text.strip()) and not _VIETNAMESE & set(text.lower())


def lacking(definition):
    """What of a procedure has no English: names of its parts, papers and questions."""
    found = domain.procedure(definition)
    told = [
        name
        for name in domain.IN_ENGLISH
        if getattr(found, name) and not is_english(getattr(found, f"{name}_en"))
    ]
    told += [one.key for one in found.papers if not is_english(one.title_en)]
    told += [
        one.key
        for one in found.conditions
        if not (is_english(one.ask_en) and is_english(one.otherwise_en))
    ]
    form = forms.parse(catalogue.form_of(definition))
    for item in form.everything():
        words = [item.text_en, *(o.display_en for o in item.options)]
        words += [item.hint_en] if item.hint else []
        told += [] if all(map(is_english, words)) else [item.link_id]
    return told


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_everything_that_a_procedure_says_has_its_english(path):
    assert lacking(yamlfile.read(path) | {"key": path.stem}) == []


def test_a_procedure_without_english_would_be_found():
    definition = yamlfile.read(FILES[0]) | {
        "key": "khac",
        "summary_en": "Để bán thuốc",
        "who_en": "",
    }
    definition["papers"] = [{"key": "plan", "title": "Kế hoạch"}]
    definition["form"] = [{"link_id": "a", "type": "string", "text": "Tên"}]

    assert lacking(definition) == ["summary", "who", "plan", "a"]


def test_every_name_in_the_processes_of_the_room_has_its_english():
    files = (catalogue.DATA / "processes").glob("*.bpmn")
    names = {name for path in files for name in re.findall(r' name="([^"]+)"', path.read_text())}
    names |= set(workflow.holidays(2026).values())

    with translation.override("en"):
        shown = {known.shown(name) for name in names}
        own = known.shown("Bước của riêng ai")

    assert len(shown) > 20
    assert all(map(is_english, shown)), sorted(shown)
    assert own == "Bước của riêng ai"


def test_every_slip_has_its_english():
    assert all(is_english(kind.title_en) for kind in slips.KINDS.values())


def test_everything_that_can_be_wrong_with_a_procedure_is_said_in_english():
    text = (catalogue.DATA.parent / "domain.py").read_text()
    told = set(re.findall(r'"message": "([^"]+)"', text))
    told |= set(re.findall(r'_(?:basis|override|word),\s+"([^"]+)"', text))
    conditions = (catalogue.DATA.parent / "eligibility.py").read_text()
    told |= set(re.findall(r'_fault\(\w+, "([^"]+)"', conditions))
    told |= set(re.findall(r'_fault\("conditions", "([^"]+)"', conditions))

    assert told == known.FAULTS
    with translation.override("en"):
        assert all(is_english(translation.gettext(one)) for one in told)


def test_an_english_reader_follows_a_dossier_and_sees_what_was_chosen():
    row = lives.received()

    with translation.override("en"):
        found = selectors.dossier(row.pk, by=people.APPLICANT, at=AT)

    assert [step.name for step in found["drawing"].steps] == [
        "Receive",
        "Examine",
        "Head of the office checks",
        "Sign the result",
        "Return of the result",
    ]
    assert {one.title for one in found["moments"]} == {"Receive", "Examine", "Send the application"}
    answers = {question: answer for _g, rows in found["answers"] for question, answer in rows}
    assert answers["Profession"] == "Nurse"
    assert [title for title, *_file in found["files"]][0] == "Professional degree"
    assert found["drawing"].shapes[2].lines == ("Receive",)


@pytest.fixture
def applicant(client):
    known = {"ref": people.APPLICANT.ref, "patient": "p1"}
    client.force_login(test_measure_pages.account("nguoi.nop", **known))
    client.cookies["django_language"] = "en"
    return client


def test_an_english_reader_finds_a_procedure_by_sectors_and_reads_it(applicant):
    listed = applicant.get("/thu-tuc/", headers={"accept-language": "en"}).content.decode()
    page = applicant.get(f"/thu-tuc/{LICENCE}/", headers={"accept-language": "en"}).content.decode()

    for told in ("Medical examination and treatment", "To examine and treat patients"):
        assert told in listed
    for told in ("Practice licence", "Professional degree", "midwives", "for illustration"):
        assert told in page
    assert "Khám bệnh, chữa bệnh</h2>" not in listed
    assert "Văn bằng chuyên môn" not in page


def test_what_nobody_wrote_in_english_is_shown_as_it_is():
    definition = test_services.catalogue.version_of(LICENCE, AT.date()).definition
    plain = {name: value for name, value in definition.items() if not name.endswith("_en")}
    services.publish(
        plain | {"name": "Không có tiếng Anh"}, by=people.OFFICER, valid_from=AT.date()
    )

    with translation.override("en"):
        found = selectors.procedure(LICENCE, by=people.APPLICANT, at=AT)

    assert found["name"] == "Không có tiếng Anh"
    assert found["it"].summary == definition["summary"]


def test_an_officer_writes_the_english_and_the_comparison_tells_it():
    definition = editing.writing(LICENCE).definition
    page = editor_shapes.Facts.of(definition)
    posted = {name: page.initial.get(name, "") for name in page.fields}
    assert posted["papers_en"].splitlines()[0] == "Professional degree"
    posted |= {"summary_en": "To practise.", "papers_en": "Degree\n\nHealth"}
    form = editor_shapes.Facts(posted)
    assert form.is_valid()

    parts = form.parts(definition)
    desk.save(LICENCE, parts, by=people.OFFICER, revision=0)

    assert [one.get("title_en") for one in parts["papers"]] == ["Degree", None, "Health", None]
    assert [one["key"] for one in parts["papers"]] == ["diploma", "practice", "health", "photo"]
    changes = comparison.between(definition, editing.writing(LICENCE).definition).changes
    told = {one.title: (one.before, one.after) for one in changes}
    assert told["Tóm tắt, tiếng Anh"] == (definition["summary_en"], "To practise.")
    assert "Văn bằng chuyên môn (Degree)" in {one.after for one in changes}
