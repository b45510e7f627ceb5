"""How the room's states, problems and values are said to people."""

from django.utils import translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from haidang.rooms.open_data.domain import datasets

STATES = {
    "draft": (_("Chưa gửi"), "neutral"),
    "submitted": (_("Chờ duyệt"), "info"),
    "returned": (_("Trả lại để sửa"), "warn"),
    "accepted": (_("Đã công bố"), "ok"),
    "refused": (_("Không được nhận"), "bad"),
    "withdrawn": (_("Đã rút"), "neutral"),
}
KINDS = {"dataset": _("Bộ dữ liệu"), "observation": _("Báo sai số liệu")}
SHOWN_AS = {
    "name": _("Tên của tôi"),
    "organisation": _("Tên cơ quan, doanh nghiệp"),
    "anonymous": _("Không nêu tên"),
}
TYPES = {
    "text": _("chữ"),
    "whole": _("số nguyên"),
    "number": _("số"),
    "flag": _("đúng, sai"),
    "date": pgettext_lazy("kiểu dữ liệu", "ngày"),
}
RHYTHMS = {
    "monthly": _("Hằng tháng"),
    "quarterly": _("Hằng quý"),
    "yearly": _("Hằng năm"),
    "irregular": _("Không định kỳ"),
}
FORMATS = {"csv": "CSV", "json": "JSON", "parquet": "Parquet", "dictionary": _("Từ điển (CSV)")}
PROBLEMS = {
    "too_large": _("Tệp lớn hơn {most} MB. Hãy bỏ bớt dòng, hoặc chia thành nhiều bộ dữ liệu."),
    "too_many_rows": _("Bảng có hơn {most} dòng. Hãy chia thành nhiều bộ dữ liệu."),
    "too_many_columns": _("Bảng có hơn {most} cột. Hãy bỏ các cột không cần."),
    "empty": _("Tệp rỗng. Hãy chọn lại tệp."),
    "not_text": _("Tệp không phải là văn bản CSV. Hãy lưu lại dưới dạng CSV UTF-8 hoặc XLSX."),
    "not_a_table": _("Tệp này không phải là bảng. Chỉ nhận CSV hoặc XLSX."),
    "broken_encoding": _("Chữ trong tệp không đúng bảng mã UTF-8. Khi lưu, hãy chọn «CSV UTF-8»."),
    "garbled": _("Chữ có dấu đã bị hỏng (ví dụ «áº»). Hãy mở lại bản gốc và lưu dưới dạng «CSV UTF-8»."),
    "workbook_broken": _("Không mở được bảng tính này. Hãy lưu lại bằng phần mềm bảng tính rồi gửi."),
    "quotes": _("Dấu ngoặc kép không khép lại. Hãy xuất lại tệp."),
    "no_header": _("Dòng đầu phải là tên các cột."),
    "no_rows": _("Bảng chỉ có tên cột, chưa có dòng nào."),
    "column_unnamed": _("Cột thứ {numbers} chưa có tên."),
    "column_twice": _("Có hai cột cùng tên."),
    "ragged": _("Số ô của dòng khác số cột; mỗi dòng phải có đúng {wanted} ô."),
    "cell_too_long": _("Có ô dài hơn {most} ký tự."),
    "formula": _("Có ô bắt đầu như công thức (=, +, -, @). Hãy thay bằng giá trị, để không ai mở tệp mà chạy nhầm lệnh."),
    "personal_citizen_id": _("Cột này chứa số định danh cá nhân. Dữ liệu mở không được có dữ liệu cá nhân; hãy bỏ cột."),
    "personal_id_card": _("Cột này chứa số chứng minh nhân dân. Hãy bỏ cột hoặc bỏ các số này."),
    "personal_passport": _("Cột này chứa số hộ chiếu. Hãy bỏ cột hoặc bỏ các số này."),
    "personal_phone": _("Cột này chứa số điện thoại. Hãy bỏ cột hoặc bỏ số điện thoại."),
    "personal_insurance": _("Cột này chứa số thẻ bảo hiểm y tế hoặc số bảo hiểm xã hội. Hãy bỏ cột."),
    "personal_email": _("Cột này chứa địa chỉ thư điện tử. Hãy bỏ cột hoặc bỏ địa chỉ."),
    "personal_patient": _("Cột này chứa mã người bệnh. Hãy bỏ cột."),
    "personal_name": _("Cột này có họ tên người. Hãy bỏ họ tên, hoặc thay bằng cách gọi chung như «một người bệnh»."),
    "personal_address": _("Cột này có địa chỉ nhà ở. Hãy bỏ số nhà, ngõ, tổ, thôn; chỉ giữ phường, xã."),
    "personal_name_birth": _("Họ tên đi cùng ngày sinh (cột «{other}») thì nhận ra được người. Hãy bỏ một trong hai cột."),
}  # fmt: skip
#: What a place of a table looks like, when a person has to say whether it is.
DOUBTS = {
    "maybe_name": _("Giống họ tên người"),
    "maybe_address": _("Giống địa chỉ nhà ở"),
    "maybe_id_card": _("Giống số chứng minh nhân dân (9 chữ số)"),
    "maybe_insurance": _("Giống mã số bảo hiểm xã hội (10 chữ số)"),
    "maybe_account": _("Giống số tài khoản ngân hàng"),
}
FIELDS = {
    "title": _("Hãy đặt tên cho bộ dữ liệu."),
    "description": _("Hãy viết vài câu mô tả."),
    "licence": _("Hãy chọn giấy phép."),
    "shown_as": _("Hãy chọn cách nêu tên."),
    "organisation": _("Hãy viết tên cơ quan, doanh nghiệp."),
    "row_words": _("Hãy cho biết dòng nào."),
    "words": _("Hãy viết điều bạn thấy sai."),
    "column": _("Bộ dữ liệu không có cột này."),
    "theme": _("Hãy chọn chủ đề."),
}


