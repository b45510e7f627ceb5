"""Shapes of the editor's pages, and how a definition goes into them and out again."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from haidang.kernel import text
from haidang.rooms.procedures.selectors import editing

_LABELS = editing.LABELS
UNITS = [
    ("working_day", _("ngày làm việc")),
    ("day", _("ngày")),
    ("hour", _("giờ làm việc")),
]


def _line(name, *, length=300, needed=False, hint=""):
    return forms.CharField(
        label=_LABELS[name], max_length=length, required=needed, help_text=hint, strip=True
    )


def _lines(name, *, rows=3, hint="", needed=False):
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=_LABELS[name], max_length=20_000, required=needed, help_text=hint, widget=area
    )


def _text(label, *, needed=True):
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=500, required=needed, widget=area)


class Facts(forms.Form):
    """What a procedure is, for whom, on which basis, how long and how much."""

    name = _line("name", needed=True)
    name_en = _line("name_en")
    code = _line("code", length=40, hint=_("Mã trong danh mục quốc gia."))
    sector = _line("sector", length=100)
    sector_en = _line("sector_en", length=100)
    summary = _lines("summary", rows=2, hint=_("Một câu: thủ tục này để làm gì."))
    summary_en = _lines("summary_en", rows=2)
    who = _lines("who", rows=2)
    who_en = _lines("who_en", rows=2)
    words = _line("words", hint=_("Từ mà người dân hay dùng, cách nhau bằng dấu phẩy."))
    basis = _lines("basis", hint=_("Mỗi dòng một văn bản."))
    papers = _lines(
        "papers", rows=4, hint=_("Mỗi dòng một giấy tờ; thêm «(nếu có)» khi không bắt buộc.")
    )
    papers_en = _lines("papers_en", rows=4, hint=_("Từng dòng theo thứ tự của các giấy tờ."))
    term = forms.IntegerField(
        label=_LABELS["term"], min_value=0, max_value=1000, help_text=_("0 là có kết quả ngay.")
    )
    term_unit = forms.ChoiceField(
        label=_LABELS["term_unit"],
        choices=UNITS,
    )
    fee_vnd = forms.IntegerField(
        label=_LABELS["fee_vnd"], min_value=0, max_value=10**10, help_text=_("Bằng đồng.")
    )
    fee_source = _line("fee_source")
    fee_source_en = _line("fee_source_en")
    level = forms.ChoiceField(
        label=_LABELS["level"], choices=[("full", _("toàn trình")), ("partial", _("một phần"))]
    )
    partial_reason = _line("partial_reason", length=1000)
    partial_reason_en = _line("partial_reason_en", length=1000)

    @classmethod
    def of(cls, definition):
        """The page of a definition."""
        told = {name: definition.get(name, "") for name in cls.base_fields}
        told |= {name: definition.get(name) or 0 for name in ("term", "fee_vnd")}
        told["words"] = ", ".join(definition.get("words") or ())
        told["basis"] = "\n".join(_title(one) for one in definition.get("basis") or ())
        told["papers"] = "\n".join(_paper_line(one) for one in definition.get("papers") or ())
        told["papers_en"] = "\n".join(
            one.get("title_en", "") for one in definition.get("papers") or ()
        ).rstrip()
        told["level"] = definition.get("level", "full")
        told["term_unit"] = definition.get("term_unit", "working_day")
        return cls(initial=told)

    def parts(self, definition):
        """What the page says, as parts of a definition; what it does not show is kept."""
        told = dict(self.cleaned_data)
        told["words"] = [one.strip() for one in told["words"].split(",") if one.strip()]
        known = {_title(one): one for one in definition.get("basis") or ()}
        told["basis"] = [known.get(one, one) for one in _split(told["basis"])]
        known = {_paper_line(one): one for one in definition.get("papers") or ()}
        taken = {one["key"] for one in known.values()}
        told["papers"] = [
            known.get(one) or _paper(one, known.values(), taken) for one in _split(told["papers"])
        ]
        told["papers"] = _with_english(told["papers"], told.pop("papers_en").splitlines())
        optional = ["words", "papers", "partial_reason", "fee_source"]
        optional += [name for name in told if name.endswith("_en")]
        return told | {name: told[name] or None for name in optional}


def _with_english(papers, lines):
    """Papers with the English of the line at the same place; an empty line takes it away."""
    told = [line.strip() for line in lines] + [""] * len(papers)
    plain = [{k: v for k, v in one.items() if k != "title_en"} for one in papers]
    return [
        one | ({"title_en": english} if english else {})
        for one, english in zip(plain, told, strict=False)
    ]


def _split(lines):
    return [one.strip() for one in lines.splitlines() if one.strip()]


def _title(basis):
    return basis if isinstance(basis, str) else basis.get("title", "")


#: What an officer writes after a paper that is not required.
_OPTIONAL = gettext_noop(" (nếu có)")


def _paper_line(paper):
    line = paper["title"] if paper.get("required", True) else paper["title"] + _OPTIONAL
    return f"{line} [{paper['from_data']}]" if paper.get("from_data") else line


def _paper(line, known, taken):
    """A paper of a new line; whose words stayed keeps its key, whatever else was changed."""
    title = line.removesuffix(_OPTIONAL.strip()).removesuffix("(if any)").strip()
    same = next((one for one in known if one["title"] == title), None)
    paper = {"key": same["key"] if same else _free_key(title, taken, "giay_to"), "title": title}
    return paper | ({"required": False} if title != line else {})


def _free_key(words, taken, otherwise):
    """A key made of words that nothing has yet; it is taken then."""
    base = re.sub(r"[^a-z0-9]+", "_", text.fold(words)).strip("_")[:30].strip("_")
    base = base if base[:1].isalpha() else otherwise
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    taken.add(key)
    return key


class Result(forms.Form):
    """What comes out, and how its paper is worded."""

    result = _line("result", hint=_("Tên giấy, như in ở đầu giấy."))
    result_en = _line("result_en")
    result_code = _line("result_code", length=40, hint=_("Dạng KQ.SYT.00, theo danh mục kết quả."))
    result_days = forms.IntegerField(
        label=_LABELS["result_days"],
        required=False,
        min_value=1,
        max_value=40_000,
        help_text=_("Để trống khi không thời hạn."),
    )
    position = _line("position", length=100, hint=_("Ví dụ: Giám đốc."))
    opening = _lines(
        "opening", hint=_("Đứng trước bảng. Chỗ câu trả lời thì viết tên câu hỏi trong ngoặc nhọn.")
    )
    rows = forms.MultipleChoiceField(
        label=_LABELS["rows"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn câu nào thì bảng có mọi câu trả lời."),
    )
    closing = _lines("closing", hint=_("Đứng sau bảng."))

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rows"].choices = [
            (name, words)
            for name, words, item in questions
            if item.type not in ("attachment", "boolean")
        ]

    @classmethod
    def of(cls, definition, questions):
        """The page of a definition."""
        names = ("result", "result_en", "result_code", "result_days")
        told = {name: definition.get(name, "") for name in names}
        return cls(initial=told | (definition.get("result_paper") or {}), questions=questions)

    def parts(self):
        """What the page says, as parts of a definition."""
        told = self.cleaned_data
        paper = {name: told[name] for name in ("position", "opening", "closing", "rows")}
        return {
            "result": told["result"],
            "result_en": told["result_en"] or None,
            "result_code": told["result_code"],
            "result_days": told["result_days"],
            "result_paper": {name: value for name, value in paper.items() if value} or None,
        }


class Condition(forms.Form):
    """One condition of eligibility, as a question with the answer that it needs."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    ask = _text(_("Câu hỏi, trả lời được bằng có hoặc không"))
    ask_en = _text(_("Câu hỏi, tiếng Anh"), needed=False)
    needed = forms.TypedChoiceField(
        label=_("Câu trả lời cần có"),
        choices=[("yes", _("Có")), ("no", _("Không"))],
        coerce=lambda value: value == "yes",
    )
    otherwise = _text(_("Nếu trả lời khác: điều đó nghĩa là gì, và cần làm gì"))
    otherwise_en = _text(_("Nếu trả lời khác, tiếng Anh"), needed=False)
    instead = forms.ChoiceField(label=_("Thủ tục nên làm thay"), required=False)
    result_code = forms.CharField(
        label=_("Kết quả đã có thì trả lời sẵn là có"),
        required=False,
        max_length=40,
        help_text=_("Dạng KQ.SYT.00, theo danh mục kết quả."),
    )
    source = forms.CharField(label=_("Theo văn bản nào"), required=False, max_length=300)

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instead"].choices = [("", _("Không có")), *others]
        self.empty_permitted = True


def conditions(definition, given=None, *, others):
    """The page of the conditions: a form for each, and an empty one for the next."""
    factory = forms.formset_factory(Condition, extra=1, can_delete=True, can_order=True, max_num=20)
    names = Condition.base_fields
    told = [
        {name: one.get(name, "") for name in names}
        | {"needed": "yes" if one.get("needed", True) else "no"}
        for one in definition.get("conditions") or ()
    ]
    return factory(given, initial=told, prefix="c", form_kwargs={"others": others})


def conditions_of(formset):
    """What the page of the conditions says, as a part of a definition."""
    found, taken = [], {form.cleaned_data.get("key") for form in formset.ordered_forms}
    for form in formset.ordered_forms:
        told = {name: form.cleaned_data.get(name) for name in Condition.base_fields}
        key = told["key"] or _free_key(told["ask"], taken, "dieu_kien")
        given = {name: value for name, value in told.items() if value not in ("", True)}
        found.append({"key": key} | given)
    return found or None


class Publishing(forms.Form):
    """From when on a version applies."""

    valid_from = forms.DateField(
        label=_("Áp dụng từ ngày"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
