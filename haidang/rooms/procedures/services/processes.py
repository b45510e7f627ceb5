"""Changing processes: tried on last year's dossiers, published, and running dossiers moved to them."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.rooms.procedures import models
from haidang.rooms.procedures.selectors import processes

#: How many past dossiers a simulation plays: a few seconds, and the shares are true to a few percent.
MOST_PLAYED = 400
_YEAR = timedelta(days=365)
_HOURS_A_DAY = 7.5
#: Working days at which the columns of the chart end.
_EDGES = (1, 2, 3, 5, 7, 10, 15, 20)


def save_model(key, bpmn, *, by, revision):
    """Keep a changed process on the desk (lưu bản đang sửa); nothing runs on it yet.

    Raises    Incorrect `workflow.model_wrong`, TooLarge `workflow.model_too_large`; Conflict
              `forms.sketch_changed`; NotFound `workflow.model_unknown`
    """
    workflow.model(key)
    workflow.read_process(bpmn)
    try:
        content = {"bpmn": bpmn.decode()}
    except UnicodeDecodeError as why:
        raise errors.Incorrect(
            "workflow.model_wrong", _("Tệp quy trình phải dùng bảng mã UTF-8."), issues=[]
        ) from why
    return forms.save_sketch(processes.KIND, key, content, by=by, revision=revision)


def save_steps(key, steps, *, by, revision):
    """Keep other names, roles or terms of steps; as `save_model` and `workflow.with_steps`."""
    bpmn = workflow.with_steps(processes.draft(key).bpmn, steps)
    return save_model(key, bpmn, by=by, revision=revision)


@transaction.atomic
def publish_model(key, *, by, revision):
    """Publish a changed process (ban hành quy trình): dossiers that begin from now on follow it.

    Raises    RuleBroken `procedures.process_unfit` (facts: issues); Conflict `forms.sketch_changed`
    Records   event `workflow.model.published`
    """
    found = processes.draft(key)
    if found.revision != revision or not revision:
        raise errors.Conflict(
            "forms.sketch_changed",
            _("Quy trình vừa được sửa ở nơi khác; hãy xem lại rồi ban hành."),
        )
    faults = processes.faults(found.process)
    if faults:
        raise errors.RuleBroken(
            "procedures.process_unfit",
            _("Quy trình còn chỗ phải sửa: {faults}").format(faults=" ".join(faults)),
            issues=faults,
        )
    model = workflow.publish(key, found.bpmn, by=by)
    forms.drop_sketch(processes.KIND, key, by=by)
    return model


def discard_model(key, *, by):
    """Throw a changed process away (bỏ bản đang sửa)."""
    forms.drop_sketch(processes.KIND, key, by=by)


def simulate_model(key, *, by, at, procedure=""):
    """Play last year's dossiers of a process on what stands on the desk; return the id of the result.

    procedure    key of the only procedure whose dossiers are played; empty for all

    Raises    RuleBroken `procedures.nothing_to_play`; NotFound `workflow.model_unknown`
    Records   event `procedures.process.simulated` (facts: process, played)
    """
    return _simulate(key, processes.draft(key).bpmn, was=key, procedure=procedure, by=by, at=at)


def simulate_choice(procedure, key, *, by, at):
    """Play last year's dossiers of a procedure on another process that it could follow.

    Raises    as `simulate_model`; NotFound `procedures.unknown`
    """
    row = models.Version.objects.filter(key=procedure).order_by("-number").first()
    if row is None:
        raise errors.NotFound("procedures.unknown", _("Không có thủ tục này."))
    was = row.definition["process"]
    bpmn = workflow.model(key).process.xml
    return _simulate(key, bpmn, was=was, procedure=procedure, by=by, at=at)


def _simulate(key, bpmn, *, was, procedure, by, at):
    since = at - _YEAR
    found = workflow.simulate(
        was, bpmn, since=since, until=at, cases=_cases(procedure, since), most=MOST_PLAYED
    )
    if not found.known:
        raise errors.RuleBroken(
            "procedures.nothing_to_play",
            _("Năm qua chưa có hồ sơ nào đã xong để mô phỏng."),
        )
    with transaction.atomic():
        row = models.Simulation.objects.create(
            process=key,
            procedure=procedure,
            bpmn=bytes(bpmn),
            since=since,
            at=at,
            by_ref=by.ref,
            by_name=by.name,
            figures=_figures(found),
        )
        facts = {"process": key, "played": found.played}
        ledger.record(
            "procedures.process.simulated", by=by, record=f"Simulation/{row.pk}", facts=facts
        )
    return row.pk


def _cases(procedure, since):
    """The cases of a procedure's dossiers; None for those of every procedure."""
    if not procedure:
        return None
    rows = models.Dossier.objects.filter(version__key=procedure, submitted_at__gte=since)
    return rows.exclude(case="").values_list("case", flat=True)


def _figures(found):
    return {
        "known": found.known,
        "played": found.played,
        "stuck": len(found.stuck),
        "median_days": round(found.median_hours / _HOURS_A_DAY, 1),
        "was_median_days": round(found.was_median_hours / _HOURS_A_DAY, 1),
        "judged": found.judged,
        "late": found.late,
        "was_late": found.was_late,
        "spread": _spread(found.was_hours, found.hours),
        "load": [_told(one) for one in found.load],
        "was_load": [_told(one) for one in found.was_load],
    }


def _told(load):
    return {
        "element": load.element,
        "name": load.name,
        "role": load.role,
        "times": load.times,
        "hours": round(load.hours, 1),
    }


def _spread(before, after):
    """How many dossiers took how many working days: [(label, before, after)]."""
    lows = (0, *_EDGES)
    labels = [f"{low}–{high}" for low, high in zip(lows, _EDGES, strict=False)] + [
        f"> {_EDGES[-1]}"
    ]
    counts = [[0] * len(labels), [0] * len(labels)]
    for column, hours in zip(counts, (before, after), strict=True):
        for one in hours:
            days = one / _HOURS_A_DAY
            column[next((n for n, edge in enumerate(_EDGES) if days <= edge), len(_EDGES))] += 1
    return [list(one) for one in zip(labels, *counts, strict=True)]


def move_cases(key, *, by, at):
    """Move running dossiers of older versions to the newest version, and return `workflow.Moved`.

    Raises    NotFound `workflow.model_unknown`
    Records   as `workflow.migrate_all`
    """
    return workflow.migrate_all(key, by=by, at=at)
