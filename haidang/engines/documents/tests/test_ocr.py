"""Scans become searchable PDF/A, or end in a state that says why not."""

import functools
import io

import pikepdf
import pypdfium2
import pytest
import typst
from PIL import Image

from haidang.engines.documents import api as documents
from haidang.engines.documents import models, ocr
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors

WHO = actor.Actor(ref="Person/1", name="Người nộp", kind="citizen")
WORDS = "Đã thực hành tại bệnh viện đa khoa trong thời gian mười hai tháng"
needs_tesseract = pytest.mark.skipif(not ocr.shutil.which("tesseract"), reason="no tesseract here")


@functools.cache
def typed():
    source = f"#set page(width: 210mm, height: 100mm)\n#set text(size: 16pt)\n{WORDS}."
    return typst.compile(source.encode(), format="pdf", timestamp=0)


@functools.cache
def scan(kind="JPEG"):
    """A picture of the page, as a telephone or a scanner makes it."""
    page = pypdfium2.PdfDocument(typed())[0].render(scale=200 / 72).to_pil().convert("L")
    out = io.BytesIO()
    page.save(out, kind, resolution=200)
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SCANNER = ""
    settings.HAIDANG_OCR = True


def keep(content, name):
    return documents.keep([content], name=name, by=WHO).sha256


def state(sha256):
    return documents.recognised([sha256])[sha256]


@needs_tesseract
@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PDF", "a.pdf")])
def test_a_scan_becomes_pdf_a_with_its_vietnamese_words(kind, name):
    sent = keep(scan(kind), name)
    assert state(sent).state == "waiting"

    assert ocr.read_waiting() == 1

    found = state(sent)
    assert found.state == "done"
    assert "bệnh viện đa khoa" in found.text
    with documents.open_file(found.made) as file, pikepdf.open(file) as made:
        assert made.open_metadata().pdfa_status == "2B"
    with documents.open_file(sent) as file:
        assert file.read() == scan(kind)  # what was sent stays as it was sent
    assert documents.found_in("benh vien MƯỜI HAI", [sent]) == {sent}
    assert documents.found_in("bệnh viện phụ sản", [sent]) == set()
    assert ocr.read_waiting() == 0


@needs_tesseract
def test_a_pdf_that_has_its_words_is_left_alone():
    sent = keep(typed(), "a.pdf")

    ocr.read_waiting()

    assert state(sent).state == "nothing"
    assert models.File.objects.count() == 1


def test_without_tesseract_scans_wait(monkeypatch):
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    sent = keep(scan(), "a.jpg")

    assert ocr.read_waiting() == 0
    assert state(sent).state == "waiting"


@needs_tesseract
@pytest.mark.parametrize(("code", "why"), [(2, "unreadable"), (8, "locked"), (10, "no_pdfa")])
def test_a_scan_that_cannot_be_read_is_not_tried_again(monkeypatch, code, why):
    monkeypatch.setattr(ocr, "_run", lambda *a, **k: code)
    sent = keep(scan(), "a.jpg")

    ocr.read_waiting()

    assert (state(sent).state, state(sent).why) == ("failed", why)
    assert [e.facts for e in ledger.events(names=("documents.scan.unread",))] == [{"why": why}]


@needs_tesseract
def test_a_reader_that_dies_is_tried_again_and_given_up_in_the_open(monkeypatch):
    monkeypatch.setattr(ocr, "_run", lambda *a, **k: 137)
    sent = keep(scan(), "a.jpg")

    for _tried in range(ocr._TRIES):
        assert state(sent).state == "waiting"
        assert ocr.read_waiting() == 1
        assert ocr.read_waiting() == 0, "the next try waits its time"
        models.Recognition.objects.update(next_at="2026-01-01T00:00Z")

    assert (state(sent).state, state(sent).why) == ("failed", "gave_up")


def test_an_empty_picture_of_the_right_kind_is_a_scan_too():
    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, "PNG")

    assert state(keep(out.getvalue(), "a.png")).state == "waiting"


@needs_tesseract
def test_a_scan_that_ends_its_worker_is_not_begun_for_ever(monkeypatch):
    """Nothing comes back from a process that was killed: only the count of tries tells."""
    monkeypatch.setattr(ocr, "_run", lambda *a, **k: pytest.fail("begun once more"))
    sent = keep(scan(), "a.jpg")
    models.Recognition.objects.update(tries=ocr._TRIES)

    ocr.read_waiting()

    assert (state(sent).state, state(sent).why) == ("failed", "killed")


@needs_tesseract
def test_a_fault_of_the_reader_ends_as_a_state_that_somebody_can_act_on(monkeypatch):
    def break_down(*_args, **_more):
        raise ocr.pypdfium2.PdfiumError("data format error")

    monkeypatch.setattr(ocr, "_run", break_down)
    sent = keep(scan(), "a.jpg")
    for _tried in range(ocr._TRIES):
        ocr.read_waiting()
        models.Recognition.objects.update(next_at="2026-01-01T00:00Z")

    (found,) = documents.unread()
    assert (found.source, found.why) == (sent, "gave_up")

    documents.read_again(sent, by=actor.SYSTEM)

    assert (state(sent).state, documents.unread()) == ("waiting", [])
    with pytest.raises(errors.NotFound):
        documents.read_again(sent, by=actor.SYSTEM)


@needs_tesseract
def test_a_scan_that_nobody_has_scanned_for_viruses_loses_no_try(monkeypatch, settings):
    sent = keep(scan(), "a.jpg")
    models.File.objects.update(scan="waiting")
    settings.HAIDANG_SCANNER = "127.0.0.1:9"

    ocr.read_waiting()

    assert models.Recognition.objects.get(pk=sent).tries == 0
