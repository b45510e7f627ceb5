"""Forms of the room."""

from django import forms
from django.utils.translation import gettext_lazy as _


class BreakGlass(forms.Form):
    """The reason for opening a record in an emergency."""

    reason = forms.CharField(
        label=_("Lý do mở khẩn cấp"),
        min_length=15,
        max_length=500,
        help_text=_("Ghi rõ tình trạng cấp cứu. Người bệnh sẽ đọc được lý do này."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "textarea w-full"}),
        error_messages={
            "required": _("Hãy ghi lý do."),
            "min_length": _("Hãy ghi rõ hơn, ít nhất 15 ký tự."),
        },
    )
