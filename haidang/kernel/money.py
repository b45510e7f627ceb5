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
