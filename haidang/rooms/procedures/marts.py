"""What figures are made of: dossiers, the catalogue, and how people rated (T5, T6, T9, T10)."""

from django.utils import timezone

from haidang.engines.analytics import api as analytics
from haidang.rooms.procedures.selectors import figures


@analytics.mart("procedure_case")
def procedure_cases():
    """Every dossier that counts; `commune` stays empty, as no dossier is filed under one."""
    return figures.case_rows(at=timezone.now())


@analytics.mart("public_service")
def public_services():
    """Every procedure in force today; all of the department's may be offered in full online."""
    return figures.service_rows(at=timezone.now())


@analytics.mart("satisfaction")
def satisfaction():
    """Every rating, once for each dossier, on the day it was given."""
    return figures.rating_rows()
