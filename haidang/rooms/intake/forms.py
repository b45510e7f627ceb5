"""The shape of what people fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from haidang.rooms.intake import domain


class Filter(forms.Form):
    """The filters of the monitor, as they stand in its address; anything odd is left out."""

    def __init__(self, data):
        super().__init__(data={**data})
        states = [("", "")] + [(state, state) for state in domain.STATES]
        self.fields["trang-thai"] = forms.ChoiceField(choices=states, required=False)
        self.fields["co-so"] = forms.RegexField("^[0-9A-Z]{5}$", required=False)
        self.fields["truoc"] = forms.IntegerField(min_value=1, required=False)
        self.full_clean()

    def chosen(self):
        kept = self.cleaned_data
        return {
            "state": kept.get("trang-thai", ""),
            "facility": kept.get("co-so", ""),
            "before": kept.get("truoc"),
        }


class Check(forms.Form):
    """One file to be checked."""

    file = forms.FileField(
        label=_("Tệp XML hoặc gói zip"), error_messages={"required": _("Chọn một tệp để kiểm tra.")}
    )
