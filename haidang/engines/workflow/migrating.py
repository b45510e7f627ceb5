"""Running cases moved to another version of their process: shown first, then done, many at once.

What was decided is played again on the new version, as if the case had begun there. Cases that have
come the same way go on the same way, so that each way is played once however many took it.
"""

import json
import re
import uuid
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _

from haidang.engines.ledger import api as ledger
from haidang.engines.workflow import cases, days, models, publishing, running
from haidang.kernel import errors

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BATCH, _SHOWN = 500, 5
MOST_AT_ONCE = 5000

_WAYS = """
SELECT m.number, c.state, w.steps, c.run -> 'tasks' -> (c.run ->> 'root') -> 'data' AS begun,
       w.open_now, count(*), (array_agg(c.id ORDER BY c.started_at, c.id))[1:%(most)s]
FROM workflow_case c
JOIN workflow_model m ON m.id = c.model_id
CROSS JOIN LATERAL (SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_object('element', s.v -> 'element', 'data', s.v -> 'data')
                               ORDER BY s.n), '[]')
     FROM jsonb_array_elements(c.done) WITH ORDINALITY s(v, n)) AS steps,
    ARRAY(SELECT t.element FROM workflow_task t
          WHERE t.case_id = c.id AND t.state = 'open' ORDER BY t.element) AS open_now) w
WHERE m.key = %(key)s AND m.number <> %(number)s AND c.state IN ('running', 'paused')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 6 DESC, 1, 2
"""


@dataclass(frozen=True)
class Way:
    """Running cases of one version that have come the same way.

    at      names of the steps that wait now
    to      names of the steps that would wait on the new version; empty when they cannot move
    why     why they cannot move, in words
    """

    number: int
    state: str
    at: tuple[str, ...]
    to: tuple[str, ...]
    why: str
    count: int
    cases: tuple[str, ...]
    steps: list = field(default_factory=list, repr=False)
    begun: dict = field(default_factory=dict, repr=False)
    run: running.Run | None = field(default=None, repr=False)

    @property
    def shown(self):
        return self.cases[:_SHOWN]


@dataclass(frozen=True)
class Moved:
    """How many cases moved, how many could not, how many wait for the next time."""

    moved: int
    stayed: int
    left: int


def plan(key, number=None, *, most=_SHOWN):
    """Where each running case of older versions would stand on a version, the largest group first.

    number    of the version; the newest when left out
    most      how many ids of cases each way names

    Raises    NotFound `workflow.model_unknown`
    """
    model = publishing.row_of(key, number)
    names = _names_by_version(key)
    with connection.cursor() as cursor:
        cursor.execute(_WAYS, {"key": key, "number": model.number, "most": most})
        rows = cursor.fetchall()
    return [_way(model, names, row) for row in rows]


def _names_by_version(key):
    rows = models.Model.objects.filter(key=key)
    return {row.number: running.process_of(bytes(row.bpmn)).nodes for row in rows}


def _way(model, names, row):
    number, state, steps, begun, open_now, count, cases = row
    steps, begun = _json(steps), _json(begun) or {}
    here, there = names[number], names[model.number]
    run, why = None, ""
    try:
        run = replayed(bytes(model.bpmn), steps, begun)
        _check_fits(run, state, open_now)
        to = tuple(sorted(there[element].name for element in run.open_tasks().values()))
    except errors.Conflict as refused:
        run, to, why = None, (), _in_words(refused, here)
    at = tuple(here[element].name for element in open_now)
    return Way(number, state, at, to, why, count, tuple(cases), steps, begun, run)


def _json(value):
    return json.loads(value) if isinstance(value, str) else value


def _in_words(refused, nodes):
    element = refused.facts.get("element")
    if element is None:
        return refused.message
    name = nodes[element].name if element in nodes else element
    return _("Quy trình mới không có bước «{step}» ở chỗ hồ sơ đã đi qua.").format(step=name)


def replayed(bpmn, done, begun):
    """A run in which what was decided is decided again.

    begun    what the process knew from the beginning

    Raises    Conflict `workflow.cannot_migrate` (facts: element)
    """
    run = running.Run.start(bpmn, begun)
    for step in done:
        try:
            run.complete(step["element"], step["data"])
        except errors.Conflict as why:
            raise errors.Conflict(
                "workflow.cannot_migrate",
                _("Quy trình mới không có bước này ở chỗ hồ sơ đã đi qua."),
                element=step["element"],
            ) from why
    return run


def _check_fits(run, state, open_now):
    """Refuse a place where nobody could bring the case to its end.

    Raises    Conflict `workflow.would_end`, `workflow.waits_elsewhere`
    """
    if run.is_ended:
        raise errors.Conflict(
            "workflow.would_end", _("Hồ sơ sẽ kết thúc ngay mà chưa ai làm bước còn lại.")
        )
    # Whoever is waited for answers at the step that they were asked at.
    if state == "paused" and sorted(run.open_tasks().values()) != sorted(open_now):
        raise errors.Conflict(
            "workflow.waits_elsewhere",
            _("Hồ sơ đang tạm dừng chờ người nộp; chuyển được khi đã bổ sung xong."),
        )


