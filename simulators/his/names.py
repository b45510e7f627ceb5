"""Vietnamese names put together from short lists of syllables, in the proportions of the north (họ, tên đệm, tên)."""

from random import Random

FAMILIES = {
    "Nguyễn": 34, "Phạm": 12, "Vũ": 10, "Trần": 8, "Đỗ": 5, "Bùi": 5, "Hoàng": 5, "Lê": 4, "Đoàn": 3, "Đào": 2,
    "Ngô": 2, "Đặng": 2, "Lương": 2, "Phan": 1, "Trịnh": 1, "Hà": 1, "Mai": 1, "Cao": 1, "Tô": 1,
}  # fmt: skip
MIDDLES = {
    "1": ("Văn", "Văn", "Đức", "Minh", "Quang", "Hữu", "Xuân", "Thế", "Tuấn", "Gia", "Anh", "Mạnh"),
    "2": ("Thị", "Thị", "Thu", "Ngọc", "Thanh", "Minh", "Khánh", "Bích", "Phương", "Hồng", "Thùy", "Mai"),
}  # fmt: skip
GIVEN = {
    "1": ("Anh", "Bình", "Cường", "Dũng", "Duy", "Đạt", "Hải", "Hiếu", "Hòa", "Hùng", "Huy", "Khánh", "Kiên", "Lâm",
          "Long", "Minh", "Nam", "Phong", "Phúc", "Quân", "Sơn", "Thành", "Thắng", "Toàn", "Trung", "Tuấn", "Tùng", "Việt"),
    "2": ("An", "Anh", "Chi", "Dung", "Giang", "Hà", "Hạnh", "Hiền", "Hoa", "Huệ", "Hương", "Lan", "Liên", "Linh", "Loan",
          "Mai", "Nga", "Ngân", "Nhung", "Oanh", "Phương", "Quyên", "Thảo", "Thủy", "Trang", "Tuyết", "Vân", "Yến"),
}  # fmt: skip
_FAMILIES, _WEIGHTS = tuple(FAMILIES), tuple(FAMILIES.values())


def family(rng: Random) -> str:
    return rng.choices(_FAMILIES, _WEIGHTS)[0]


def full(rng: Random, sex: str, of: str = "") -> str:
    """A full name; `of` is the family name of the father for a child."""
    middle, given = rng.choice(MIDDLES[sex]), rng.choice(GIVEN[sex])
    return f"{of or family(rng)} {middle} {given}"
