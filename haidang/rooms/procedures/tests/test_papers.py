"""Results: signed by the director and the department, and checked by everybody."""

import shutil
import subprocess

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from haidang.engines.documents import api as documents
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import domain, models, selectors, services
from haidang.rooms.procedures.tests import people, test_services

AUTOMATIC = "cong-bo-thiet-bi-y-te-ab"


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_TRUST = str(tmp_path / "trust")
    settings.HAIDANG_TSA, settings.HAIDANG_SIGNATURE_LEVEL = "", "B-LT"


@pytest.fixture
def signers():
    documents.make_synthetic_signers(
        org=domain.DEPARTMENT,
        organisation="Sở Y tế mô phỏng",
        people=[("director", people.DIRECTOR.ref, "Giám đốc mô phỏng", "Giám đốc")],
    )


def decided():
    row = test_services.submitted(test_services.licence())
    for element, by in (
        ("receive", people.OFFICER),
        ("verify", people.OFFICER),
        ("check", people.HEAD),
        ("sign", people.DIRECTOR),
    ):
        test_services.step(row, element, by, "accept")
    return row


def automatic():
    return test_services.filled(
        AUTOMATIC,
        test_services.ORGANISATION | {"device": ["Nhiệt kế"], "class": ["A"], "truthful": ["true"]},
        ("iso", "label", "manual"),
    )


@pytest.fixture
def result(signers, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = decided()
    row.refresh_from_db()
    return row


def content_of(row):
    with documents.open_file(row.result_file) as file:
        return file.read()


def test_a_result_bears_the_director_and_then_the_department(result):
    report = documents.check(content_of(result))

    assert report.verdict == "valid"
    assert [one.signer for one in report.signatures] == ["Giám đốc mô phỏng", "Sở Y tế mô phỏng"]
    assert [one.level for one in report.signatures] == ["B-LT", "B-LT"]


def test_a_result_of_the_machine_bears_the_department_alone(
    signers, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        row = test_services.submitted(automatic())
    row.refresh_from_db()

    (seal,) = documents.check(content_of(row)).signatures
    assert (seal.signer, seal.holds) == ("Sở Y tế mô phỏng", True)


@pytest.fixture
def unsigned(signers, settings, django_capture_on_commit_callbacks):
    """A decided dossier whose result waits, because the timestamp service is away."""
    settings.HAIDANG_TSA = "http://127.0.0.1:9/"
    with django_capture_on_commit_callbacks(execute=True):
        row = decided()
    row.refresh_from_db()
    settings.HAIDANG_TSA = ""
    return row


def sign():
    (paper,) = documents.waiting_papers()
    signed = documents.sign_now(paper.code)
    services.signed(signed.about, signed.file, at=signed.signed_at)


def test_a_service_that_is_away_leaves_the_result_waiting_and_then_signed(unsigned):
    assert (unsigned.state, unsigned.result_file) == ("decided", "")
    assert selectors.checked(unsigned.code)["waiting"]

    sign()

    unsigned.refresh_from_db()
    assert documents.check(content_of(unsigned)).verdict == "valid"
    assert not selectors.checked(unsigned.code)["waiting"]


def test_a_result_without_signatures_cannot_be_delivered(unsigned):
    with pytest.raises(errors.RuleBroken) as refused:
        test_services.step(unsigned, "deliver", people.OFFICER)

    assert refused.value.code == "procedures.result_unsigned"
    assert workflow.case(unsigned.case).open_elements == ("deliver",)
    page = selectors.case_page(unsigned.case, by=people.OFFICER, at=test_services.AT)
    assert page["waiting"].number == unsigned.result_number
    assert page["waiting"].problem


def test_when_signing_succeeds_it_can_be_delivered_and_the_applicant_is_told_once(unsigned):
    sign()
    paper = documents.issued_about(f"Dossier/{unsigned.pk}")[0]
    services.signed(paper.about, paper.file, at=paper.signed_at)

    assert test_services.told()[0] == "procedures.signed"
    assert test_services.told().count("procedures.signed") == 1
    assert test_services.step(unsigned, "deliver", people.OFFICER).state == "returned"
    page = selectors.case_page(unsigned.case, by=people.OFFICER, at=test_services.AT)
    assert page["waiting"] is None


def test_a_result_of_the_machine_is_returned_when_it_is_signed(
    signers, settings, django_capture_on_commit_callbacks
):
    settings.HAIDANG_TSA = "http://127.0.0.1:9/"
    with django_capture_on_commit_callbacks(execute=True):
        row = test_services.submitted(automatic())
    settings.HAIDANG_TSA = ""
    assert row.state == "decided"

    sign()

    row.refresh_from_db()
    assert row.state == "returned"
    assert test_services.told()[0] == "procedures.returned"


def test_a_result_is_found_by_its_number_its_codes_and_its_bytes(result):
    code = documents.issued_about(f"Dossier/{result.pk}")[0].code

    for wanted in (result.code, result.result_number, code, code.lower()):
        assert selectors.checked(wanted)["number"] == result.result_number
    assert selectors.checked("", content_of(result))["same"] is True
    assert selectors.checked("") is None
    assert selectors.checked("no such") is None


def check(client, content=None, **posted):
    if content is not None:
        posted["copy"] = SimpleUploadedFile("a.pdf", content, "application/pdf")
    return client.post("/kiem-tra-ket-qua/", posted).content.decode()


def test_everybody_checks_a_true_copy(client, result):
    page = check(client, content_of(result), so=result.result_number)

    assert "Bản gửi lên đúng từng byte với bản đã cấp" in page
    assert "Chữ ký số hợp lệ" in page
    assert "Giám đốc mô phỏng" in page
    assert "Trần T. T." in page
    assert "Trần Thị Thử" not in page


def test_everybody_finds_a_changed_copy(client, result):
    content = bytearray(content_of(result))
    content[content.index(b"/MediaBox") + 12] ^= 1

    page = check(client, bytes(content), so=result.result_number)

    assert "Bản gửi lên khác bản đã cấp" in page
    assert "Chữ ký số hợp lệ" not in page


def test_a_paper_of_somebody_else_is_checked_too(client, result):
    models.Dossier.objects.filter(pk=result.pk).update(result_file="", result_number="")

    page = check(client, b"%PDF-1.7 nothing")

    assert "Tệp bị hỏng" in page
    assert "Không có kết quả này" not in page


def test_pdfsig_agrees_and_finds_one_changed_byte(result, settings, tmp_path):
    if not (shutil.which("pdfsig") and shutil.which("certutil")):
        pytest.skip("pdfsig or certutil is not installed (Debian: poppler-utils, libnss3-tools)")
    trust, root = f"sql:{tmp_path}", f"{settings.HAIDANG_TRUST}/mo-phong.pem"
    _run("certutil", "-N", "-d", trust, "--empty-password")
    _run("certutil", "-A", "-d", trust, "-n", "root", "-t", "CT,CT,CT", "-a", "-i", root)
    content = bytearray(content_of(result))

    told = _pdfsig(tmp_path, trust, content)
    assert told.count("Signature is Valid") == told.count("Certificate is Trusted") == 2

    content[content.index(b"/MediaBox") + 12] ^= 1
    assert "Signature is Valid" not in _pdfsig(tmp_path, trust, content)


def _pdfsig(folder, trust, content):
    (folder / "result.pdf").write_bytes(content)
    return _run("pdfsig", "-nssdir", trust, str(folder / "result.pdf"), check=False)


def _run(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True).stdout
