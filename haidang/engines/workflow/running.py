"""A process in motion: SpiffWorkflow behind four functions, its state as plain JSON.

The specification is 6 KB of a state of 12 and the same for every case of a model; it is parsed
once for each model and never stored with a case.
"""

from functools import lru_cache

from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from haidang.engines.workflow import conditions, process
from haidang.kernel import errors

_SERIALIZER = BpmnWorkflowSerializer()
_SPECS = ("spec", "subprocess_specs")


@lru_cache(maxsize=256)
def _spec(xml):
    found = process.read(xml)
    parser = BpmnParser()
    parser.add_bpmn_str(xml)
    spec = parser.get_spec(found.id)
    return found, spec, _SERIALIZER.to_dict(BpmnWorkflow(spec))["spec"]


def process_of(xml):
    """The checked process of a model, parsed once."""
    return _spec(bytes(xml))[0]


def begun_with(state):
    """What a process knew when a run of it began, out of the state that was kept."""
    return dict(state["tasks"][state["root"]]["data"])


def _parents_first(state):
    """The tasks of a run, each after the one that it came from.

    A task is kept as what it adds to its parent, and jsonb keeps members in an order of its own:
    restored before its parent it would forget everything that was known.
    """
    tasks, found, ahead = state["tasks"], {}, [state["root"]]
    while ahead:
        key = ahead.pop()
        found[key] = tasks[key]
        ahead += tasks[key]["children"]
    return found


class Run:
    """One case in motion.

    Use `open_tasks`, `complete`, `is_ended`, and `state` to keep it.
    """

    def __init__(self, workflow):
        self._workflow = workflow

    @classmethod
    def start(cls, xml, data):
        """A new run, moved to its first tasks."""
        run = cls(BpmnWorkflow(_spec(bytes(xml))[1], script_engine=conditions.ENGINE))
        run._workflow.get_next_task(state=TaskState.READY).data.update(data)
        run._move()
        return run

    @classmethod
    def load(cls, xml, state):
        """A run as it was kept."""
        whole = state | {"tasks": _parents_first(state)}
        whole |= {"spec": _spec(bytes(xml))[2], "subprocess_specs": {}}
        workflow = _SERIALIZER.from_dict(whole)
        workflow.script_engine = conditions.ENGINE
        return cls(workflow)

    @property
    def state(self):
        """What has to be kept, without the model."""
        whole = _SERIALIZER.to_dict(self._workflow)
        return {name: value for name, value in whole.items() if name not in _SPECS}

    @property
    def is_ended(self):
        return self._workflow.is_completed()

    def open_tasks(self):
        """The user tasks that wait: {id of the task: id of its element}."""
        ready = self._workflow.get_tasks(state=TaskState.READY, manual=True)
        return {str(task.id): task.task_spec.bpmn_id for task in ready}

    def complete(self, element, data):
        """Complete the waiting task of an element with what was decided, and move on.

        Raises    Conflict `workflow.task_not_open`
        """
        for task in self._workflow.get_tasks(state=TaskState.READY, manual=True):
            if task.task_spec.bpmn_id == element:
                task.data.update(data)
                task.run()
                self._move()
                return
        raise errors.Conflict("workflow.task_not_open", _("Việc này không còn chờ xử lý."))

    def _move(self):
        self._workflow.do_engine_steps()
