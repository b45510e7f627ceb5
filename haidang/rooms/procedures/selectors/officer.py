"""What the department sees: its work list, one dossier, the catalogue."""

from django.db.models import Count
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.kernel import dates, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import catalogue, slips, whole, words


def work(*, by, at, mine=False, after=None):
    """The work list of an officer: tasks with their clocks, and where the next page begins."""
    day = at.astimezone(dates.HANOI).date()
    found = workflow.work_list(by=by, on=day, mine=mine, limit=51, after=after)
    lines = [
        words.Line(
            task.case,
            task.title.partition(" · ")[0],
            task.title.partition(" · ")[2],
            task.name,
            None,
            words.clock(task.due_at, at),
            task.holder_name,
            task.opened_at,
        )
        for task in found[:50]
    ]
    last = found[49] if len(found) > 50 else None
    return {"lines": lines, "next": (last.due_at, last.id) if last else None}


def case_page(case_id, *, by, at):
    """A dossier as an officer works on it; the look is noted.

    Raises    NotFound `procedures.dossier_unknown`
    """
    row = _in_reach(case_id, by)
    day = at.astimezone(dates.HANOI).date()
    process = workflow.model(workflow.case(case_id).key).process
    tasks = [t for t in workflow.tasks_of(case_id) if t.state == "open"]
    mine = [
        {
            "it": task,
            "clock": words.clock(task.due_at, at),
            "outcomes": [
                (code, _(words.OUTCOMES[code])) for code in process.nodes[task.element].outcomes
            ],
            "held_by_other": bool(task.holder) and task.holder != by.ref,
        }
        for task in tasks
        if workflow.may_take(task, by=by, on=day)
    ]
    ledger.looked(by=by, about=row.applicant, what="procedures.see_dossier", purpose="procedure")
    return whole.of(row, at) | {
        "tasks": mine,
        "may_ask": not row.supplements,
        "waiting": whole.waiting_for_signatures(row),
        "slips": whole.slips_of(row),
        "parcels": list(row.parcels.order_by("at")),
        "may_put_off": _may_put_off(row),
        "at_desk": row.channel != "online" and row.state == "supplement",
        "ways": words.ways(row.return_way),
    }


def _may_put_off(row):
    case = workflow.case(row.case)
    return case.state == "running" and case.due_at is not None and not case.extended


def slip_of_case(case_id, slip_id, *, by):
    """A slip of a dossier that the asker's department works on: (name, type, bytes).

    Raises    NotFound `procedures.dossier_unknown`, `procedures.slip_unknown`
    """
    return slips.slip_file(_in_reach(case_id, by), slip_id)


def sheet_of_case(case_id, *, by, at):
    """The control sheet of such a dossier: (name, type, bytes).

    Raises    NotFound `procedures.dossier_unknown`
    """
    return slips.control_sheet(_in_reach(case_id, by), at=at)


def _in_reach(case_id, by):
    """The dossier of a case that has a task for the asker's organisation, now or before."""
    row = models.Dossier.objects.select_related("version").filter(case=case_id).first()
    orgs = {task.org for task in workflow.tasks_of(case_id)} if row else set()
    if row is None or by.org not in orgs:
        raise errors.NotFound("procedures.dossier_unknown", _("Không có hồ sơ này."))
    return row


def catalogue_page(*, at):
    """Every procedure with how many dossiers are open under it, for whoever edits them."""
    open_now = dict(
        models.Dossier.objects.exclude(state__in=[*domain.ENDED, "draft"])
        .values_list("version__key")
        .annotate(Count("pk"))
    )
    day = at.astimezone(dates.HANOI).date()
    return [(one, words.term_text(one), open_now.get(one.key, 0)) for one in catalogue.current(day)]


def file_of_case(case_id, sha256, *, by):
    """A file of a dossier that the asker's department works on.

    Raises    NotFound `procedures.dossier_unknown`, `documents.file_unknown`
    """
    return whole.open_file(_in_reach(case_id, by), sha256, own=False)
