"""The layout of an administrative document as a DOCX template (Nghị định 30/2020/NĐ-CP, Phụ lục I).

It asks for the values of `data/layout/administrative.typ`, and for `body`, a list of paragraphs.
A4, margins 20, 20, 30 and 15 mm; Times New Roman, which every office has.
"""

import functools
import io

_HEAD = ((10.5, False, "{{ agency[0] | upper }}"), (10.5, True, "{{ agency[1] | upper }}"), (13, False, "Số: {{ number }}"))  # fmt: skip
_STATE = (
    (10.5, True, "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (11, True, "Độc lập - Tự do - Hạnh phúc"),
    (13, False, "{{ place }}"),
)
_SIGNER = (
    (13, True, "{% if authority is defined %}{{ authority | join(' ') | upper }}{% endif %}"),
    (13, True, "{{ position | upper }}"),
    (13, False, ""),
    (13, False, ""),
    (13, True, "{{ signer }}"),
)


@functools.cache
def administrative():
    """The template, as bytes for `render_docx`."""
    from docx import Document
    from docx.shared import Mm, Pt

    paper = Document()
    page = paper.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(20), Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    _columns(paper, _HEAD, _STATE)
    _lines(paper, ((14, True, "{% if title is defined %}{{ title | upper }}{% endif %}"),
                   (14, True, "{% if summary is defined %}{{ summary }}{% endif %}")))  # fmt: skip
    _body(paper, Mm(10))
    _columns(paper, _recipients(), _SIGNER, left_centred=False)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _recipients():
    told = "{% if recipients is defined %}Nơi nhận: {{ recipients | join('; ') }}{% endif %}"
    return ((11, False, told),)


def _columns(paper, left, right, *, left_centred=True):
    table = paper.add_table(rows=1, cols=2)
    for cell, lines, centred in zip(
        table.rows[0].cells, (left, right), (left_centred, True), strict=True
    ):
        cell.paragraphs[0]._p.getparent().remove(cell.paragraphs[0]._p)
        _lines(cell, lines, centred=centred)


def _lines(home, lines, *, centred=True):
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for size, bold, words in lines:
        paragraph = home.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(words)
        run.bold, run.font.size = bold, Pt(size)


def _body(paper, indent):
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paper.add_paragraph("{%p for words in body %}")
    paragraph = paper.add_paragraph("{{ words }}")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = indent
    paper.add_paragraph("{%p endfor %}")
