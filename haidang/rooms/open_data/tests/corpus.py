"""Sentences about people and about nobody, made up at random: how well `domain/people.py` tells them apart.

The names here are drawn from lists of their own, a part of which the data file does not hold.
"""

from haidang.kernel import text

_FAMILIES = "Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Phạm Hoàng Phan Vũ Vũ Đặng Bùi Bùi Đỗ Đỗ Hồ Ngô Dương Lý Đào Đoàn Lương Mai Trịnh Đinh Cao Tô Lưu Phùng Hà Đàm Tạ Khúc Bành Nghiêm"
_WOMEN = "Thị Thị Thị Thu Thanh Ngọc Hồng Kim Minh Phương Bích Diệu"
_MEN = "Văn Văn Văn Đình Hữu Đức Xuân Minh Quang Quốc Duy Thế Trọng"
_HERS = "Hoa Lan Hương Hằng Mai Thủy Nga Yến Oanh Nhung Thảo Trang Linh Hà Hiền Loan Bưởi Mận Thắm Dịu Tươi Ngát Thoa Vân Chuyên"
_HIS = "Hùng Dũng Cường Nam Sơn Hải Long Bình Tuấn Thắng Hiếu Đức Mạnh Quân Toàn Tiến Khoa Phúc Lộc Thọ Vinh Chiến Hưng Quyết Đông Ngọ"
_CUES = [
    "Bà",
    "Ông",
    "Chị",
    "Anh",
    "Cháu",
    "Bệnh nhân",
    "BN",
    "Chủ hộ",
    "bệnh nhân",
    "bà",
    "anh",
    "Họ tên:",
    "",
]
_STREETS = ["Lê Lợi", "Trần Phú", "Cầu Đất", "Lạch Tray", "Tô Hiệu", "Trần Nguyên Hãn", "Nguyễn Đức Cảnh", "Chợ Hàng"]  # fmt: skip
_COMMUNES = ["An Biên", "Lê Chân", "Ngô Quyền", "Hồng Bàng", "Kiến An", "Thủy Nguyên", "An Lão", "Trần Hưng Đạo"]  # fmt: skip
_BEFORE = ["", "Sáng nay ", "Đã báo cho ", "Theo sổ trực, ", "Hẹn "]
_AFTER = ["", " đến khám vì sốt cao.", " tái khám sau 7 ngày", ", đã cấp thuốc", " xin chuyển viện", " chưa tiêm mũi 2"]  # fmt: skip
_NOBODY = [
    "Khám {n} lượt tại phường {commune} trong tháng {m}", "Tuyến đường {street} ngập {n} cm", "Trường THCS {name} có {n} học sinh tiêm chủng",
    "Điểm tiêm số {n}, {commune}, mở cửa từ 7 giờ", "Cầu {name} sửa xong tháng {m}", "Nhà thuốc {name} mở cửa đến 22 giờ", "Bệnh viện {commune} có {n} giường",
    "Từ phố {street} đến phố {street} dài {n} m", "Quyết định số {n}/QĐ-SYT ngày 0{m}/0{m}/2025", "Dân số xã {commune}: {n}.{n} người", "Chi {n}.{n}.000 đồng cho {m} trạm",
    "Người bệnh nam {m}0 tuổi, ho khan {m} ngày, không sốt", "Bà mẹ mang thai được khám {m} lần", "Đường {name}, {street} và {street} cấm xe", "Ca dương tính tăng {n}% so với kỳ trước",
    "Đoàn Thanh niên phường {commune} phát {n} khẩu trang", "BẢNG LƯƠNG CƠ BẢN NĂM 202{m}", "Công ty cổ phần {name} ủng hộ {n} bộ kit", "Tổ dân phố {n} phường {commune}", "Lý do trả lại: thiếu trang {m}",
    "Trạm y tế xã {commune}, số {n} đường {street}, điện thoại 0225.3{n}{n}1", "duong {street_bare} dai {n} m", "phuong {commune_bare}: {n} ca", "TRẠM Y TẾ PHƯỜNG {commune_caps}",
]  # fmt: skip


