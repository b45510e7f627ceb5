"""Conditions of processes: comparisons of what is known, and nothing else.

SpiffWorkflow runs Python by itself; here its engine is given this instead. There are no calls, no
attributes and no scripts, so a model that an officer uploads cannot do anything but choose a way.
"""

import ast

import simpleeval
from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from haidang.kernel import errors

_ALLOWED = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.List,
    ast.Tuple,
)
_LONGEST = 500


def names_in(text):
    """The names that a condition looks at.

    Raises    Incorrect `workflow.condition_wrong` (facts: condition)
    """
    try:
        tree = ast.parse(text.strip(), mode="eval") if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError):
        tree = None
    if tree is None or not all(isinstance(node, _ALLOWED) for node in ast.walk(tree)):
        raise errors.Incorrect(
            "workflow.condition_wrong",
            _("Điều kiện chỉ gồm phép so sánh, and, or, not và giá trị."),
            condition=text[:_LONGEST],
        )
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def evaluate(text, known):
    """Whether a condition holds; what is not known counts as None.

    Raises    Incorrect `workflow.condition_wrong`
    """
    values = dict.fromkeys(names_in(text)) | known
    try:
        return bool(simpleeval.EvalWithCompoundTypes(names=values, functions={}).eval(text.strip()))
    except (TypeError, simpleeval.InvalidExpression):
        return False  # what cannot be compared does not hold


class _Environment(BasePythonScriptEngineEnvironment):
    def evaluate(self, expression, context, external_context=None):
        return evaluate(expression, context)

    def execute(self, script, context, external_context=None):
        raise errors.RuleBroken("workflow.no_scripts", _("Quy trình không được chạy mã lệnh."))

    def call_service(self, context, **kwargs):
        raise errors.RuleBroken("workflow.no_scripts", _("Quy trình không được chạy mã lệnh."))


ENGINE = PythonScriptEngine(environment=_Environment())
