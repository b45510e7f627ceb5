"""The summary of a quarter as a paper: the same words for PDF (typst) and DOCX."""

import io
from pathlib import Path

import docx as office
from django.conf import settings
from django.utils import translation
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from haidang.engines.documents import api as documents
from haidang.kernel import dates
from haidang.rooms.plan import models, selectors
from haidang.rooms.plan.selectors import words

TEMPLATE = Path(__file__).resolve().parents[1] / "data" / "documents" / "summary.typ"
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


@translation.override("vi")
def told(row, plan, *, at):
    """What the paper says, as plain values for both of its forms; Vietnamese, whoever signs."""
    address = settings.HAIDANG_ADDRESS.rstrip("/")
    year, quarter = row.label.split("-Q")
    return {
        "agency": ["UBND thành phố Hải Phòng", "Sở Y tế"],
        "number": row.number,
        "place": f"Hải Phòng, ngày {at.astimezone(dates.HANOI):%d tháng %m năm %Y}",
        "title": "Báo cáo",
        "summary": f"Kết quả thực hiện kế hoạch chuyển đổi số quý {quarter} năm {year}",
        "basis": plan.title,
        "words": [part for part in row.words.splitlines() if part.strip()],
        "figures": list(_figures(row, plan)),
        "tasks": list(_tasks(row, plan)),
        "units": list(_units(row, at)),
        "ranking": _ranking(row),
        "position": "Giám đốc",
        "signer": row.signed_by,
        "recipients": ["UBND thành phố", "Các đơn vị trong ngành"],
        "drafter": "TCHC",
        "qr": documents.qr(f"{address}/kiem-tra-ket-qua/?so={row.paper}"),
        "qr_label": f"Quét để kiểm tra văn bản, hoặc nhập mã {row.paper}",
        "notice": documents.notice(),
    }


def _figures(row, plan):
    frozen = models.Figure.objects.filter(quarter=row, report=None)
    found = {one.indicator: one for one in frozen}
    for target in plan.targets:
        one = found[target.indicators[0]]
        day = dates.show(one.data_at) if one.data_at else "–"
        said = words.figure(one, target.unit or _unit(one))
        yield [target.code, target.title, words.target(target), said, day]


def _unit(one):
    return "%" if one.denominator is not None else ""


def _tasks(row, plan):
    counts = selectors.task_counts(row.pk)
    for task in plan.tasks:
        states = counts.get(task.code, {})
        said = "; ".join(f"{words.TASK[s]}: {n}" for s, n in sorted(states.items()))
        yield [task.code, task.title, said or "Chưa có đơn vị báo cáo"]


def _units(row, at):
    for line in selectors.lines(row.pk, at=at):
        sent = dates.show(line.first_submitted_at) if line.first_submitted_at else "–"
        yield [line.name, str(words.REPORT[line.state][0]), sent, words.clock(line)["text"]]


def _ranking(row):
    _criteria, rows = selectors.ranking(row.pk)
    return [[str(place.rank), name, words.number(place.total)] for place, name, _points in rows]


_TABLES = (
    (
        "figures",
        "II. Mục tiêu của kế hoạch",
        ("Mã", "Mục tiêu", "Cần đạt", "Kết quả", "Dữ liệu đến"),
    ),
    ("tasks", "III. Nhiệm vụ", ("Mã", "Nhiệm vụ", "Số đơn vị theo trạng thái")),
    ("units", "IV. Báo cáo của các đơn vị", ("Đơn vị", "Trạng thái", "Ngày nộp", "Hạn")),
    ("ranking", "V. Xếp hạng", ("Hạng", "Đơn vị", "Điểm")),
)


def docx(told):
    """The summary as a file that can be edited (DOCX), in the layout of NĐ 30/2020/NĐ-CP."""
    paper = office.Document()
    _page(paper)
    _head(paper, told)
    _line(paper, told["title"].upper(), bold=True, size=14)
    _line(paper, told["summary"], bold=True)
    paper.add_paragraph(f"Căn cứ {told['basis']}, Sở Y tế báo cáo như sau:")
    paper.add_paragraph().add_run("I. Đánh giá chung").bold = True
    for part in told["words"]:
        paper.add_paragraph(part)
    for name, title, columns in _TABLES:
        paper.add_paragraph().add_run(title).bold = True
        _table(paper, columns, told[name])
    _foot(paper, told)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _page(paper):
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(18)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.paragraph_format.space_after = Pt(4)


def _head(paper, told):
    left, right = paper.add_table(rows=1, cols=2).rows[0].cells
    _line(left, told["agency"][0].upper(), size=12, first=True)
    _line(left, told["agency"][1].upper(), bold=True, size=12)
    _line(left, f"Số: {told['number']}", size=13)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True)
    _line(right, told["place"], italic=True)


def _line(holder, text, *, bold=False, italic=False, size=13, first=False):
    paragraph = holder.paragraphs[0] if first else holder.add_paragraph()
    paragraph.alignment = _CENTRE
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _table(paper, columns, rows):
    table = paper.add_table(rows=1, cols=len(columns), style="Table Grid")
    for cells, texts in (
        (table.rows[0].cells, columns),
        *((table.add_row().cells, r) for r in rows),
    ):
        for cell, text in zip(cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(11), texts is columns


def _foot(paper, told):
    left, right = paper.add_table(rows=1, cols=2).rows[0].cells
    left.paragraphs[0].add_run("Nơi nhận:").bold = True
    for one in told["recipients"]:
        left.add_paragraph(f"- {one};")
    left.add_paragraph(f"- Lưu: VT, {told['drafter']}.")
    _line(right, told["position"].upper(), bold=True, first=True)
    for _gap in range(3):
        _line(right, "")
    _line(right, told["signer"], bold=True)
    if told["notice"]:
        _line(paper, told["notice"], italic=True, size=9)
