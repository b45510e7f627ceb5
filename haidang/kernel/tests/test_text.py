import pytest

from haidang.kernel import text


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đặng Thuỳ Trâm", "dang thuy tram"),
        ("đặng  thùy trâm", "dang thuy tram"),
        ("NGUYỄN VĂN ƯỚC", "nguyen van uoc"),
        ("  ", ""),
    ],
)
def test_names_fold_to_what_people_type_without_marks(typed, folded):
    assert text.fold(typed) == folded


def test_words_leave_punctuation_out():
    assert text.words("Số 12/3, ngõ Đông-Khê") == ["so", "12", "3", "ngo", "dong", "khe"]


def test_composed_and_decomposed_text_are_kept_alike():
    assert text.tidy("Ha\u0309i  Phòng ") == text.tidy("Hải Phòng")


def test_marks_are_noticed():
    assert text.has_marks("Trần Thị Hoà")
    assert not text.has_marks("Tran Thi Hoa")
