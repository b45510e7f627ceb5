"""The shape of what people fill in."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haidang.kernel import errors
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


class Group(forms.Form):
    """Which group of problems: the facility, empty when none could be read, and the rule."""

    def __init__(self, data):
        super().__init__(data=data)
        self.fields["co-so"] = forms.CharField(max_length=20, required=False)
        self.fields["ma"] = forms.CharField(max_length=80)

    def chosen(self):
        """Raises    Incorrect `intake.group_unknown`"""
        if not self.is_valid():
            raise errors.Incorrect(
                "intake.group_unknown",
                gettext("Không rõ nhóm lỗi nào; mở lại từ trang Lỗi theo cơ sở."),
            )
        return {"facility": self.cleaned_data["co-so"], "code": self.cleaned_data["ma"]}


class Check(forms.Form):
    """One file to be checked."""

    file = forms.FileField(
        label=_("Tệp XML hoặc gói zip"), error_messages={"required": _("Chọn một tệp để kiểm tra.")}
    )
