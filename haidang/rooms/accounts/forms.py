"""The forms of the room: shapes only, the rules are in the engine."""

from django import forms
from django.utils.translation import gettext_lazy as _

#: Id of the list of organisations that a page offers while a code is typed.
ORGANISATIONS = "danh-sach-don-vi"


def _spoken(roles):
    """Role titles come as data; say them in the reader's language."""
    return [(code, _(title)) for code, title in roles]


class SignIn(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username webauthn",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label=_("Mật khẩu"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Code(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label=_("Mã xác thực"),
        max_length=20,
        help_text=_("6 chữ số trên ứng dụng, hoặc một mã dự phòng."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


class Password(forms.Form):
    """The present password, before a change of security."""

    password = forms.CharField(
        label=_("Mật khẩu hiện tại"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class NewPassword(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("Mật khẩu mới"),
        max_length=200,
        strip=False,
        help_text=_("Ít nhất 10 ký tự. Một câu dễ nhớ tốt hơn một từ khó nhớ."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Nhập lại mật khẩu mới"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self):
        again = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise forms.ValidationError(_("Hai lần nhập chưa giống nhau."))
        return again


class Filter(forms.Form):
    """The filters of the list of accounts; they stand in the address."""

    q = forms.CharField(label=_("Tên hoặc tên đăng nhập"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Vai trò"), required=False)
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Tất cả")), ("active", _("Đang dùng")), ("closed", _("Đã khoá"))],
    )

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Tất cả")), *_spoken(roles)]


class Role(forms.Form):
    """A role and the organisation in which it is held."""

    role = forms.ChoiceField(label=_("Vai trò"))
    org = forms.CharField(
        label=_("Mã đơn vị"),
        required=False,
        max_length=20,
        help_text=_("Mã cơ sở khám chữa bệnh hoặc mã xã, phường. Để trống: đơn vị của bạn."),
        widget=forms.TextInput(attrs={"list": ORGANISATIONS, "autocomplete": "off"}),
    )

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Chọn vai trò")), *_spoken(roles)]

    def clean_org(self):
        return self.cleaned_data["org"].strip()


class NewAccount(Role):
    """A new account with its first role."""

    field_order = ["name", "username", "email", "role", "org"]

    name = forms.CharField(label=_("Họ và tên"), max_length=200)
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        min_length=3,
        max_length=80,
        help_text=_("Chữ thường không dấu, không có dấu cách, ví dụ: lan.nguyen."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(label=_("Thư điện tử"), required=False)


class NewSystem(forms.Form):
    """A system that is to connect, with what it may do."""

    name = forms.CharField(
        label=_("Tên hệ thống"), max_length=200, help_text=_("Ví dụ: HIS Bệnh viện Việt Tiệp.")
    )
    org = forms.CharField(
        label=_("Mã cơ sở"),
        required=False,
        max_length=20,
        help_text=_("Hệ thống chỉ được gửi dữ liệu của cơ sở này. Để trống: đơn vị của bạn."),
        widget=forms.TextInput(attrs={"list": ORGANISATIONS, "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(label=_("Được phép"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, scopes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scopes
