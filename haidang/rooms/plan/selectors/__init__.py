"""Reads of the room: the plan, quarters, reports, figures, the health of the city."""

from haidang.rooms.plan import domain
from haidang.rooms.plan.selectors.city import city_page
from haidang.rooms.plan.selectors.facility import choices as facility_choices
from haidang.rooms.plan.selectors.facility import facility_page, sees_facilities
from haidang.rooms.plan.selectors.facility import kinds as facility_kinds
from haidang.rooms.plan.selectors.figures import of_city, of_unit
from haidang.rooms.plan.selectors.overview import counts, plan_page, target_page
from haidang.rooms.plan.selectors.plans import (
    current,
    is_desk,
    may_sign,
    names,
    plan_of,
    quarter,
    quarters,
)
from haidang.rooms.plan.selectors.reports import (
    evidence,
    frozen_city,
    lines,
    page,
    ranking,
    task_counts,
)
from haidang.rooms.plan.selectors.reports import of_unit as reports_of

DEPARTMENT = domain.DEPARTMENT

__all__ = [
    "DEPARTMENT",
    "city_page",
    "counts",
    "current",
    "evidence",
    "facility_choices",
    "facility_kinds",
    "facility_page",
    "frozen_city",
    "is_desk",
    "lines",
    "may_sign",
    "names",
    "of_city",
    "of_unit",
    "page",
    "plan_of",
    "plan_page",
    "quarter",
    "quarters",
    "ranking",
    "reports_of",
    "sees_facilities",
    "target_page",
    "task_counts",
]