def name(rng):
    """A made-up name of three words, some of four."""
    middles, given = (_WOMEN, _HERS) if rng.random() < 0.5 else (_MEN, _HIS)
    extra = [rng.choice(["Thu", "Minh", "Ngọc", "Xuân"])] if rng.random() < 0.15 else []
    return " ".join(
        [
            rng.choice(_FAMILIES.split()),
            rng.choice(middles.split()),
            *extra,
            rng.choice(given.split()),
        ]
    )


def people(rng, count):
    """[(sentence, kind)]: each tells of somebody by a name, an address or a number."""
    makers = [_named] * 6 + [_housed] * 2 + [_numbered] * 2
    return [rng.choice(makers)(rng) for _n in range(count)]


def _named(rng):
    cue, who = rng.choice(_CUES), name(rng)
    if rng.random() < 0.15:
        who = who.upper()
    told = f"{rng.choice(_BEFORE)}{cue} {who}{rng.choice(_AFTER)}".strip()
    if rng.random() < 0.12 and cue:
        told = (
            text.fold(f"{cue} {who}")
            if rng.random() < 0.3
            else f"{text.fold(cue)} {text.fold(who).title()}"
        )
    return told, "name"


def _housed(rng):
    n, m, street, commune = rng.randint(1, 300), rng.randint(1, 90), rng.choice(_STREETS), rng.choice(_COMMUNES)  # fmt: skip
    told = rng.choice(
        [
            f"số nhà {n} {street}", f"trú tại {n}/{m} {street}, phường {commune}", f"số {n} ngõ {m} {street}", f"thường trú thôn {m}, xã {commune}",
            f"{name(rng)}, tổ {m}, phường {commune}", f"nhà ở số {n} đường {street}", f"{n}/{m} ngách {m} phố {street}", f"hiện ở tại tổ {m} phường {commune}",
        ]
    )  # fmt: skip
    return told, "address"


def _numbered(rng):
    def digits(count):
        return "".join(rng.choice("0123456789") for _n in range(count))

    def apart(number, *sizes):
        mark, pieces, at = rng.choice([" ", ".", "-", ""]), [], 0
        for size in sizes:
            pieces.append(number[at : at + size])
            at += size
        return mark.join(pieces)

    mobile, insured, citizen, card = (
        f"09{digits(8)}",
        f"31{digits(8)}",
        f"0311{digits(8)}",
        f"142{digits(6)}",
    )
    return rng.choice(
        [
            (f"liên hệ {apart(mobile, 4, 3, 3)}", "phone"), (f"gọi +84 {apart(mobile[1:], 3, 3, 3)} khi có kết quả", "phone"), (f"BHXH {insured}", "insurance"),
            (f"căn cước {apart(citizen, 3, 3, 3, 3)}", "citizen_id"), (f"mang theo {citizen}", "citizen_id"), (f"CMND {apart(card, 3, 3, 3)} cũ", "id_card"),
            (f"thẻ GD4{insured[:2]}{insured}", "insurance"), (f"STK {digits(3)}{digits(8)}5", "account"), (f"thư gửi về ten{digits(3)}@thu.vn", "email"),
        ]
    )  # fmt: skip


def nobody(rng, count):
    """Sentences that name streets, schools and amounts, and no person."""
    return [_without_people(rng) for _n in range(count)]


def _without_people(rng):
    street, commune = rng.choice(_STREETS), rng.choice(_COMMUNES)
    return rng.choice(_NOBODY).format(
        n=rng.randint(10, 999), m=rng.randint(1, 9), street=street, commune=commune, name=name(rng),
        street_bare=text.fold(street).title(), commune_bare=text.fold(commune).title(), commune_caps=commune.upper(),
    )  # fmt: skip
