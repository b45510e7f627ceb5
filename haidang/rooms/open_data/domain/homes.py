"""Finds addresses of homes in running text (địa chỉ nhà ở): a number and a street, or a hamlet where somebody lives.

The address of a hospital, shop or office is no home; a street, hamlet or commune without a number tells
nobody's door unless it is said that somebody lives there.
"""

import re

from haidang.rooms.open_data.domain.names import Found
from haidang.rooms.open_data.domain.phrases import any_of, forms_of

_UPPER = "A-ZÀ-ÖØ-ÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
_LANE = any_of(
    "ngõ, ngách, hẻm, kiệt, đường, phố, lô, khu, tổ, thôn, xóm, đội, ấp, tập thể, chung cư"
)
_NUMBER = r"\d{1,4}[a-zA-Z]?(?: ?/ ?\d{1,4}[a-zA-Z]?){0,4}"
_SLASHED = r"\d{1,4}[a-zA-Z]?(?: ?/ ?\d{1,4}[a-zA-Z]?){1,4}"
_HOUSE = rf"(?i:{any_of('số nhà, nhà số')}|\bsn)"
_LIVES = re.compile(
    rf"(?<!\w){any_of('thường trú, tạm trú, trú tại, trú quán, hktt, hộ khẩu, nơi ở, chỗ ở, nhà ở, ở tại, đang ở, địa chỉ nhà, sống tại, sinh sống, ngụ tại, cư trú, nhà riêng, nhà ở tại')}(?!\w)",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    rf"(?<!\w){any_of('bệnh viện, trạm y tế, nhà thuốc, quầy thuốc, hiệu thuốc, phòng khám, nha khoa, công ty, trường, trung tâm, ubnd, ủy ban, chi nhánh, cửa hàng, khách sạn, siêu thị, văn phòng, trụ sở, cơ sở, bưu điện, nhà hàng, ngân hàng, nhà văn hóa, tiệm, đại lý, nhà máy, xưởng, kho, sở, phòng giao dịch, quán, doanh nghiệp, phòng xét nghiệm, điểm tiêm', but='so kho quan')}(?!\w)",
    re.IGNORECASE,
)
#: A number and its street: `số nhà 12 Lê Lợi`, `12/34 ngõ 5 Lê Lợi`, `số 5 đường Lê Lợi`, `5 ngõ 12 phố X`.
_DOOR = re.compile(
    rf"(?<![\w/.,]){_HOUSE} ?[:.]? ?{_NUMBER}(?![\w/]),? {{0,2}}(?:(?i:{_LANE}) |[{_UPPER}])"
    rf"|(?<![\w/.,])(?i:{any_of('số')}) ?{_NUMBER},? (?i:{_LANE}) [\w{_UPPER}]"
    rf"|(?<![\w/.,-]){_SLASHED},? (?:(?i:{_LANE}) \w|[{_UPPER}]\w+ [{_UPPER}])"
    rf"|(?<![\w/.,-])(?<!\w )\d{{1,4}}[a-zA-Z]?,? (?i:{any_of('ngõ, ngách, hẻm, đường, phố')}) [\d{_UPPER}]"
    rf"|(?:^|[,;:(] ?|(?i:{any_of('ở, tại, địa chỉ, đ/c')}) )(?i:{any_of('số')}) {_NUMBER},? [{_UPPER}]\w+ [{_UPPER}]"
)
#: A hamlet and its commune: `tổ 5, phường An Biên`, `thôn Đông, xã An Lão`.
_HAMLET = re.compile(
    rf"(?<!\w)(?i:{any_of('tổ, tổ dân phố, tdp, thôn, xóm, đội, ấp, khu')}) (?:\w+[ ,.-]{{1,2}}){{1,5}}"
    rf"(?i:{any_of('phường, xã, thị trấn')}|p\.|x\.) ?[{_UPPER}\d]"
)
#: A text without any of these words tells nobody's door.
_SIGNS = forms_of("số, sn, nhà, ngõ, ngách, hẻm, kiệt, đường, phố, hktt, trú, khẩu, ngụ, ở, sống")
_TAIL = re.compile(r"[^;\n.]{0,60}")
_NEAR = 40
_DIGIT = re.compile(r"\d")


def find(seen, said, *, named=False):
    """The addresses of homes in a text, in order.

    said     the words of the text in small letters
    named    whether somebody's name stands in the same text: then it is said who lives there
    """
    if "/" not in seen and not named and _SIGNS.isdisjoint(said):
        return []
    if not _LIVES.search(seen) and (_OFFICE.search(seen) or not _DIGIT.search(seen)):
        return []
    found = [_found(seen, one, named) for one in _DOOR.finditer(seen)]
    hamlets = (_found(seen, one, named) for one in _HAMLET.finditer(seen))
    return found or [one for one in hamlets if one.sure]


def _found(seen, match, named):
    lives = bool(_LIVES.search(seen, max(0, match.start() - _NEAR), match.end()))
    end = _TAIL.match(seen, match.end()).end()
    return Found("address", match.start(), end, lives or named)
