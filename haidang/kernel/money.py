"""Money in whole đồng, and the rounding that insurance claims use."""

from decimal import ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def show(amount):
    """An amount as people read it: `1.250.000 ₫`.

    Claims carry two decimals; they are shown only when they are not zero.
    """
    value = round2(amount)
    whole, fraction = divmod(abs(value), 1)
    text = f"{int(whole):,}".replace(",", ".")
    if fraction:
        text += f",{int(fraction * 100):02d}"
    return f"{'-' if value < 0 else ''}{text} ₫"


def round2(amount):
    """To two decimals, half away from zero, as the claims rules round."""
    return Decimal(amount).quantize(_CENT, rounding=ROUND_HALF_UP)


def round0(amount):
    """To whole đồng, half away from zero."""
    return Decimal(amount).quantize(Decimal(1), rounding=ROUND_HALF_UP)


_DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()  # noqa: SIM905
_GROUPS = ("", " nghìn", " triệu", " tỷ")


def in_words(amount):
    """A whole amount in words, as papers about money end: `Bảy mươi sáu nghìn đồng`.

    Raises    ValueError below zero, or from a million billion up
    """
    if not 0 <= amount < 10**15:
        raise ValueError(amount)
    words = _spell(int(amount)) or "không"
    return f"{words[0].upper()}{words[1:]} đồng"


def _spell(number):
    """Groups of three from the highest; above a billion the groups are counted in billions."""
    if number >= 10**9:
        above, below = divmod(number, 10**9)
        return f"{_spell(above)} tỷ {_groups(below, led=True)}".strip()
    return _groups(number, led=False)


def _groups(number, *, led):
    parts = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            parts.append(_three(group, led=led or bool(parts)) + _GROUPS[power])
    return " ".join(parts)


def _three(group, *, led):
    """Three digits; when something stands before them, the hundreds are always named."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    parts = [f"{_DIGITS[hundreds]} trăm"] if hundreds or led else []
    if tens > 1:
        parts.append(f"{_DIGITS[tens]} mươi")
    elif tens == 1:
        parts.append("mười")
    elif ones and parts:
        parts.append("lẻ")
    if ones:
        parts.append(_one(ones, tens))
    return " ".join(parts)


def _one(ones, tens):
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 5 and tens:
        return "lăm"
    return _DIGITS[ones]
