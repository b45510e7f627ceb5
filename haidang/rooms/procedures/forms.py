"""The forms of the room's own pages: shapes only; what procedures ask stands in the catalogue."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_PAPER = forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png", "class": "file-input w-full"})


class Authorise(forms.Form):
    """Somebody authorises somebody else."""

    principal = forms.ChoiceField(label=_("Uỷ quyền cho việc của ai"))
    agent_name = forms.CharField(label=_("Họ và tên người được uỷ quyền"), max_length=200)
    agent_number = forms.CharField(
        label=_("Số định danh của người được uỷ quyền"),
        max_length=20,
        help_text=_("12 chữ số trên thẻ căn cước."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    procedures = forms.MultipleChoiceField(
        label=_("Những thủ tục được nộp thay"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Không chọn là mọi thủ tục."),
    )
    may_receive = forms.BooleanField(
        label=_("Được nhận kết quả"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "checkbox"}),
    )
    until = forms.DateField(
        label=_("Ngày cuối"), help_text=_("Chậm nhất một năm sau hôm nay."), widget=_DAY
    )
    evidence = forms.FileField(
        label=_("Giấy uỷ quyền"), help_text=_("Bản chụp hoặc PDF, có chữ ký."), widget=_PAPER
    )

    def __init__(self, *args, principals, procedures, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["principal"].choices = principals
        self.fields["procedures"].choices = procedures


class Absent(forms.Form):
    """Somebody is away, somebody else acts for them."""

    who = forms.ChoiceField(label=_("Người vắng mặt"))
    deputy = forms.ChoiceField(label=_("Người làm thay"))
    first_on = forms.DateField(label=_("Từ ngày"), widget=_DAY)
    last_on = forms.DateField(
        label=_("Đến hết ngày"), help_text=_("Ngày cuối còn làm thay."), widget=_DAY
    )

    def __init__(self, *args, away, deputies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = away
        self.fields["deputy"].choices = deputies


class DayOff(forms.Form):
    """One day is off, or worked to make up for another."""

    on = forms.DateField(label=_("Ngày"), widget=_DAY)
    works = forms.ChoiceField(
        label=_("Nghỉ hay làm"), choices=[("off", _("Nghỉ")), ("work", _("Làm bù"))]
    )
    name = forms.CharField(label=_("Tên ngày"), max_length=200)
    source = forms.CharField(
        label=_("Văn bản công bố"), max_length=300, help_text=_("Số, ngày và cơ quan ban hành.")
    )


class Represent(forms.Form):
    """Somebody says that they represent an organisation."""

    organisation = forms.CharField(label=_("Tên tổ chức"), max_length=200)
    tax_code = forms.CharField(
        label=_("Mã số thuế hoặc mã số hộ kinh doanh"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    until = forms.DateField(
        label=_("Đại diện đến ngày"), help_text=_("Chậm nhất một năm sau hôm nay."), widget=_DAY
    )
    evidence = forms.FileField(
        label=_("Giấy tờ chứng minh quyền đại diện"),
        help_text=_("Đăng ký kinh doanh hoặc giấy giới thiệu."),
        widget=_PAPER,
    )


class Receive(forms.Form):
    """A paper dossier comes in: what for, how it came, where the result should go."""

    procedure = forms.ChoiceField(label=_("Thủ tục"))
    channel = forms.ChoiceField(
        label=_("Hồ sơ đến"), choices=[("counter", _("Tại quầy")), ("post", _("Qua bưu điện"))]
    )
    tracking = forms.CharField(
        label=_("Số hiệu bưu gửi đến"),
        max_length=40,
        required=False,
        help_text=_("Khi hồ sơ đến qua bưu điện."),
    )
    phone = forms.CharField(
        label=_("Số điện thoại liên hệ"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(label=_("Địa chỉ liên hệ"), max_length=300)
    organisation = forms.CharField(
        label=_("Tên tổ chức"),
        max_length=200,
        required=False,
        help_text=_("Khi chủ hồ sơ là tổ chức hoặc hộ kinh doanh."),
    )
    tax_code = forms.CharField(
        label=_("Mã số thuế hoặc mã số hộ kinh doanh"), max_length=20, required=False
    )
    return_way = forms.ChoiceField(
        label=_("Nhận kết quả"),
        choices=[
            ("counter", _("Tại quầy")),
            ("post", _("Qua bưu điện")),
            ("online", _("Trực tuyến")),
        ],
    )
    return_address = forms.CharField(
        label=_("Địa chỉ nhận kết quả qua bưu điện"), max_length=300, required=False
    )

    def __init__(self, *args, procedures, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["procedure"].choices = [("", _("Chọn thủ tục")), *procedures]

    def clean(self):
        told = super().clean()
        needed = (
            ("tracking", told.get("channel") == "post"),
            ("return_address", told.get("return_way") == "post"),
            ("tax_code", bool(told.get("organisation"))),
            ("organisation", bool(told.get("tax_code"))),
        )
        for name, wanted in needed:
            if wanted and not told.get(name):
                self.add_error(name, _("Cần có nội dung ở đây."))
        return told


class ReceiveStranger(Receive):
    """The same for somebody whom nobody has typed in yet."""

    field_order = ["name", "citizen_id", "birth_date", "sex"]

    name = forms.CharField(label=_("Họ và tên"), max_length=200, help_text=_("Như trên thẻ."))
    citizen_id = forms.RegexField(
        r"^\d{12}$",
        label=_("Số định danh cá nhân"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Số định danh có 12 chữ số.")},
    )
    birth_date = forms.DateField(label=_("Ngày sinh"), required=False, widget=_DAY)
    sex = forms.ChoiceField(
        label=_("Giới tính"),
        required=False,
        choices=[("", _("Chưa rõ")), ("female", _("Nữ")), ("male", _("Nam"))],
    )


class Apologise(forms.Form):
    """A new date for a result that will be late."""

    until = forms.DateField(label=_("Ngày hẹn mới"), widget=_DAY)
    reason = forms.CharField(
        label=_("Lý do, viết cho người nộp hiểu"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class Eligibility(forms.Form):
    """Conditions of a procedure as questions; `initial` holds what is known already."""

    ANSWERS = (
        ("yes", _("Có")),
        ("no", _("Không")),
        ("unsure", pgettext_lazy("câu trả lời", "Chưa rõ")),
    )

    def __init__(self, *args, conditions, **kwargs):
        super().__init__(*args, **kwargs)
        for key, ask, hint in conditions:
            self.fields[key] = forms.ChoiceField(
                label=ask,
                help_text=hint,
                choices=self.ANSWERS,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Hãy trả lời: {ask}").format(ask=ask),
                    "invalid_choice": _("Hãy trả lời: {ask}").format(ask=ask),
                },
            )
