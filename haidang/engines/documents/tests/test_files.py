"""Files: what they really are, whole or not at all, clean or kept apart."""

import functools
import io
import zipfile

import pypdfium2
import pytest
from PIL import Image

from haidang.engines.documents import api as documents
from haidang.engines.documents import files, models, stores
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors
from simulators import clamd, office
from simulators.clamd import EICAR

WHO = actor.Actor(ref="Person/1", name="Người nộp", kind="citizen")


@functools.cache
def _pdf():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    return out.getvalue()


def _picture(kind):
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


def _packed(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, "<a/>")
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(db, settings, tmp_path):
    settings.HAIDANG_FILES, settings.HAIDANG_SCANNER = str(tmp_path), ""
    return tmp_path


@pytest.fixture
def scanner(settings):
    with clamd.serving() as address:
        settings.HAIDANG_SCANNER = address
        yield


def keep(content, name="giay-to.pdf"):
    return documents.keep([content], name=name, by=WHO)


def left_beside(folder):
    return list((folder / "coming").iterdir())


@pytest.mark.parametrize(
    ("content", "name", "kind", "named_so"),
    [
        (_pdf(), "a.pdf", "application/pdf", True),
        (_pdf(), "a.jpg", "application/pdf", False),
        (_picture("JPEG"), "a.JPG", "image/jpeg", True),
        (_picture("PNG"), "a", "image/png", False),
        (_packed("word/document.xml"), "a.docx", "wordprocessingml.document", True),
        (_packed("xl/workbook.xml"), "a.xlsx", "spreadsheetml.sheet", True),
    ],
)
def test_a_file_is_what_its_bytes_say(content, name, kind, named_so):
    found = keep(content, name)

    assert found.type.endswith(kind)
    assert found.named_so is named_so
    assert documents.open_file(found.sha256).read() == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "documents.empty"),
        (b"MZ\x90\x00", "documents.type_unknown"),
        (b"<html><script>", "documents.type_unknown"),
        (_packed("evil.exe"), "documents.type_unknown"),
        (b"PK\x03\x04 broken", "documents.type_unknown"),
        (b"%PDF-1.7 broken", "documents.broken"),
        (office.old_word(), "documents.too_old"),
        (office.document("word/document.xml"), "documents.locked"),
        (office.document("xl/workbook.xml"), "documents.locked"),
        (office.packed("word/document.xml"), "documents.locked"),
        (office.packed("xl/workbook.xml"), "documents.locked"),
        (office.packed("giay-to.pdf"), "documents.type_unknown"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "documents.type_unknown"),
        *((office.pdf(revision), "documents.locked") for revision in (2, 3, 4, 6)),
    ],
)
def test_what_cannot_be_taken_is_told_and_leaves_nothing(folder, content, code):
    with pytest.raises(errors.Incorrect) as refused:
        keep(content)

    assert refused.value.code == code
    assert models.File.objects.count() == 0
    assert left_beside(folder) == []


def test_a_pdf_that_asks_for_a_password_only_to_be_changed_is_taken():
    assert keep(office.pdf(reading=False)).type == "application/pdf"


def test_the_encrypted_files_of_these_tests_open_with_their_password():
    with zipfile.ZipFile(io.BytesIO(office.packed(content=b"giay to"))) as packed:
        assert packed.read("word/document.xml", pwd=b"khoa") == b"giay to"
    assert len(pypdfium2.PdfDocument(office.pdf(), password="nguoi doc")) == 1


def test_a_file_that_is_too_large_stops_early(folder, settings):
    settings.HAIDANG_FILE_MB = 1
    sent = []

    def pieces():
        for number in range(100):
            sent.append(number)
            yield b"x" * 512 * 1024

    with pytest.raises(errors.TooLarge):
        documents.keep(pieces(), name="a.pdf", by=WHO)

    assert len(sent) == 3
    assert left_beside(folder) == []


def test_the_same_content_is_kept_once():
    assert keep(_pdf(), "a.pdf").sha256 == keep(_pdf(), "b.pdf").sha256

    assert models.File.objects.count() == 1
    assert len(list(ledger.events(names=("documents.file.kept",)))) == 1


def test_an_infected_file_is_in_quarantine_and_nowhere_else(folder, scanner):
    for _time in range(2):
        with pytest.raises(errors.RuleBroken) as refused:
            keep(_pdf() + EICAR)
        assert refused.value.code == "documents.infected"

    row = models.File.objects.get()
    assert (row.scan, row.virus) == ("infected", "Eicar")
    assert (folder / "quarantine" / row.pk).exists()
    assert not (folder / stores.name_of(row.pk)).exists()
    with pytest.raises(errors.NotAllowed):
        documents.open_file(row.pk, own=True)


def test_a_file_waits_while_the_scanner_is_down_and_is_scanned_later(settings, scanner):
    there = settings.HAIDANG_SCANNER
    settings.HAIDANG_SCANNER = "127.0.0.1:9"
    good, bad = keep(_pdf()), keep(_pdf() + EICAR)
    assert documents.open_file(good.sha256, own=True).read(4) == b"%PDF"
    with pytest.raises(errors.Unavailable):
        documents.open_file(good.sha256)
    assert files.scan_waiting() == 0

    settings.HAIDANG_SCANNER = there
    assert files.scan_waiting() == 2

    assert documents.open_file(good.sha256).read(4) == b"%PDF"
    with pytest.raises(errors.NotAllowed):
        documents.open_file(bad.sha256)


def test_a_content_that_the_disk_lost_is_told_so(folder):
    found = keep(_pdf())
    (folder / stores.name_of(found.sha256)).unlink()

    with pytest.raises(errors.Unavailable) as refused:
        documents.open_file(found.sha256)
    assert refused.value.code == "documents.content_lost"
