"""Rows for the marts of analytics: see `data/marts.yaml` of the engine for what each holds."""

from haidang.kernel import dates
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, facts, measures


def case_rows(*, at):
    """One row for each dossier that counts (`facts` says which)."""
    for one in facts.of(facts.counted(), at=at):
        yield {
            "id": str(one.id),
            "procedure": one.procedure,
            "unit": one.unit,
            "commune": None,
            "filed_on": one.filed_on,
            "due_on": one.due_on,
            "closed_on": one.closed_on,
            "fully_online": one.fully_online,
            "paid_online": one.paid if one.owes else None,
            "result_digitised": one.digital,
            "late": one.late,
        }


def service_rows(*, at):
    """One row for each procedure in force.

    Every one is taken as eligible, also one that is partly online for a published reason: what the
    law keeps offline lowers the figure until the department says that it is not eligible.
    Source    NĐ 224/2026/NĐ-CP, Điều 14
    """
    for one in catalogue.current(at.astimezone(dates.HANOI).date()):
        yield {
            "code": one.key,
            "unit": domain.DEPARTMENT,
            "eligible": True,
            "full_online": one.level == "full",
        }


def rating_rows():
    """One row for each rating that was given."""
    rows = models.Dossier.objects.exclude(rating="").exclude(rated_at=None)
    for pk, key, rating, rated_at in rows.values_list("pk", "version__key", "rating", "rated_at"):
        yield {
            "id": str(pk),
            "unit": domain.DEPARTMENT,
            "procedure": key,
            "answered_on": rated_at.astimezone(dates.HANOI).date(),
            "satisfied": rating in measures.SATISFIED,
        }
