"""The plan in force, its quarters, and who may see what of them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.analytics import api as analytics
from haidang.engines.places import api as places
from haidang.kernel import errors
from haidang.rooms.plan import domain, models


@dataclass(frozen=True)
class Quarter:
    """A quarter as pages show it."""

    id: int
    label: str
    state: str
    due_at: datetime
    words: str
    number: str
    paper: str
    docx: str
    signed_at: datetime | None
    signed_by: str

    @property
    def period(self):
        return analytics.period(self.label)


def current():
    """The plan in force with the key of its row: the newest version of the newest plan.

    Raises    NotFound `plan.no_plan`
    """
    row = models.Version.objects.order_by("-valid_from", "-number").first()
    if row is None:
        raise errors.NotFound("plan.no_plan", _("Chưa có kế hoạch nào được ban hành."))
    return row.pk, domain.read(row.definition)


def plan_of(quarter_id):
    """The plan as it was when a quarter was opened."""
    return domain.read(models.Version.objects.get(quarter=quarter_id).definition)


def quarters():
    """Every quarter that was opened, newest first."""
    return [told(row) for row in models.Quarter.objects.order_by("-label")]


def quarter(label=None):
    """A quarter by its label, or the newest; None when none was opened.

    Raises    NotFound `plan.quarter_unknown`
    """
    rows = models.Quarter.objects.order_by("-label")
    row = rows.filter(label=label).first() if label else rows.first()
    if row is None and label:
        raise errors.NotFound("plan.quarter_unknown", _("Chưa mở kỳ báo cáo này."))
    return told(row) if row else None


def told(row):
    names = ("label", "state", "due_at", "words", "number", "paper", "docx", "signed_at", "signed_by")  # fmt: skip
    return Quarter(row.pk, **{name: getattr(row, name) for name in names})


def is_desk(by):
    """Whether somebody reviews for the department."""
    return access.may(by, "plan.review", org=domain.DEPARTMENT)


def may_sign(by):
    """Whether somebody signs for the department."""
    return access.may(by, "plan.sign", org=domain.DEPARTMENT)


def names(units):
    """What units are called, by code."""
    found = places.find_facilities(list(units))
    return {code: found[code].name if code in found else code for code in units}
