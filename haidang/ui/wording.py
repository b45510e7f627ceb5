"""How people are put into words: age and sex."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haidang.kernel import dates

MONTHS_OF_A_CHILD = 36
WHOLE_DATE = len("2026-11-25")


def age_text(birth_date):
    """`34 tuổi`, or months for a small child; "" when the day of birth is not known."""
    if not birth_date:
        return ""
    born = dates.parse_fhir(birth_date)[0].date() if isinstance(birth_date, str) else birth_date
    years, months = dates.age(born, timezone.localdate())
    total = years * 12 + months
    if total < MONTHS_OF_A_CHILD and len(str(birth_date)) == WHOLE_DATE:
        return ngettext("%(n)d tháng tuổi", "%(n)d tháng tuổi", total) % {"n": total}
    return ngettext("%(n)d tuổi", "%(n)d tuổi", years) % {"n": years}


def sex_text(sex):
    return {"male": _("nam"), "female": _("nữ")}.get(sex or "", "")


def bounded(count, most):
    """A count, or `10.000+` where counting stopped at `most`."""
    return count if count <= most else f"{most:,}+".replace(",", ".")