def english():
    """Whether the asker reads English."""
    return translation.get_language() == "en"


def title(one):
    """The title of a data set in the language of the asker."""
    return one.title_en if english() and one.title_en else one.title


def description(one):
    """The description in the language of the asker."""
    return one.description_en if english() and one.description_en else one.description


def theme(key):
    """A theme in the language of the asker."""
    return datasets.THEMES[key][1 if english() else 0]


def licence(key):
    """(title, address) of a licence."""
    vi, en, url = datasets.LICENCES[key]
    return (en if english() else vi), url


def problem(told):
    """One problem of a table as {where, message}."""
    message = gettext(str(PROBLEMS[told["code"]])).format(**told["facts"])
    where = [gettext("Cột «{name}»").format(name=told["column"])] if told["column"] else []
    return {"where": " ".join([*where, *_lines(told)]), "message": message}


def _lines(told):
    """The lines of a problem in words: the first by number, the others counted."""
    if not told["lines"]:
        return
    yield gettext("dòng {lines}").format(lines=", ".join(map(str, told["lines"])))
    more = told["count"] - len(told["lines"])
    if more > 0:
        yield gettext("và {n} dòng khác").format(n=more)


def doubt(column, told):
    """One doubt of a column as {column, looks, where}."""
    return {
        "column": column["heading"],
        "looks": gettext(str(DOUBTS[told["code"]])),
        "where": " ".join(_lines(told)),
    }


def fields(named):
    """Fields of a form that lack something, for the summary of errors."""
    return [{"field_id": f"id_{name}", "message": str(FIELDS[name])} for name in named]


def value(cell, type, *, hidden=False):
    """One value in a table: `1.234`, `12,5`, «có», a dash for nothing, a word for what is hidden."""
    if cell is None:
        return gettext("giấu") if hidden else "–"
    if isinstance(cell, bool):
        return gettext("có") if cell else gettext("không")
    if type in ("whole", "number"):
        return number(cell)
    return str(cell)


def number(cell):
    """A number as people in Việt Nam write it."""
    if float(cell).is_integer():
        return f"{int(cell):,}".replace(",", ".")
    return f"{cell:,.10g}".replace(",", " ").replace(".", ",").replace(" ", ".")
