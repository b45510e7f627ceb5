"""People in running text: what is found beyond doubt, what is doubted, and what only looks alike."""

import csv
import random
import time
import unicodedata
from pathlib import Path

import pytest

from haidang.kernel import text
from haidang.rooms.open_data.domain import names, numbers, people
from haidang.rooms.open_data.tests import corpus

_PLACES = Path(__file__).resolve().parents[4] / "reference" / "places"
SURE = {
    "Bà Nguyễn Thị Hoa đến khám": "name",
    "Cháu Trần Văn Bình bị sốt": "name",
    "cháu trần văn bình bị sốt": "name",
    "BN LÊ THỊ MƠ tái khám": "name",
    "BN. Lê Thị Mơ tái khám": "name",
    "Họ tên: Phạm Quốc Huy": "name",
    "benh nhan Nguyen Van Hung tai kham": "name",
    "ba Pham Thi Lan o xa": "name",
    "chủ hộ Vũ Đình Toàn vắng nhà": "name",
    "Nguyễn Văn Hùng sinh năm 1965": "name",
    "NGUYỄN VĂN HÙNG (1965)": "name",
    "Đỗ Minh Đức, 45 tuổi, ho nhiều": "name",
    "mẹ là Hoàng Thị Thuý": "name",
    "anh Cao Xuân Thắng": "name",
    "chị Hoà và con Lương Gia Bảo": "name",
    "con trai Ngô Quyền Anh": "name",
    "trú tại số 5 ngõ 12 phố Cầu Đất": "address",
    "Bà Nguyễn Thị Hoa, số nhà 12 Lê Lợi": "address",
    "thường trú: tổ 5, phường An Biên": "address",
    "HKTT thôn Đông, xã An Lão": "address",
    "cháu Trần Văn Bình ở xóm 3, xã Kiến Thụy": "address",
    "ho khau thuong tru: so nha 15 duong Tran Phu": "address",
    "chỗ ở hiện nay 12/34 Lạch Tray": "address",
    "CMND 031234567": "id_card",
    "CMND số: 142 345 678": "id_card",
    "số chứng minh nhân dân là 142.345.678": "id_card",
    "CCCD: 031 190 000 016": "citizen_id",
    "căn cước 031.190.000.016 cấp năm 2021": "citizen_id",
    "BHXH 3123456789": "insurance",
    "mã thẻ bảo hiểm 31 2345 6789": "insurance",
    "thẻ GD 4 31 0000000001": "insurance",
    "Gọi (0912) 345 678": "phone",
    "Gọi 0912-345-678 gặp chị": "phone",
    "sđt O912.345.678": "phone",
    "+84 912 345 678": "phone",
    "0084 912345678": "phone",
    "84912345678": "phone",
    "số cũ 0123 456 7890": "phone",
    "0912345678 5 viên": "phone",
    "09 12 34 56 78": "phone",
    "ten.nguoi@thu.vn": "email",
    "ten.nguoi (a) thu.vn": "email",
    "hộ chiếu số C1234567": "passport",
    "mã BN: 2024.00123": "patient",
    "số bệnh án 24-001234": "patient",
}
DOUBTED = {
    "Nguyễn Minh Đức": "name",
    "Giám đốc Phạm Thu Xanh phát biểu": "name",
    "bà Nguyễn Thị Hoa, Giám đốc Trung tâm": "name",
    "BS Trần Quang Hưng": "name",
    "NGUYỄN MINH ĐỨC": "name",
    "Người nhận: Vũ Thu Hà": "name",
    "Số nhà 12 Lê Lợi": "address",
    "nhà số 5 ngõ 12 phố Cầu Đất": "address",
    "12/34/5 Trần Nguyên Hãn": "address",
    "số 15 đường Trần Phú": "address",
    "45 phố Cầu Đất": "address",
    "031234567": "id_card",
    "031 234 567 cấp tại Hải Phòng": "id_card",
    "STK 0123456789012 ngân hàng": "account",
    "số tài khoản: 1903 4567 890": "account",
}
CLEAR = [
    "phường Lê Chân", "Quận Ngô Quyền", "Hồng Bàng", "Lê Chân", "Ngô Quyền", "LÊ CHÂN", "phuong Le Chan", "đường Trần Nguyên Hãn", "Trần Nguyên Hãn",
    "khám ở đường Nguyễn Văn Linh, Trần Phú và Lê Lợi", "Trường THPT Nguyễn Đức Cảnh", "trường tiểu học Nguyễn Văn Tố", "TRƯỜNG THCS TRẦN VĂN ƠN",
    "Bệnh viện Nguyễn Tri Phương", "phố Nguyễn Văn An", "ngõ Vũ Thị Bình", "cầu Nguyễn Trãi", "cầu Hoàng Văn Thụ", "chợ Đỗ Văn Hùng",
    "Công ty TNHH Hoàng Minh Long", "Nhà thuốc Trần Thị Hương", "quầy thuốc Bùi Văn Nam", "các phố Đinh Văn Hải, Phan Thị Lan, Lê Văn Hùng",
    "tư tưởng Hồ Chí Minh", "thành phố Hồ Chí Minh", "Đoàn Thanh niên", "Mai Châu", "Cao Bằng, Hà Giang, Thái Bình", "Hà Nội", "Lương tối thiểu vùng", "Lý do: hết thuốc",
    "Trần nhà bị thấm", "TRẦN THẠCH CAO", "BẢNG LƯƠNG CƠ BẢN", "Dương tính với lao", "Hồ sơ đã nộp", "Vũ khí", "Võ đường", "Bùi nhùi", "Phạm vi hoạt động",
    "một người bệnh đến khám, đã cấp thuốc cho về", "Bà mẹ và trẻ em", "anh chị em ruột", "cháu bé 3 tuổi", "bệnh nhân nam 65 tuổi", "ông bà nội ngoại",
    "Hoàng Anh Gia Lai", "Đồng Nai", "Đặc khu Bạch Long Vĩ", "Bạch Đằng", "Đại Học Y Dược", "Ho ra máu", "ho do lao", "le luoi", "chuyển đến khoa Nội",
    "Nhà thuốc số 1 Hồng Bàng", "Bệnh viện Việt Tiệp, số 1 Nhà Thương", "Trạm y tế phường An Biên, 12 đường Lê Lợi", "phường An Biên", "thôn Đông, xã An Lão",
    "tổ 5, phường An Biên", "đường Lê Lợi", "Quyết định số 12 Bộ Y tế", "Thông tư 32/2023/TT-BYT", "12/05/2024", "huyết áp 120/80", "1/2 viên", "thị lực 7/10", "tỷ lệ 3/4 số hộ",
    "chi 123.456.789 đồng", "1234567890", "123456789", "BHXH chi trả 1.234.567.890 đồng", "BHXH thành phố, ĐT 0225 3842 123", "điện thoại 0225.3842123", "tổng đài 1900 1234",
    "tài khoản 112", "mã hàng 893000000012", "lô 4031190000016", "số đo 0.031190000016", "tọa độ 20.8449, 106.6881", "2026-03-05", "QĐ 3532", "0", "", "a@b", "kỳ 2026-03",
]  # fmt: skip


