"""Questions in words: what kind, when they are asked, what is computed.

For officers who build forms and for whoever compares two versions.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.forms.form import CALCULATIONS, FORMATS, OPERATORS, TYPES
from haidang.kernel import dates

KINDS = dict(
    zip(
        TYPES,
        (
            gettext_noop("Nhóm câu hỏi"),
            gettext_noop("Đoạn chữ"),
            gettext_noop("Một dòng chữ"),
            gettext_noop("Nhiều dòng chữ"),
            gettext_noop("Số nguyên"),
            gettext_noop("Số lẻ"),
            gettext_noop("Số đo có đơn vị"),
            gettext_noop("Có hoặc không"),
            gettext_noop("Ngày"),
            gettext_noop("Chọn trong danh sách"),
            gettext_noop("Tệp đính kèm"),
        ),
        strict=True,
    )
)
SHAPES = dict(
    zip(
        FORMATS,
        (
            gettext_noop("Số điện thoại"),
            gettext_noop("Thư điện tử"),
            gettext_noop("Số định danh cá nhân"),
            gettext_noop("Mã thẻ bảo hiểm y tế"),
            gettext_noop("Xã, phường, đặc khu"),
            gettext_noop("Số tiền"),
        ),
        strict=True,
    )
)
COMPARISONS = dict(
    zip(
        OPERATORS,
        (
            gettext_noop("đã trả lời"),
            gettext_noop("là"),
            gettext_noop("khác"),
            gettext_noop("lớn hơn hoặc sau"),
            gettext_noop("nhỏ hơn hoặc trước"),
            gettext_noop("bằng hoặc hơn"),
            gettext_noop("bằng hoặc kém"),
        ),
        strict=True,
    )
)
SUMS = dict(
    zip(
        CALCULATIONS,
        (
            gettext_noop("Tổng"),
            gettext_noop("Tích"),
            gettext_noop("Hiệu"),
            gettext_noop("Số lượng"),
            gettext_noop("Số năm tròn"),
            gettext_noop("Ghép chữ"),
        ),
        strict=True,
    )
)


def kind(item):
    """`Một dòng chữ (Số điện thoại)`."""
    named = _(KINDS[item.type])
    return f"{named} ({_(SHAPES[item.format])})" if item.format else named


def condition(found, asked):
    """A condition: `«Chức danh» là «Khác»`; `asked` gives the item of a name, or None."""
    item = asked(found.question)
    words = item.text if item else found.question
    if found.operator == "exists":
        told = _("«{question}» đã trả lời") if found.answer else _("«{question}» chưa trả lời")
        return told.format(question=words)
    return f"«{words}» {_(COMPARISONS[found.operator])} «{_answer(found.answer, item)}»"


def _answer(answer, item):
    for option in item.options if item else ():
        if option.code == str(answer):
            return option.display
    return value(answer)


def conditions(item, asked):
    """When an item is asked: `khi … và …`; empty when always."""
    joint = _(" hoặc ") if item.enable_behavior == "any" else _(" và ")
    return joint.join(condition(one, asked) for one in item.enable_when)


def calculation(item, asked):
    """What an item is computed from: `Tổng của «Số tháng»`; empty when it is asked."""
    if item.calculated is None:
        return ""
    names = [asked(name) for name in item.calculated.of]
    of = ", ".join(f"«{one.text}»" for one in names if one)
    return _("{sum} của {questions}").format(sum=_(SUMS[item.calculated.function]), questions=of)


def score(found):
    """A score in words: `1,5`, or that there is none."""
    return _("không có") if found is None else value(found.normalize())


def value(found):
    """A plain value in words."""
    if isinstance(found, bool):
        return _("có") if found else _("không")
    if found == "today":
        return _("ngày trả lời")
    if isinstance(found, Decimal | float):
        return f"{found:f}".replace(".", ",") if isinstance(found, Decimal) else str(found)
    text = str(found)
    return dates.show(text) if len(text) == 10 and text[4:5] == "-" else text
