"""Papers: the layout of the decree, the same bytes twice, and room for signatures."""

import io
import threading
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest

from haidang.engines.documents import api as documents
from haidang.engines.documents import papers
from haidang.kernel import dates

AT = datetime(2026, 11, 23, 9, tzinfo=dates.HANOI)
PLAIN = Path(papers.__file__).with_name("data") / "plain.typ"
TOLD = {
    "agency": ["UBND thành phố mô phỏng", "Sở Y tế"],
    "number": "12/QĐ-SYT",
    "place": "Hải Phòng, ngày 23 tháng 11 năm 2026",
    "title": "Quyết định",
    "summary": "Về việc thử cách trình bày",
    "authority": ["KT. Giám đốc"],
    "position": "Phó Giám đốc",
    "signer": "Trần Thị Thử",
    "recipients": ["Như Điều 3"],
    "drafter": "NVY",
    "marks": ["Khẩn"],
    "body": ["Điều 1. Thử đủ dấu: ưỡn, ngoằn ngoèo, Hoà, ₫."],
}


def made(**more):
    return documents.render(PLAIN, TOLD | more, at=AT)


def page_of(paper, number=0):
    return pypdfium2.PdfDocument(io.BytesIO(paper.content))[number]


def text_of(paper):
    return page_of(paper).get_textpage().get_text_bounded()


def test_a_decision_has_the_components_of_the_decree():
    text = text_of(made())

    for words in (
        "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ Y TẾ",
        "Số: 12/QĐ-SYT",
        "Hải Phòng, ngày 23 tháng 11 năm 2026",
        "QUYẾT ĐỊNH",
        "Về việc thử cách trình bày",
        "ưỡn, ngoằn ngoèo, Hoà, ₫",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Trần Thị Thử",
        "Nơi nhận:",
        "Lưu: VT, NVY.",
        "KHẨN",
    ):
        assert words in text


def test_a_letter_says_what_it_is_about_below_its_number_and_whom_it_goes_to():
    text = text_of(made(title="", number="345/SYT-NVY", to=["Các bệnh viện"]))

    assert "V/v Về việc thử" in text
    assert "Kính gửi: Các bệnh viện." in text


def test_the_page_is_a4_with_the_margins_of_the_decree():
    page = page_of(made())
    text = page.get_textpage()
    boxes = [
        text.get_charbox(n) for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()
    ]

    assert page.get_size() == pytest.approx((595.28, 841.89), abs=0.1)
    assert 30 <= min(box[0] for box in boxes) / 72 * 25.4 <= 36
    assert (595.28 - max(box[2] for box in boxes)) / 72 * 25.4 >= 15


def test_signatures_have_their_room_between_the_position_and_the_name():
    paper = made()
    page = page_of(paper)
    height, text = page.get_height(), page.get_textpage()

    person, seal = paper.places["person"], paper.places["organisation"]
    assert height - _top(text, "PHÓ GIÁM ĐỐC", lowest=True) <= person.y
    assert person.y + person.height <= height - _top(text, "Trần Thị Thử")
    overlap = seal.x + seal.width - person.x
    assert overlap == pytest.approx(person.width / 3, abs=0.1)
    assert seal.x < person.x


def _top(text, words, *, lowest=False):
    """The upper (or lower) edge of words, from the bottom of the page."""
    start, count = text.search(words).get_next()
    boxes = [text.get_charbox(start + n) for n in range(count)]
    return min(box[1] for box in boxes) if lowest else max(box[3] for box in boxes)


def test_the_same_paper_twice_is_the_same_bytes_and_is_pdf_a():
    first, second = made(), made()

    assert first == second
    assert b"pdfaid:part" in first.content


def test_a_long_document_keeps_the_signer_together_on_its_last_page():
    paper = made(body=["Đoạn văn thử. " * 60] * 12)

    assert paper.places["person"].page == len(pypdfium2.PdfDocument(paper.content)) > 1
    assert paper.places["organisation"].page == paper.places["person"].page


def test_threads_do_not_get_each_others_places_or_words():
    found = {}

    def one(number):
        found[number] = made(summary=f"Văn bản thứ {number}")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(f"Văn bản thứ {number}" in text_of(paper) for number, paper in found.items())
