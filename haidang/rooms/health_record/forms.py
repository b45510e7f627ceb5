"""Forms of the room."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from haidang.rooms.health_record.domain import denials


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


_EVERYBODY = "*"


class DenySharing(forms.Form):
    """What to close of a record, to whom, and for how long."""

    org = forms.ChoiceField(
        label=_("Đóng với ai"),
        error_messages={"required": _("Hãy chọn một cơ sở, hoặc mọi cơ sở.")},
    )
    but = forms.MultipleChoiceField(
        label=_("Trừ các cơ sở này"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Chỉ dùng khi đóng với mọi cơ sở."),
    )
    what = forms.ChoiceField(
        label=_("Đóng những gì"),
        choices=[
            (denials.WHOLE, _("Toàn bộ hồ sơ")),
            (denials.SENSITIVE, _("Chỉ phần nhạy cảm (HIV, tâm thần, tình dục, chất gây nghiện)")),
            (denials.SOME, _("Chỉ những phần chọn dưới đây")),
        ],
        initial=denials.WHOLE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn điều muốn đóng.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("Các phần"), required=False, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(
        label=_("Đến hết ngày"),
        required=False,
        help_text=_("Để trống thì đóng cho đến khi bạn mở lại."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args, known, others, parts, **kwargs):
        """known, others and parts are pairs of code and name; `known` are facilities of the record."""
        super().__init__(*args, **kwargs)
        groups = [(_("Nơi bạn từng khám"), known), (pgettext_lazy("nhiều", "Cơ sở khác"), others)]
        first = [("", _("Chọn cơ sở")), (_EVERYBODY, _("Mọi cơ sở"))]
        self.fields["org"].choices = [*first, *((name, rows) for name, rows in groups if rows)]
        self.fields["but"].choices, self.fields["parts"].choices = known, parts
        if not known:
            del self.fields["but"]

    def clean(self):
        """A facility that is closed by name leaves nothing to except."""
        found = super().clean()
        if found.get("org") != _EVERYBODY and found.get("but"):
            self.add_error("but", _("Chỉ chọn “trừ” khi đóng với mọi cơ sở."))
        return found

    def denial(self):
        """What was filled in, as the rules take it."""
        found = self.cleaned_data
        return denials.Denial(
            org="" if found["org"] == _EVERYBODY else found["org"],
            but=tuple(found.get("but", ())),
            what=found["what"],
            parts=tuple(found["parts"]) if found["what"] == denials.SOME else (),
            until=found["until"],
        )
