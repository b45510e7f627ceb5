"""Processes as officers see them: what runs on which version, what is being changed, what it would do."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.engines.forms import api as forms
from haidang.engines.workflow import api as workflow
from haidang.kernel import errors
from haidang.kernel.room import ROLES
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import known, words

KIND = "process"
#: Steps by which the room knows what became of a dossier.
_STEPS = ("receive", "sign", "deliver")


@dataclass(frozen=True)
class Draft:
    """A process as it stands on the desk; `revision` 0 when nothing was changed."""

    key: str
    bpmn: bytes
    process: workflow.Process
    number: int
    revision: int
    by_name: str = ""


def draft(key):
    """What is being made of a process: the sketch, or else the newest version.

    Raises    NotFound `workflow.model_unknown`
    """
    model, sketch = workflow.model(key), forms.sketch(KIND, key)
    if sketch is None:
        return Draft(key, model.process.xml, model.process, model.number, 0)
    bpmn = sketch.content["bpmn"].encode()
    process = workflow.read_process(bpmn)
    return Draft(key, bpmn, process, model.number, sketch.revision, sketch.by_name)


def page(key):
    """A process with its steps, its drawing, and what keeps it from being published."""
    found = draft(key)
    return {
        "draft": found,
        "name": known.shown(found.process.name),
        "steps": found.process.tasks,
        "drawing": workflow.draw(found.process, named=known.shown) if found.process.tasks else None,
        "faults": faults(found.process),
        "procedures": procedures_on(key),
        "versions": workflow.versions(key),
    }


def listed():
    """Every process: (model, its name, procedures that follow it, cases on older versions, changed)."""
    writing = {one.key for one in forms.sketches(KIND)}
    return [
        (
            one,
            known.shown(one.name),
            procedures_on(one.key),
            _behind(one.key),
            one.key in writing,
        )
        for one in workflow.catalogue()
    ]


def _behind(key):
    return sum(way.count for way in workflow.plan(key))


def procedures_on(key):
    """The procedures whose newest version follows a process: (key, name)."""
    rows = models.Version.objects.order_by("key", "-number").distinct("key")
    named = "name_en" if get_language() == "en" else "name"
    found = [
        (row.key, row.definition.get(named) or row.definition["name"])
        for row in rows
        if row.definition["process"] == key
    ]
    return sorted(found, key=lambda one: one[1])


def faults(process):
    """What would leave a dossier without a way on in this room, in sentences.

    The engine refuses a model that can trap a case; the room besides needs its own steps, and
    that who is asked for something is the applicant, with the clock standing still.
    """
    tasks = {task.id: task for task in process.tasks}
    if not tasks:
        return []
    found = [
        _("Thiếu bước có mã «{step}».").format(step=step) for step in _STEPS if step not in tasks
    ]
    for task in tasks.values():
        found += _step_faults(process, tasks, task)
    return found


def _step_faults(process, tasks, task):
    for outcome in task.outcomes or ("",):
        if outcome not in words.OUTCOMES:
            yield _("Bước «{step}»: chưa có nghĩa cho kết quả «{outcome}».").format(
                step=task.name, outcome=outcome
            )
            continue
        ahead = process.after(task.id, {"outcome": outcome, "stage": task.id})
        asked = {one for one in ahead if one in tasks and tasks[one].role == workflow.APPLICANT}
        if outcome in domain.ASKING and (not ahead or ahead != asked):
            yield _("Bước «{step}»: sau «{outcome}» phải là một bước của người nộp.").format(
                step=task.name, outcome=_(words.OUTCOMES[outcome])
            )
        elif outcome not in domain.ASKING and asked and task.role != workflow.APPLICANT:
            yield _("Bước «{step}»: chỉ yêu cầu bổ sung mới dẫn tới bước của người nộp.").format(
                step=task.name
            )


def issues(why):
    """The sentences of a model that was refused."""
    if not isinstance(why, errors.Incorrect):
        return [why.message]
    return [
        f"{one['expression']}: {one['message']}" if one["expression"] else one["message"]
        for one in why.facts.get("issues", ())
    ] or [why.message]


def roles():
    """Who can do a step: (role, words)."""
    return [(role, _(title)) for role, title in ROLES.items() if role not in ("citizen", "client")]


def moving(key):
    """Where running dossiers of older versions would stand on the newest one.

    Raises    NotFound `workflow.model_unknown`
    """
    ways = workflow.plan(key)
    titles = _codes([case for way in ways for case in way.shown])
    model = workflow.model(key)
    return {
        "model": model,
        "name": known.shown(model.name),
        "ways": [(way, [(one, titles.get(one, "…")) for one in way.shown]) for way in ways],
        "can": sum(way.count for way in ways if not way.why),
        "cannot": sum(way.count for way in ways if way.why),
    }


def _codes(cases):
    return dict(models.Dossier.objects.filter(case__in=cases).values_list("case", "code"))


def simulations(key):
    """The latest simulations of a process, newest first."""
    return list(models.Simulation.objects.filter(process=key).order_by("-at")[:10])


def simulation(simulation_id):
    """One simulation with its figures ready to be drawn.

    Raises    NotFound `procedures.simulation_unknown`
    """
    row = models.Simulation.objects.filter(pk=simulation_id).first()
    if row is None:
        raise errors.NotFound("procedures.simulation_unknown", _("Không có mô phỏng này."))
    found = row.figures
    return {
        "row": row,
        "figures": found,
        "bars": _bars(found["spread"]),
        "late": _share(found["late"], found["judged"]),
        "was_late": _share(found["was_late"], found["judged"]),
        "load": _load(found["load"], found["was_load"]),
    }


def _share(part, whole):
    return None if not whole else 100 * part / whole


_WIDTH, _HEIGHT, _FOOT, _GAP = 640, 200, 24, 6


def _bars(spread):
    """Columns of how many dossiers took how long: (x, x of the second, width, heights, label, counts)."""
    most = max((max(before, after) for _label, before, after in spread), default=0) or 1
    step = _WIDTH / max(len(spread), 1)
    width = round((step - 3 * _GAP) / 2, 1)
    found = []
    for place, (label, before, after) in enumerate(spread):
        x = round(place * step + _GAP, 1)
        tall = [round((_HEIGHT - _FOOT - 16) * count / most, 1) for count in (before, after)]
        found.append(
            {
                "label": label,
                "middle": round(x + width + _GAP / 2, 1),
                "before": {"x": x, "height": tall[0], "y": _HEIGHT - _FOOT - tall[0]},
                "after": {
                    "x": round(x + width + 2, 1),
                    "height": tall[1],
                    "y": _HEIGHT - _FOOT - tall[1],
                },
                "width": width,
                "counts": (before, after),
            }
        )
    return {"columns": found, "width": _WIDTH, "height": _HEIGHT, "foot": _HEIGHT - 6}


def _load(after, before):
    """The steps with their hours before and after, the busiest first: (name, role, hours, times)."""
    was = {one["element"]: one for one in before}
    found = [(one, was.pop(one["element"], None), one) for one in after]
    found += [(one, one, None) for one in was.values()]
    return [
        (known.shown(one["name"]), _role(one["role"]), earlier, later)
        for one, earlier, later in found
    ]


def _role(role):
    return _("Người nộp") if role == workflow.APPLICANT else _(ROLES.get(role, role))
