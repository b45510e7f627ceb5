"""The forms of the room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.engines.access import api as access


class Entry(forms.Form):
    """Which row of the ledger to prove."""

    kind = forms.ChoiceField(
        label=_("Loại dòng"), choices=[("event", _("Sự kiện")), ("look", _("Lượt xem"))]
    )
    seq = forms.IntegerField(label=_("Số thứ tự"), min_value=1)


class Conclusion(forms.Form):
    """Whether an emergency opening had good reason, and why."""

    verdict = forms.ChoiceField(
        label=_("Kết luận"), choices=list(access.VERDICTS.items()), widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Nhận xét"),
        max_length=2000,
        help_text=_("Đã hỏi ai, thấy gì. Người bệnh có thể yêu cầu xem."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
