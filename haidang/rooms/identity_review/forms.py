"""Forms of the room."""

from django import forms
from django.utils.translation import gettext_lazy as _

_LINES = {"rows": 2, "class": "textarea w-full"}


class Merge(forms.Form):
    """Which record stays, and why the two are one person."""

    keep = forms.CharField(error_messages={"required": _("Hãy chọn hồ sơ được giữ lại.")})
    reason = forms.CharField(
        label=_("Vì sao là một người"),
        max_length=500,
        help_text=_("Ví dụ: đã đối chiếu thẻ căn cước với người bệnh."),
        widget=forms.Textarea(attrs=_LINES),
        error_messages={"required": _("Hãy ghi lý do gộp.")},
    )


class Reason(forms.Form):
    """An explanation that may be left out."""

    reason = forms.CharField(
        label=_("Ghi chú"), max_length=500, required=False, widget=forms.Textarea(attrs=_LINES)
    )