def kinds(cell):
    return {(one.kind, one.sure) for one in people.in_cell(cell)}


@pytest.mark.parametrize(("cell", "kind"), SURE.items())
def test_what_is_beyond_doubt_is_found(cell, kind):
    assert (kind, True) in kinds(cell)


@pytest.mark.parametrize(("cell", "kind"), DOUBTED.items())
def test_what_may_be_somebody_is_doubted_and_not_refused(cell, kind):
    assert kinds(cell) == {(kind, False)}


@pytest.mark.parametrize("cell", CLEAR)
def test_what_only_looks_alike_is_nobody(cell):
    assert kinds(cell) == set()


@pytest.mark.parametrize("cell", [*SURE, *DOUBTED])
def test_the_same_is_found_however_the_marks_are_encoded(cell):
    assert kinds(unicodedata.normalize("NFD", cell)) == kinds(cell)


def test_no_unit_of_the_country_is_a_person():
    (file,) = _PLACES.glob("*/data.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        units = {row["name"] for row in csv.DictReader(lines)}

    assert len(units) > 2_000
    for name in units:
        for written in (name, f"phường {name}", name.upper(), f"Dân số {name} năm 2025"):
            assert kinds(written) == set(), written


def test_a_masked_cell_tells_nobody_who_it_is():
    shown = people.masked("Bà Nguyễn Thị Hoa, CMND 031234567, số nhà 12 Lê Lợi")

    assert shown == "Bà N• T• H•, CMND •••••••67, s• n• • L• L•"


@pytest.mark.parametrize("cell", [*SURE, *DOUBTED])
def test_no_mask_leaves_a_name_or_number_whole(cell):
    seen, shown = people.as_seen(cell), people.masked(cell, around=500)

    for one in people.in_cell(cell):
        assert seen[one.start : one.end] not in shown


def test_a_column_tells_its_lines_and_not_what_stands_there():
    cells = [(2, "khám"), (3, "Bà Nguyễn Thị Hoa"), (4, "Nguyễn Minh Đức"), (5, "Bà Vũ Thị Lan")]

    problems, doubts = people.of_columns([("Ghi chú", cells)])

    (told,) = problems
    assert (told.code, told.column, told.lines, told.count) == ("personal_name", "Ghi chú", (3, 5), 2)  # fmt: skip
    assert doubts == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["142345678", "142345679", "162345670"], "maybe_id_card"),
        (["3123456780", "3123456781", "3123456782"], "maybe_insurance"),
        (["142345678", "142345678", "142345678"], None),  # equal: no identity
        (["142345678", "7", "12", "15"], None),
        (["0100109106", "0100109106", "0100109106"], None),  # tax codes
    ],
)
def test_a_column_of_bare_numbers_is_doubted_by_the_shape_of_most(cells, code):
    _problems, doubts = people.of_columns([("Mã", list(enumerate(cells, 2)))])

    assert [one.code for one in doubts] == [code] * bool(code)


