"""A log call says what was known when it was written; what it met goes no further than named facts."""

import ast

from tests.house.test_shape import CHECKOUT, OWN_CODE

_LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
_WORDS_OF_FAULTS = {"print_exc", "print_exception", "format_exc", "format_exception", "print_tb"}
# With HAIDANG_DEBUG alone, and there on synthetic data only.
_MAY_TELL_WORDS = {"haidang/config/console.py"}
_CODE = [path for path in OWN_CODE if "haidang" in path.parts and "tests" not in path.parts]


def _calls(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield node, owner.id if isinstance(owner, ast.Name) else "", node.func.attr


def _is_constant(call, level):
    """Whether its sentence stands in the code, and all else in named facts."""
    words = call.args[1:] if level == "log" else call.args
    named = {each.arg for each in call.keywords}
    return len(words) == 1 and isinstance(words[0], ast.Constant) and named <= {"extra", "exc_info"}


def test_the_sentence_of_a_log_call_holds_no_values():
    found = [
        (f"{path.relative_to(CHECKOUT)}:{call.lineno}", _is_constant(call, level))
        for path in _CODE
        for call, owner, level in _calls(path)
        if owner.strip("_") in ("log", "logger", "logging") and level in _LEVELS
    ]

    assert len(found) > 15
    assert [place for place, holds in found if not holds] == []


def test_nothing_tells_a_fault_in_words():
    found = {
        str(path.relative_to(CHECKOUT))
        for path in _CODE
        for _call, _owner, name in _calls(path)
        if name in _WORDS_OF_FAULTS
    }

    assert found <= _MAY_TELL_WORDS
