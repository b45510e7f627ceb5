"""What a fault says of itself where others read it than those whose records it met (lỗi chương trình).

The words of an exception are made of values: PostgreSQL quotes the key that exists already, `float`
the text that is no number, `KeyError` the key. So none of them are written. What is written says
where to look all the same: kinds of exceptions, the code of an error of ours, SQLSTATE with the names
of constraint, table and column, numbers of the system, names that stand in the code that failed, and
the places that the fault came through.
"""

import errno
from pathlib import Path

from haidang.kernel import errors

_CHECKOUT = Path(__file__).resolve().parents[2]
_PACKAGES = "site-packages/"
_MOST_CAUSES, _MOST_PLACES = 8, 40
_LARGEST = 10**8  # a larger number may be a telephone or an identity number
_OF_SCHEMA = {
    "constraint": "constraint_name",
    "table": "table_name",
    "column": "column_name",
    "type": "datatype_name",
    "raised_by": "source_function",
}


def told(why):
    """The exceptions behind a fault as plain facts, the first cause last."""
    return [_one(each) for each in _chain(why)]


def lines(why):
    """The same for a person at a terminal, the first cause last."""
    found = []
    for number, one in enumerate(told(why)):
        facts = ", ".join(
            f"{name}: {fact}" for name, fact in one.items() if name not in ("kind", "places")
        )
        found.append(f"{'because of ' * bool(number)}{one['kind']}{f' ({facts})' * bool(facts)}")
        found += [f"  {place}" for place in one["places"]]
    return found


def brief(why):
    """One line: what kind of fault, and the last place that it came through."""
    one = _one(why)
    names = [str(one[name]) for name in ("code", "sqlstate", "constraint", "errno") if name in one]
    return " ".join([one["kind"], *names, *one["places"][-1:]])


def plain(facts):
    """Those of the facts of an error that cannot name anybody: small numbers, yes and no.

    A text may be what a client sent; the code of the error says which rule it broke.
    """
    return {
        name: fact
        for name, fact in facts.items()
        if fact is None or isinstance(fact, bool | int | float) and abs(fact) < _LARGEST
    }


def place(path, line, function):
    """`file:line:function`, with the file as it stands in the checkout or among the packages."""
    text = str(path)
    if _PACKAGES in text:
        text = text.rpartition(_PACKAGES)[2]
    elif text.startswith(f"{_CHECKOUT}/"):
        text = text[len(str(_CHECKOUT)) + 1 :]
    return f"{text}:{line}:{function}"


def _chain(why):
    seen = []
    while why is not None and why not in seen and len(seen) < _MOST_CAUSES:
        seen.append(why)
        why = why.__cause__ or (None if why.__suppress_context__ else why.__context__)
    return seen


def _one(why):
    places = _places(why)
    return {"kind": _kind(why), **_facts(why), "places": places[-_MOST_PLACES:]}


def _kind(why):
    kind = type(why)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"  # fmt: skip


def _facts(why):
    if isinstance(why, errors.HaidangError):
        return {"code": why.code} | plain(why.facts)
    if isinstance(why, BaseExceptionGroup):
        return {"parts": [_one(each) for each in why.exceptions[:3]]}
    found = {}
    if sqlstate := getattr(why, "sqlstate", None):
        diag = why.diag
        named = {name: getattr(diag, key) for name, key in _OF_SCHEMA.items()}
        found = {"sqlstate": sqlstate} | {name: text for name, text in named.items() if text}
    elif isinstance(why, OSError) and why.errno in errno.errorcode:
        found = {"errno": errno.errorcode[why.errno]}
    elif name := _name(why):
        found = {"name": name}
    return found


def _name(why):
    """The name that was missing, when it stands in the code that asked for it."""
    if isinstance(why, KeyError):
        name = why.args[0] if len(why.args) == 1 else None
    else:
        name = getattr(why, "name", None) if isinstance(why, AttributeError | NameError | ImportError) else None  # fmt: skip
    step = why.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if not isinstance(name, str) or step is None:
        return None
    code = step.tb_frame.f_code
    return name if name in code.co_names or name in code.co_consts else None


def _places(why):
    found, step = [], why.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        found.append(place(code.co_filename, step.tb_lineno, code.co_name))
        step = step.tb_next
    return found
