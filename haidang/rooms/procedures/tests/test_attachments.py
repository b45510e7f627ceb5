"""What is wrong with a file is told where it was sent, changes nothing else, and can be mended."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haidang.engines.documents import api as documents
from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.procedures import domain, models, services
from haidang.rooms.procedures.tests import (
    lives,
    people,
    test_acting,
    test_counter,
    test_measure_pages,
    test_services,
)
from haidang.rooms.procedures.tests.test_acting import agent  # noqa: F401
from haidang.rooms.procedures.tests.test_counter import stranger  # noqa: F401
from haidang.rooms.procedures.tests.test_services import AT, LICENCE, pdf
from simulators import clamd, office

LOCKED = "đang đặt mật khẩu"
LARGE = b"%PDF-" + bytes(1024 * 1024)
WRONG = [
    ("mat-khau.pdf", office.pdf(), LOCKED),
    ("mat-khau.docx", office.document("word/document.xml"), LOCKED),
    ("mat-khau.xlsx", office.document("xl/workbook.xml"), LOCKED),
    ("nen.docx", office.packed("word/document.xml"), LOCKED),
    ("nen.zip", office.packed("giay-to.pdf"), "Chỉ nhận tệp PDF"),
    ("nen.7z", b"7z\xbc\xaf\x27\x1c\x00\x04", "Chỉ nhận tệp PDF"),
    ("cu.doc", office.old_word(), "Tệp kiểu cũ"),
    ("anh.jpg", b"<html><script>", "Chỉ nhận tệp PDF"),
    ("hong.pdf", b"%PDF-1.7 cut", "bị hỏng"),
    ("rong.pdf", b"", "Tệp rỗng"),
    ("lon.pdf", LARGE, "lớn hơn 1 MB"),
]
NAMES = [name for name, _content, _told in WRONG]


@pytest.fixture(autouse=True)
def room(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_FILE_MB = 1


@pytest.fixture
def applicant(client):
    known = {"ref": people.APPLICANT.ref, "patient": "p1"}
    client.force_login(test_measure_pages.account("nguoi.nop", **known))
    return client


@pytest.fixture
def draft():
    return services.begin(LICENCE, by=people.APPLICANT, known=people.KNOWN, at=AT)


def answers_of(pk):
    return forms.fetch(models.Dossier.objects.get(pk=pk).response)


def waiting():
    """A dossier of which a supplement was asked."""
    row = lives.received()
    return test_services.step(
        row, "verify", people.OFFICER, "supplement", items=["Văn bằng"], reason="Thiếu"
    )


@pytest.mark.parametrize(("name", "content", "told"), WRONG, ids=NAMES)
def test_the_service_refuses_it_and_the_draft_stays_as_it_was(draft, name, content, told):
    before = answers_of(draft)

    with pytest.raises((errors.Incorrect, errors.TooLarge)) as refused:
        services.attach(
            draft, "paper_diploma", name, [content], by=people.APPLICANT, revision=before.revision
        )

    assert told in refused.value.message
    assert answers_of(draft) == before
    assert not list(ledger.events(names=("documents.file.*",)))


@pytest.mark.parametrize(("name", "content", "told"), WRONG, ids=NAMES)
def test_the_page_tells_it_beside_its_question_and_keeps_the_rest(
    applicant, draft, name, content, told
):
    posted = {"revision": "0", "school": "Trường mô phỏng", "send": "1"}
    posted["paper_diploma"] = SimpleUploadedFile(name, content)
    posted["paper_photo"] = SimpleUploadedFile("anh.pdf", pdf())

    page = applicant.post(reverse("procedures:fill_in", args=[draft]), posted)

    text = page.content.decode()
    assert page.status_code == 422
    beside = text.partition('id="error_paper_diploma"')[2].partition("</div>")[0]
    assert told in beside
    summary = text.partition('href="#id_paper_diploma">')[2].partition("</a>")[0]
    assert summary.startswith("Văn bằng chuyên môn: ")
    assert told in summary
    found = answers_of(draft).answers
    assert (found["school"], found["paper_photo"]["name"]) == ("Trường mô phỏng", "anh.pdf")
    assert "paper_diploma" not in found
    assert models.Dossier.objects.get(pk=draft).state == "draft"


def test_the_same_file_without_its_password_is_taken_from_the_same_page(applicant, draft):
    address = reverse("procedures:fill_in", args=[draft])
    wrong = {"revision": "0", "paper_diploma": SimpleUploadedFile("a.pdf", office.pdf())}
    applicant.post(address, wrong)
    good = {"revision": answers_of(draft).revision, "paper_diploma": SimpleUploadedFile("a", pdf())}

    assert applicant.post(address, good).status_code == 302

    assert answers_of(draft).answers["paper_diploma"]["type"] == "application/pdf"


def test_a_supplement_names_the_file_that_cannot_be_opened_and_stays_asked_for(applicant):
    row = waiting()
    files = [SimpleUploadedFile("a.pdf", pdf()), SimpleUploadedFile("b.pdf", office.pdf())]

    page = applicant.post(
        reverse("procedures:supply", args=[row.pk]), {"files": files, "words": ""}, follow=True
    )

    assert f"Tệp thứ 2: Tệp {LOCKED}" in page.content.decode()
    row.refresh_from_db()
    assert (row.state, "given_at" in row.supplements[-1]) == ("supplement", False)

    services.supply(row.pk, [("b.pdf", [pdf()])], words="", by=people.APPLICANT, at=AT)
    row.refresh_from_db()
    assert row.state == "processing"


def test_the_desk_is_told_the_same_when_it_takes_a_supplement_in(client):
    row = waiting()
    clerk = test_measure_pages.staff(client, "officer")
    address = reverse("procedures:supply_at_desk", args=[row.case])

    page = clerk.post(
        address, {"files": SimpleUploadedFile("a.docx", office.document())}, follow=True
    )

    assert LOCKED in page.content.decode()
    row.refresh_from_db()
    assert row.state == "supplement"


def test_a_clerk_is_told_beside_the_question_of_a_scan(client, stranger):  # noqa: F811
    pk = test_counter.taken_in(stranger, LICENCE, organisation=None)
    clerk = {"ref": people.OFFICER.ref, "roles": [("officer", domain.DEPARTMENT)]}
    client.force_login(test_measure_pages.account("mot.cua", **clerk))
    scan = SimpleUploadedFile("quet.pdf", office.pdf())

    page = client.post(
        reverse("procedures:fill_in_paper", args=[pk]), {"revision": "0", "paper_diploma": scan}
    )

    assert page.status_code == 422
    beside = page.content.decode().partition('id="error_paper_diploma"')[2].partition("</div>")[0]
    assert LOCKED in beside


def test_an_authorisation_is_not_given_on_a_paper_that_nobody_can_open(agent):  # noqa: F811
    with pytest.raises(errors.Incorrect) as refused:
        test_acting.authorised(evidence=("uy-quyen.pdf", [office.pdf()]))

    assert LOCKED in refused.value.message
    assert not models.Authorisation.objects.exists()


def test_a_locked_copy_cannot_be_checked_and_is_told_so(client):
    copy = SimpleUploadedFile("a.pdf", office.pdf())

    page = client.post("/kiem-tra-ket-qua/", {"so": "", "copy": copy}).content.decode()

    assert "đặt mật khẩu" in page
    assert "Chữ ký số hợp lệ" not in page


@pytest.fixture
def scanner(settings):
    with clamd.serving() as address:
        settings.HAIDANG_SCANNER = address
        yield


def quarantined():
    """The viruses that were found, as the ledger tells them to whoever looks after the house."""
    return [e.facts["virus"] for e in ledger.events(names=("documents.file.quarantined",))]


def test_an_infected_paper_is_told_of_and_stays_noted(applicant, draft, scanner):
    paper = SimpleUploadedFile("a.pdf", pdf() + clamd.EICAR)

    page = applicant.post(
        reverse("procedures:fill_in", args=[draft]), {"revision": "0", "paper_diploma": paper}
    )

    assert page.status_code == 422
    assert "có mã độc" in page.content.decode()
    assert "paper_diploma" not in answers_of(draft).answers
    assert quarantined() == ["Eicar"]


def test_an_infected_supplement_or_authorisation_stays_noted(agent, scanner):  # noqa: F811
    row = waiting()

    with pytest.raises(errors.RuleBroken):
        bad = [("a.pdf", [pdf() + clamd.EICAR])]
        services.supply(row.pk, bad, words="", by=people.APPLICANT, at=AT)
    with pytest.raises(errors.RuleBroken):
        test_acting.authorised(evidence=("a.pdf", [pdf() + b" " + clamd.EICAR]))

    assert quarantined() == ["Eicar"] * 2
    assert not models.Authorisation.objects.exists()


def test_a_name_that_tells_something_else_is_not_believed(draft):
    saved = services.attach(
        draft, "paper_photo", "anh.exe", [pdf()], by=people.APPLICANT, revision=0
    )

    told = saved.answers["paper_photo"]
    assert (told["type"], told["name"]) == ("application/pdf", "anh.exe")
    assert documents.file(told["id"]).type == "application/pdf"
