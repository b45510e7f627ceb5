"""What a signature looks like (hình chữ ký, hình con dấu): a picture given, or one drawn.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I: a person's is blue, an organisation's red, PNG without
background
"""

import functools

from PIL import Image, ImageDraw, ImageFont
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.stamp import StaticStampStyle

from haidang.engines.documents import papers

_BLUE, _RED = (20, 60, 160, 255), (200, 30, 30, 255)
_SCALE = 3  # pixels to a point
_EDGE = 3
#: Where words stand, from the left: the seal covers a third of the person's signature.
_MIDDLES = {"person": 0.62, "organisation": 0.4}
_FITTED = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins.uniform(1))


def style(signer, place):
    """How pyHanko shows a signature in its place."""
    picture = _given(signer) if signer.picture else _drawn(signer, place.width, place.height)
    return StaticStampStyle(border_width=0, background=PdfImage(picture), background_layout=_FITTED)


@functools.lru_cache(maxsize=64)
def _given(signer):
    with Image.open(signer.folder / signer.picture) as picture:
        return picture.convert("RGBA")


@functools.lru_cache(maxsize=64)
def _drawn(signer, width, height):
    size = (round(width * _SCALE), round(height * _SCALE))
    picture = Image.new("RGBA", size, (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    colour = _RED if signer.role == "organisation" else _BLUE
    words = "Đã ký số\n" + "\n".join(_wrapped(signer.title))
    font = _fitting(draw, words, size)
    middle = (size[0] * _MIDDLES[signer.role], size[1] / 2)
    draw.multiline_text(middle, words, colour, font, anchor="mm", align="center", spacing=_SCALE)
    if signer.role == "organisation":
        corner = (size[0] - _EDGE, size[1] - _EDGE)
        draw.rounded_rectangle(
            [(_EDGE, _EDGE), corner], 8 * _SCALE, outline=colour, width=_EDGE * 2
        )
    return picture


def _wrapped(text, most=20):
    """Words in lines of about so many letters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _fitting(draw, words, size):
    path = str(papers.font_file("600SemiBold"))
    for points in range(11, 4, -1):
        font = ImageFont.truetype(path, points * _SCALE)
        box = draw.multiline_textbbox((0, 0), words, font=font, spacing=_SCALE)
        if box[2] <= size[0] * 0.7 and box[3] <= size[1] * 0.9:
            break
    return font