@transaction.atomic
def migrate(case_id, number, *, by, at):
    """Move one running case to another version of its process; a step that stays keeps its holder.

    Raises    NotFound `workflow.case_unknown`, `workflow.model_unknown`; Conflict
              `workflow.case_closed`, `workflow.cannot_migrate` (facts: element),
              `workflow.would_end`, `workflow.waits_elsewhere`
    Records   event `workflow.case.migrated` (facts: was, number)
    """
    row = cases.locked(case_id)
    if row.state in ("ended", "stopped"):
        raise errors.Conflict("workflow.case_closed", _("Hồ sơ này đã kết thúc."))
    model = publishing.row_of(row.model.key, number)
    run = replayed(bytes(model.bpmn), row.done, running.begun_with(row.run))
    _check_fits(run, row.state, row.tasks.filter(state="open").values_list("element", flat=True))
    _carry_over([row], model, run, by=by, at=at)
    return cases.describe(row)


def migrate_all(key, number=None, *, by, at, most=MOST_AT_ONCE):
    """Move the running cases that can move to a version, up to `most` of them, and return `Moved`.

    Each batch is one transaction; a case that went on in the meantime stays for the next time.

    Raises    NotFound `workflow.model_unknown`
    Records   event `workflow.case.migrated` for each, `workflow.cases.migrated` (facts: key,
              number, moved, stayed)
    """
    model = publishing.row_of(key, number)
    ways = plan(key, model.number, most=most)
    stayed = sum(way.count for way in ways if way.run is None)
    room, moved = most, 0
    for way in ways:
        if way.run is not None:
            moved += _move(way, model, way.cases[: room - moved], by=by, at=at)
    left = sum(way.count for way in ways if way.run is not None) - moved
    facts = {"key": key, "number": model.number, "moved": moved, "stayed": stayed}
    ledger.record("workflow.cases.migrated", by=by, facts=facts)
    return Moved(moved, stayed, left)


def _move(way, model, case_ids, *, by, at):
    moved = 0
    for begin in range(0, len(case_ids), _BATCH):
        with transaction.atomic():
            rows = models.Case.objects.select_for_update(of=("self",), skip_locked=True)
            rows = rows.select_related("model").filter(
                pk__in=case_ids[begin : begin + _BATCH], state=way.state
            )
            same = [row for row in rows.order_by("pk") if _is_there(row, way)]
            _carry_over(same, model, way.run, by=by, at=at)
            moved += len(same)
    return moved


def _is_there(row, way):
    steps = [{"element": step["element"], "data": step["data"]} for step in row.done]
    return row.model.number == way.number and steps == way.steps


def _carry_over(rows, model, run, *, by, at):
    """Put cases that have come the same way where a run stands, each with ids of its own."""
    nodes, calendar = running.process_of(bytes(model.bpmn)).nodes, days.current()
    text, places = json.dumps(run.state), run.open_tasks()
    open_now = {}
    for task in models.Task.objects.filter(case__in=rows, state="open"):
        open_now.setdefault(task.case_id, {})[task.element] = task
    kept, gone, new, entries = [], [], [], []
    for row in rows:
        tasks = open_now.get(row.pk, {})
        ids = {old: tasks[e].pk for old, e in places.items() if e in tasks}
        row.run = json.loads(_UUID.sub(lambda found, ids=ids: _own(ids, found[0]), text))
        gone += [task.pk for element, task in tasks.items() if element not in places.values()]
        for old, element in places.items():
            task = tasks.get(element)
            (kept if task else new).append(
                _fitted(task or _task(row, ids[old], element, at), nodes[element], calendar)
            )
        facts = {"was": row.model.number, "number": model.number}
        entries.append(
            ledger.Entry(
                "workflow.case.migrated", record=f"Case/{row.pk}", org=row.org, facts=facts
            )
        )
        row.model = model
    models.Task.objects.filter(pk__in=gone).update(state="cancelled")
    models.Case.objects.bulk_update(rows, ["model", "run"])
    models.Task.objects.bulk_update(kept, ["name", "role", "org", "due_at"])
    models.Task.objects.bulk_create(new)
    ledger.record_many(entries, by=by)


def _own(ids, old):
    """An id for one case in the place of the one in the run that was played."""
    return ids.setdefault(old, str(uuid.uuid4()))


def _task(row, task_id, element, at):
    return models.Task(id=task_id, case=row, element=element, opened_at=at)


def _fitted(task, node, calendar):
    """A task as the new version has it; its time counts from when it was opened."""
    task.name, task.role, task.org = node.name, node.role, node.org or task.case.org
    task.due_at = calendar.due(task.opened_at, node.term) if node.term else None
    return task
