"""What an applicant sees: procedures, the form, the dossier on its way."""

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, systems
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, own, whole, words

_FILLED_IN = gettext_noop("Điền sẵn hồ sơ thủ tục")


def sectors(need, *, at):
    """Procedures for a need, or all of them, as (sector, [(procedure, name, term)])."""
    day = at.astimezone(dates.HANOI).date()
    found = catalogue.search(need, day) if need.strip() else catalogue.current(day)
    grouped = {}
    for one in found:
        grouped.setdefault(one.sector, []).append((one, words.name_of(one), words.term_text(one)))
    return list(grouped.items())


def procedure(key, *, at):
    """One procedure as it applies now, with its process as a picture.

    Raises    NotFound `procedures.unknown`
    """
    found = catalogue.procedure(key, at.astimezone(dates.HANOI).date())
    process = workflow.model(found.process).process
    return {
        "it": found,
        "name": words.name_of(found),
        "term": words.term_text(found),
        "drawing": workflow.draw(process) if process.tasks else None,
        "asked": [paper for paper in found.papers if not paper.from_data],
        "known": [paper for paper in found.papers if paper.from_data],
    }


def known_of(by):
    """What the product knows of the applicant, by the names of the forms' `prefill`."""
    if not by.patient:
        return {"person.name": by.name}
    found = people.person(f"Patient/{by.patient}")
    what = _(_FILLED_IN)
    with access.open_person(by, found.ref, patient_rid=found.rid, what=what):
        resource = records.get(found.ref).resource
    return {
        "person.name": found.name,
        "person.born": found.birth_date if len(found.birth_date or "") == 10 else "",
        "person.phone": found.phone or "",
        "person.address": found.address,
        "person.citizen_id": _number(resource, systems.CITIZEN_ID),
    }


def _number(resource, system):
    return next(
        (one["value"] for one in resource.get("identifier", ()) if one.get("system") == system), ""
    )


def dossiers_of(by, *, at):
    """The asker's dossiers, the latest first."""
    rows = models.Dossier.objects.filter(applicant=by.ref).select_related("version")
    return [_line_of(row, at) for row in rows.order_by("-begun_at")[:50]]


def _line_of(row, at):
    found = domain.procedure(row.version.definition)
    case = workflow.case(row.case) if row.case else None
    left = words.clock(case.due_at, at) if case and case.state == "running" else None
    return words.Line(
        row.pk,
        row.code or "",
        words.name_of(found),
        "",
        words.badge(row.state),
        left,
        "",
        row.submitted_at,
    )


def answering(dossier_id, *, by, problems=(), adding=()):
    """A dossier that is being filled in: its form as fields."""
    row = own.mine(dossier_id, by=by)
    found = forms.response(row.response, by=by)
    fields = forms.fields_of(found.form, found.answers, problems, adding=adding)
    return {
        "row": row,
        "form": found.form,
        "title": words.name_of(domain.procedure(row.version.definition)),
        "fields": fields,
        "revision": found.revision,
        "saved_at": found.saved_at if found.revision else None,
        "english": get_language() == "en",
    }


def dossier(dossier_id, *, by, at):
    """A dossier as its applicant follows it.

    Raises    NotFound `procedures.dossier_unknown`
    """
    row = own.mine(dossier_id, by=by)
    return whole.of(row, at) | {
        "order": payments.order(row.order) if row.order else None,
        "may_withdraw": row.state in ("unpaid", "submitted", "processing", "supplement"),
        "asked": row.supplements[-1] if row.state == "supplement" and row.supplements else None,
        "may_rate": row.state in ("returned", "refused") and not row.rating,
        "ratings": [(code, _(told)) for code, told in words.RATINGS.items()],
    }


def own_file(dossier_id, sha256, *, by):
    """A file of the asker's own dossier, or its result: (name, type, open file).

    Raises    NotFound `procedures.dossier_unknown`, `documents.file_unknown`
    """
    return whole.open_file(own.mine(dossier_id, by=by), sha256, own=True)
