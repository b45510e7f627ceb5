"""What the department sees: its work list, one dossier, the catalogue."""

from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, known, planning, slips, whole, words


def work(*, by, at, mine=False, after=None):
    """The work list of an officer: tasks with their clocks, and where the next page begins."""
    day = at.astimezone(dates.HANOI).date()
    found = workflow.work_list(by=by, on=day, mine=mine, limit=51, after=after)
    names = _names_in_english([task.case for task in found])
    lines = [
        words.Line(
            task.case,
            task.title.partition(" · ")[0],
            names.get(task.case) or task.title.partition(" · ")[2],
            known.shown(task.name),
            None,
            words.clock(task.due_at, at),
            task.holder_name,
            task.opened_at,
        )
        for task in found[:50]
    ]
    last = found[49] if len(found) > 50 else None
    acting = workflow.for_whom(by.ref, day)
    return {"lines": lines, "acting": acting, "next": (last.due_at, last.id) if last else None}


def _names_in_english(cases):
    """The English names of procedures by case, for a reader of English; those that have one."""
    if get_language() != "en":
        return {}
    rows = models.Dossier.objects.filter(case__in=cases)
    return dict(rows.values_list("case", "version__definition__name_en"))


def case_page(case_id, *, by, at):
    """A dossier as an officer works on it; the look is noted.

    Raises    NotFound `procedures.dossier_unknown`
    """
    row = in_reach(case_id, by=by)
    may_act = workflow.case(case_id).org == by.org
    day = at.astimezone(dates.HANOI).date()
    process = workflow.model(workflow.case(case_id).key).process
    tasks = [t for t in workflow.tasks_of(case_id) if t.state == "open"]
    mine = [
        {
            "it": task,
            "name": known.shown(task.name),
            "clock": words.clock(task.due_at, at),
            "outcomes": [
                (code, _(words.OUTCOMES[code])) for code in process.nodes[task.element].outcomes
            ],
            "held_by_other": workflow.is_held_by_other(task, by=by, on=day),
        }
        for task in tasks
        if workflow.may_take(task, by=by, on=day)
    ]
    ledger.looked(by=by, about=row.applicant, what="procedures.see_dossier", purpose="procedure")
    return whole.of(row, at) | {
        "badge": words.badge(row.state, office=True),
        "tasks": mine,
        "others": _who_can_be_given(tasks, by),
        "may_ask": all(one.get("kind") == "remedy" for one in row.supplements),
        "waiting": whole.waiting_for_signatures(row),
        "slips": whole.slips_of(row),
        "parcels": list(row.parcels.order_by("at")),
        "may_put_off": may_act and _may_put_off(row),
        "at_desk": may_act and row.channel != "online" and row.state == "supplement",
        "ways": words.ways(row.return_way),
    }


def _who_can_be_given(tasks, by):
    """Colleagues whom a head can give the waiting steps of the own organisation: (ref, words)."""
    if not access.may(by, "procedures.plan_work") or all(task.org != by.org for task in tasks):
        return []
    return [(one.ref, f"{one.name} · {one.titles}") for one in planning.colleagues(by=by)]


def _may_put_off(row):
    case = workflow.case(row.case)
    return case.state == "running" and case.due_at is not None and not case.extended


def slip_of_case(case_id, slip_id, *, by):
    """A slip of a dossier that the asker's department works on: (name, type, bytes).

    Raises    NotFound `procedures.dossier_unknown`, `procedures.slip_unknown`
    """
    return slips.slip_file(in_reach(case_id, by=by), slip_id)


def sheet_of_case(case_id, *, by, at):
    """The control sheet of such a dossier: (name, type, bytes).

    Raises    NotFound `procedures.dossier_unknown`
    """
    return slips.control_sheet(in_reach(case_id, by=by), at=at)


def in_reach(case_id, *, by):
    """The dossier of a case that has a task for the asker's organisation, now or before.

    Raises    NotFound `procedures.dossier_unknown`
    """
    row = models.Dossier.objects.select_related("version").filter(case=case_id).first()
    orgs = {task.org for task in workflow.tasks_of(case_id)} if row else set()
    if row is None or by.org not in orgs:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def in_charge(case_id, *, by):
    """The dossier of a case that the asker's organisation decides, not one that is asked its opinion.

    Raises    NotFound `procedures.dossier_unknown`; NotAllowed `procedures.not_in_charge`
    """
    row = in_reach(case_id, by=by)
    if workflow.case(case_id).org != by.org:
        raise errors.NotAllowed(
            "procedures.not_in_charge", _("Chỉ cơ quan giải quyết hồ sơ làm được việc này.")
        )
    return row


def catalogue_page(*, at):
    """Every procedure with how many dossiers are open under it, for whoever edits them."""
    open_now = dict(
        models.Dossier.objects.exclude(state__in=[*domain.ENDED, "draft"])
        .values_list("version__key")
        .annotate(Count("pk"))
    )
    day = at.astimezone(dates.HANOI).date()
    found = map(words.for_reader, catalogue.current(day))
    return [(one, words.term_text(one), open_now.get(one.key, 0)) for one in found]


def file_of_case(case_id, sha256, *, by):
    """A file of a dossier that the asker's department works on.

    Raises    NotFound `procedures.dossier_unknown`, `documents.file_unknown`
    """
    return whole.open_file(in_reach(case_id, by=by), sha256, own=False)


def preview_of_case(case_id, sha256, *, by):
    """What a file of such a dossier looks like, and the dossier: (row, name, `documents.Preview`).

    Raises    as `file_of_case` and `documents.preview`
    """
    row = in_reach(case_id, by=by)
    return row, *whole.preview(row, sha256)