def test_whose_addresses_these_are_says_the_heading():
    cells = [(2, "số 15 đường Trần Phú")]

    problems, _doubts = people.of_columns([("Nơi ở hiện nay", cells)])
    nothing = people.of_columns([("Địa chỉ nhà thuốc", cells)])

    assert [one.code for one in problems] == ["personal_address"]
    assert nothing == ([], [])


def test_a_tax_code_is_known_by_its_check_digit():
    assert numbers.is_tax_code("0100109106")
    assert not numbers.is_tax_code("0100109107")


def test_generated_people_are_found_and_generated_sentences_are_let_be():
    """The figures of the room's README: a corpus of 4,000 sentences, the same at every run."""
    people_told, sentences = corpus.people(random.Random(7), 2_000), corpus.nobody(random.Random(8), 2_000)  # fmt: skip

    found = sum((kind in {one.kind for one in people.in_cell(cell)}) for cell, kind in people_told)
    certain = sum((kind, True) in kinds(cell) for cell, kind in people_told)
    alarms = sum(bool(kinds(cell)) for cell in sentences)
    refusals = sum(any(sure for _kind, sure in kinds(cell)) for cell in sentences)

    assert found >= 0.97 * len(people_told)
    assert certain >= 0.75 * len(people_told)
    assert found / (found + alarms) >= 0.98
    assert refusals == 0


@pytest.mark.parametrize(
    "piece",
    ["a", "1 ", "số 1/", "Nguyễn ", "Nguyễn Thị ", "a@", "0", "1/", "tổ a ", "tài khoản ", "số nhà 1 ", "Bà "],
)  # fmt: skip
def test_a_hostile_cell_costs_what_it_is_long(piece):
    def spent(length):
        cell = (piece * length)[:length]
        begun = time.process_time()
        for _n in range(3):
            people.in_cell(cell)
        return time.process_time() - begun

    spent(200)
    assert spent(8_000) < 12 * spent(2_000) + 0.05


def test_names_without_marks_are_those_with_marks_folded():
    assert names.find("Nguyễn Minh Đức")[0].end == names.find(text.fold("Nguyễn Minh Đức").title())[0].end  # fmt: skip
