"""What an applicant sees: procedures, the form, the dossier on its way."""

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.forms import api as forms
from haidang.engines.payments import api as payments
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors, systems
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import acting, catalogue, known, own, store, whole, words

_BIT = 50
_FILLED_IN = gettext_noop("Điền sẵn hồ sơ thủ tục")


def sectors(need, *, at):
    """Procedures for a need, or all of them, as (sector, [(procedure, name, term)])."""
    day = at.astimezone(dates.HANOI).date()
    found = catalogue.search(need, day) if need.strip() else catalogue.current(day)
    grouped = {}
    for one in map(words.for_reader, found):
        grouped.setdefault(one.sector, []).append((one, one.name, words.term_text(one)))
    return list(grouped.items())


def procedure(key, *, by, at):
    """One procedure as it applies now, with its process as a picture, and what need not be given.

    by    the asker, or None for somebody who is not signed in

    Raises    NotFound `procedures.unknown`
    """
    day = at.astimezone(dates.HANOI).date()
    version = catalogue.version_of(key, day)
    found = words.for_reader(domain.on(domain.procedure(version.definition), day))
    kept = store.kept_for(version.definition, by.ref, on=day) if by else {}
    process = workflow.model(found.process).process
    return {
        "it": found,
        "name": found.name,
        "term": words.term_text(found),
        "drawing": workflow.draw(process, named=known.shown) if process.tasks else None,
        "asked": [p for p in found.papers if not p.from_data and p.key not in kept],
        "known": [(p, kept.get(p.key)) for p in found.papers if p.from_data or p.key in kept],
        "standings": [one for one in acting.standings(by, on=day) if one.covers(key)] if by else [],
    }


def procedure_choices(*, at):
    """Procedures to choose from, as (key, name)."""
    found = catalogue.current(at.astimezone(dates.HANOI).date())
    return [(one.key, words.name_of(one)) for one in found]


def known_of(by, behalf=None, *, on=None):
    """What the product knows of the applicant, by the names of the forms' `prefill`.

    For a child the guardian's right opens its record. Who acts by authorisation is told the name
    of whom they act for, and nothing of that person's record. Papers and earlier answers come
    from the data store of the applicant.
    """
    if behalf is None:
        known = _person(by, by.patient)
    elif behalf.basis == "guardian":
        known = _person(by, behalf.principal.removeprefix("Patient/"))
    elif behalf.principal.startswith("Organisation/"):
        known = _person(by, by.patient) | {
            "organisation.name": behalf.name,
            "organisation.tax_code": behalf.principal.removeprefix("Organisation/"),
        }
    else:
        known = {"person.name": behalf.name}
    return store.known_of(behalf.principal if behalf else by.ref, on=on) | known


def _person(by, patient):
    if not patient:
        return {"person.name": by.name}
    found = people.person(f"Patient/{patient}")
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
    """The dossiers that the asker may follow, the latest first: own, and of those they act for."""
    return [_line_of(row, at, by) for row in _followed(by)]


def _followed(by):
    own = _latest(applicant=by.ref)
    wide = [s.principal for s in acting.standings(by) if s.basis in ("guardian", "representative")]
    others = _latest(applicant__in=wide) if wide else []
    others += [row for row in _latest(submitter=by.ref) if acting.may_follow(row, by)]
    found = {row.pk: row for row in [*own, *others]}
    return sorted(found.values(), key=lambda row: row.begun_at, reverse=True)[:_BIT]


def _latest(**whose):
    rows = models.Dossier.objects.filter(**whose).select_related("version", "authorisation")
    return list(rows.order_by("-begun_at")[:_BIT])


def _line_of(row, at, by):
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
        row.applicant_name if row.applicant != by.ref else "",
        row.submitted_at,
    )


def answering(dossier_id, *, by, problems=(), adding=(), looking=None):
    """A dossier that is being filled in: its form as fields.

    adding, looking    as `forms.fields_of`
    """
    row = own.mine(dossier_id, by=by)
    found = forms.response(row.response, by=by)
    fields = forms.fields_of(found.form, found.answers, problems, adding=adding, looking=looking)
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
        "slips": whole.slips_of(row),
        "parcels": list(row.parcels.order_by("at")),
        "ways": words.ways(row.return_way),
        "may_choose": row.state not in domain.ENDED,
        "may_receive": acting.may_receive(row, by),
        "ratings": [(code, _(told)) for code, told in words.RATINGS.items()],
    }


def own_file(dossier_id, sha256, *, by):
    """A file of the asker's own dossier, or its result: (name, type, open file).

    Raises    NotFound `procedures.dossier_unknown`, `documents.file_unknown`; NotAllowed
              `procedures.may_not_receive`
    """
    row = own.mine(dossier_id, by=by)
    if sha256 == row.result_file and not acting.may_receive(row, by):
        raise errors.NotAllowed(
            "procedures.may_not_receive", _("Uỷ quyền của bạn không gồm việc nhận kết quả.")
        )
    return whole.open_file(row, sha256, own=True)
