"""The forms of the room: shapes only, the rules are in the engine."""

import json

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.rooms.connections import domain

KINDS = [
    (domain.PUBLIC, _("Ứng dụng trên điện thoại hoặc trình duyệt, không giữ được bí mật")),
    (domain.SECRET, _("Ứng dụng có máy chủ riêng, dùng mật khẩu của ứng dụng")),
    (domain.SIGNED, _("Ứng dụng có máy chủ riêng, ký bằng khoá")),
    (domain.SERVICE, _("Dịch vụ tự chạy, không thay mặt ai, ký bằng khoá")),
]


def _lines(rows):
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "autocapitalize": "none"})


class NewApp(forms.Form):
    """An app or a service to be registered."""

    name = forms.CharField(label=_("Tên ứng dụng"), max_length=200)
    publisher = forms.CharField(
        label=_("Đơn vị phát hành"),
        required=False,
        max_length=200,
        help_text=_("Người dân thấy tên này khi được hỏi có cho phép không."),
    )
    kind = forms.ChoiceField(label=_("Loại"), choices=KINDS, widget=forms.RadioSelect)
    scopes = forms.CharField(
        label=_("Phạm vi nhiều nhất"),
        widget=_lines(4),
        help_text=_("Mỗi dòng một phạm vi, ví dụ patient/Observation.rs hoặc offline_access."),
    )
    redirect_uris = forms.CharField(
        label=_("Địa chỉ trả về"),
        required=False,
        widget=_lines(2),
        help_text=_("Mỗi dòng một địa chỉ, đúng từng chữ. Dịch vụ thì để trống."),
    )
    launch_uri = forms.CharField(
        label=_("Địa chỉ mở từ Hải Đăng"),
        required=False,
        max_length=200,
        help_text=_("Để nhân viên y tế mở ứng dụng cho một người bệnh."),
    )
    jwks_uri = forms.CharField(
        label=_("Địa chỉ khoá công khai (JWKS)"), required=False, max_length=200
    )
    jwks = forms.CharField(label=_("Hoặc khoá công khai (JWKS)"), required=False, widget=_lines(4))
    org = forms.CharField(
        label=_("Mã cơ sở"),
        required=False,
        max_length=20,
        help_text=_("Dịch vụ chỉ thấy người mà cơ sở này chăm sóc."),
    )

    def clean_scopes(self):
        return self.cleaned_data["scopes"].split()

    def clean_redirect_uris(self):
        return self.cleaned_data["redirect_uris"].split()

    def clean_jwks(self):
        text = self.cleaned_data["jwks"].strip()
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise forms.ValidationError(_("Khoá phải là JSON.")) from None
