"""The forms of the room: shapes only, the rules are in the engine."""

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.engines.places import api as places

_ANY = ("", _("Tất cả"))
_STATES = [_ANY, ("active", _("Đang hoạt động")), ("closed", _("Đã ngừng"))]


def _kinds(first):
    return [first, *places.FACILITY_KINDS.items()]


class Filter(forms.Form):
    """The filters of the list; they stand in the address."""

    q = forms.CharField(label=_("Tên hoặc mã"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Loại cơ sở"), required=False)
    commune = forms.ChoiceField(label=_("Xã, phường"), required=False)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=_STATES)

    def __init__(self, *args, communes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(_ANY)
        self.fields["commune"].choices = [_ANY, *communes]


class Facility(forms.Form):
    """A facility that is there already; its code stays."""

    name = forms.CharField(label=_("Tên cơ sở"), max_length=300)
    kind = forms.ChoiceField(label=_("Loại cơ sở"))
    level = forms.ChoiceField(label=_("Cấp chuyên môn"), required=False)
    commune = forms.ChoiceField(label=_("Xã, phường"), required=False)
    address = forms.CharField(
        label=_("Địa chỉ"), required=False, max_length=500, help_text=_("Số nhà, đường, thôn.")
    )
    phone = forms.CharField(
        label=_("Điện thoại"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    closed_on = forms.DateField(
        label=_("Ngày đóng cửa"),
        required=False,
        help_text=_("Chỉ nhập khi cơ sở đã ngừng hoạt động."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    successor = forms.CharField(
        label=_("Mã cơ sở tiếp nhận"),
        required=False,
        max_length=5,
        help_text=_("Cơ sở nhận người bệnh và hồ sơ sau khi cơ sở này đóng cửa."),
    )

    def __init__(self, *args, communes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(("", _("Chọn loại cơ sở")))
        self.fields["level"].choices = [("", _("Chưa xếp cấp")), *places.FACILITY_LEVELS.items()]
        self.fields["commune"].choices = [("", _("Chọn xã, phường")), *communes]


class NewFacility(Facility):
    """A facility that is not in the list yet."""

    field_order = ["code", "name"]

    code = forms.CharField(
        label=_("Mã cơ sở"),
        min_length=5,
        max_length=5,
        help_text=_("Mã cơ sở khám chữa bệnh (MA_CSKCB) do cơ quan bảo hiểm xã hội cấp, 5 ký tự."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self):
        return self.cleaned_data["code"].upper()


class Department(forms.Form):
    """A department, new or known."""

    code = forms.CharField(
        label=_("Mã khoa"), max_length=20, help_text=_("Theo danh mục quốc gia, ví dụ K01.")
    )
    name = forms.CharField(
        label=_("Tên khoa"),
        required=False,
        max_length=200,
        help_text=_("Để trống: lấy tên trong danh mục quốc gia."),
    )
    active = forms.BooleanField(label=_("Đang hoạt động"), required=False, initial=True)

    def clean_code(self):
        return self.cleaned_data["code"].strip().upper()
