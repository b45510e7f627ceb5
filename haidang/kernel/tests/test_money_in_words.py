"""Amounts in words as Vietnamese reads them."""

import pytest

from haidang.kernel import money


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi bốn đồng"),
        (101, "Một trăm lẻ một đồng"),
        (1_005, "Một nghìn không trăm lẻ năm đồng"),
        (76_000, "Bảy mươi sáu nghìn đồng"),
        (185_000, "Một trăm tám mươi lăm nghìn đồng"),
        (1_250_000, "Một triệu hai trăm năm mươi nghìn đồng"),
        (1_000_001, "Một triệu không trăm lẻ một đồng"),
        (2_000_000_000, "Hai tỷ đồng"),
        (1_111_000_000_000, "Một nghìn một trăm mười một tỷ đồng"),
    ],
)
def test_an_amount_is_read_as_people_read_it(amount, words):
    assert money.in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, 10**15])
def test_what_has_no_words_is_refused(amount):
    with pytest.raises(ValueError, match=str(amount)):
        money.in_words(amount)
