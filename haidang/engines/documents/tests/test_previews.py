"""Previews: the first pages within their bounds, and never of what may not be opened."""

import io
import struct
import zipfile
import zlib

import docx
import pypdfium2
import pytest
from PIL import Image

from haidang.engines.documents import api as documents
from haidang.engines.documents import models
from haidang.kernel import actor, errors

WHO = actor.Actor(ref="Person/1", name="Người nộp", kind="citizen")


@pytest.fixture(autouse=True)
def folder(db, settings, tmp_path):
    settings.HAIDANG_FILES, settings.HAIDANG_SCANNER = str(tmp_path), ""


def keep(content, name):
    return documents.keep([content], name=name, by=WHO).sha256


def pdf(pages, size=(595, 842)):
    out, document = io.BytesIO(), pypdfium2.PdfDocument.new()
    for _number in range(pages):
        document.new_page(*size)
    document.save(out)
    return out.getvalue()


def picture(kind="JPEG", size=(300, 200), mode="RGB", colour="red", **more):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def seen(preview):
    return [Image.open(io.BytesIO(one)) for one in preview.pictures]


def test_the_first_three_pages_of_a_pdf_are_drawn_and_all_are_counted():
    found = documents.preview(keep(pdf(5), "a.pdf"))

    assert [one.width for one in seen(found)] == [1000] * 3
    assert (found.pages, found.cut) == (5, True)
    assert found.addresses[0].startswith("data:image/jpeg;base64,/9j/")


def test_a_page_of_any_size_is_drawn_within_its_bounds():
    (wide,) = seen(documents.preview(keep(pdf(1, (14_000, 20)), "a.pdf")))
    (tall,) = seen(documents.preview(keep(pdf(1, (20, 14_000)), "b.pdf")))

    assert (wide.width, tall.height) == (1000, 1600)


def test_a_photo_stands_upright_and_a_clear_picture_on_white():
    turned = Image.Exif()
    turned[0x0112] = 6  # taken with the telephone held upright

    (photo,) = seen(documents.preview(keep(picture(exif=turned), "a.jpg")))
    (clear,) = seen(
        documents.preview(keep(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "a.png"))
    )

    assert photo.size == (200, 300)
    assert clear.getpixel((5, 5)) == (255, 255, 255)


def test_a_word_file_is_shown_as_its_words():
    found = documents.preview(keep(_docx("Đơn đề nghị cấp giấy phép"), "a.docx"))

    assert (found.text, found.pictures, found.cut) == ("Đơn đề nghị cấp giấy phép", (), False)


def _packed(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, content)
    return out.getvalue()


def _docx(words):
    out, document = io.BytesIO(), docx.Document()
    document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def _bomb():
    """A picture of a few bytes that says it has ten thousand million points."""
    head = struct.pack("!IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)

    def chunk(name, body):
        summed = struct.pack("!I", zlib.crc32(name + body))
        return struct.pack("!I", len(body)) + name + body + summed

    body = zlib.compress(bytes(12_501) * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (_bomb(), "a.png"),
        (picture()[:200], "a.jpg"),
        (_packed("word/document.xml", "<a"), "a.docx"),
        (_packed("xl/workbook.xml", "<a/>"), "a.xlsx"),
    ],
    ids=["bomb", "broken picture", "broken text", "sheet"],
)
def test_what_cannot_be_shown_is_told_so(content, name):
    sha256 = keep(content, name)

    with pytest.raises(errors.RuleBroken) as refused:
        documents.preview(sha256)
    assert refused.value.code == "documents.no_preview"


def test_a_drawing_that_takes_too_long_is_ended(settings):
    sha256 = keep(pdf(1), "a.pdf")
    settings.HAIDANG_PREVIEW_SECONDS = 0.001

    with pytest.raises(errors.RuleBroken) as refused:
        documents.preview(sha256)
    assert refused.value.code == "documents.no_preview"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"scan": "infected"}, "documents.infected"),
        ({"scan": "waiting"}, "documents.not_scanned"),
        ({"destroyed_at": "2026-11-26T00:00Z"}, "documents.destroyed"),
    ],
)
def test_what_may_not_be_opened_is_not_previewed(settings, changed, code):
    sha256 = keep(pdf(1), "a.pdf")
    assert documents.preview(sha256).pages == 1
    models.File.objects.update(**changed)
    settings.HAIDANG_SCANNER = "127.0.0.1:9"

    with pytest.raises(errors.HaidangError) as refused:
        documents.preview(sha256)
    assert refused.value.code == code
