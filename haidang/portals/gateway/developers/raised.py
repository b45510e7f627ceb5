"""What the code raises at machines, read out of it: each code with a status and a sentence.

A refusal is found where it is made. Where a function makes it of what it is given (`_unfit("base", "…")`),
the callers know the code or the sentence, and they are read too, as are callers of callers.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from haidang.kernel import errors
from haidang.portals.gateway.fhir import outcome

_ROOT = Path(__file__).resolve().parents[4]
#: What tells an issue within an OperationOutcome: where its code stands among what it is given, and its sentence.
_ISSUES = {"Issue": (0, 3), "_told": (2, 4)}
#: `$validate` answers 200 whatever it finds; a write is refused with 422 for errors only.
_FOUND, _REFUSED = 200, 422
_NOTHING = ast.Constant("")
_DONE_TO_IT = {"format", "strip"}
_ONLY_TOLD = {"WARNING", "INFORMATION", "warning", "information"}


@dataclass(frozen=True)
class _Way:
    """A function that refuses with what it is given.

    names       of what it is given, in their order
    code        expression of the code, in those names
    sentence    the same of the sentence
    """

    module: str
    function: str
    names: tuple[str, ...]
    statuses: tuple[int, ...]
    code: ast.expr
    sentence: ast.expr

    def given(self, call):
        """What a call gives, by the name under which it is known inside."""
        names = self.names[1:] if self.names[:1] == ("self",) else self.names
        found = dict(zip(names, call.args, strict=False))
        return found | {one.arg: one.value for one in call.keywords if one.arg}


@dataclass(frozen=True)
class _Place:
    """A call within a file, with the function around it and what is first written to each name there."""

    call: ast.Call
    around: ast.FunctionDef | None
    said: dict


class _File:
    """One module: its calls, and where the names come from that it calls."""

    def __init__(self, path, text):
        self.name = ".".join(path.relative_to(_ROOT).with_suffix("").parts)
        self.package = self.name.rpartition(".")[0]
        tree = ast.parse(text)
        self.places = list(_places(tree, None, {}))
        self.imported = {}
        for one in ast.walk(tree):
            if isinstance(one, ast.ImportFrom):
                self.imported |= {a.asname or a.name: f"{one.module}.{a.name}" for a in one.names}

    def way(self, call, ways):
        """The way that a call takes, or None."""
        func = call.func
        if isinstance(func, ast.Name):
            return ways.get(self.imported.get(func.id, f"{self.name}.{func.id}"))
        if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Name):
            return None
        if func.value.id == "self":  # perhaps of a class beside this one, which it is built on
            near = (
                one for one in ways.values() if one.function == func.attr and _beside(one, self)
            )
            return next(near, None)
        return ways.get(f"{self.imported.get(func.value.id, '')}.{func.attr}")


def _beside(way, file):
    return way.names[:1] == ("self",) and way.module.rpartition(".")[0] == file.package


def raised(places, families):
    """(code, status, sentence) of everything that code below `places` raises with a code of `families`.

    places    folders and modules below the package
    """
    paths = [path for place in places for path in _modules(_ROOT / "haidang" / place)]
    texts = {
        path: path.read_text()
        for path in paths
        if "tests" not in path.parts and path.name != "console.py"  # of a terminal
    }
    # How a file looks that gives such a code to a call: parsing them all takes seconds.
    mark = re.compile(rf"""\(\s*f?["'](?:{"|".join(sorted(families))})\.""")
    files = {path: _File(path, text) for path, text in texts.items() if mark.search(text)}
    ways = {}
    for file in files.values():
        yield from _told(file, ways)
    yield from _of_callers(texts, files, ways)


def _modules(place):
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def _of_callers(texts, files, ways):
    """What those tell who call a way; one of them may be a way itself."""
    done = set()
    while todo := {name: way for name, way in ways.items() if name not in done}:
        done |= todo.keys()
        mark = re.compile(rf"\b(?:{'|'.join({way.function for way in todo.values()})})\(")
        for path, text in texts.items():
            if mark.search(text):
                file = files.get(path) or files.setdefault(path, _File(path, text))
                yield from _told_by_callers(file, todo, ways)


def _told_by_callers(file, todo, ways):
    for place in file.places:
        way = file.way(place.call, todo)
        if way is not None:
            given = way.given(place.call)
            code, sentence = _filled(way.code, given), _filled(way.sentence, given)
            yield from _one(file, place, code, sentence, way.statuses, ways)


def _told(file, ways):
    for place in file.places:
        call = place.call
        kind = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if kind in _ISSUES:
            code_at, sentence_at = _ISSUES[kind]
            yield from _one(file, place, *_at(call, code_at, sentence_at), _statuses(call), ways)
        elif kind in _KINDS:
            yield from _one(file, place, *_at(call, 0, 1), (_KINDS[kind],), ways)


def _one(file, place, code, sentence, statuses, ways):
    """What one place tells; when it depends on what its function is given, that is noted as a way."""
    around = place.around
    names = tuple(one.arg for one in around.args.args) if around else ()
    sentence = _core(sentence, place.said)
    if _asks_of(code, names) or _is_given(sentence, names):
        way = _Way(file.name, around.name, names, statuses, code, sentence)
        ways.setdefault(f"{file.name}.{around.name}", way)
        return
    text = _text_of_code(code)
    for status in statuses if text else ():
        yield text, status, _words(sentence)


def _at(call, code_at, sentence_at):
    return [call.args[at] if len(call.args) > at else _NOTHING for at in (code_at, sentence_at)]


def _statuses(call):
    told = {
        getattr(one, "id", getattr(one, "attr", getattr(one, "value", "")))
        for one in call.args[:1] + call.args[4:]
    }
    return (_FOUND,) if told & _ONLY_TOLD else (_FOUND, _REFUSED)


def _places(node, around, said):
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.Call):
            yield _Place(one, around, said)
        if isinstance(one, ast.FunctionDef):
            yield from _places(one, one, _named(one))
        else:
            yield from _places(one, around, said)


def _named(function):
    """What is first written to each name in a function, by name."""
    written = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
    return {
        one.targets[0].id: one.value
        for one in reversed(written)
        if isinstance(one.targets[0], ast.Name)
    }


# ── Codes and sentences ────────────────────────────────────────────────────────────────────


def _asks_of(code, names):
    """Whether a code is made of what a function is given."""
    if isinstance(code, ast.JoinedStr):
        return any(_is_given(getattr(one, "value", None), names) for one in code.values)
    return _is_given(code, names)


def _is_given(node, names):
    return isinstance(node, ast.Name) and node.id in names


def _filled(node, given):
    """An expression with what a call gives in the place of names."""
    if isinstance(node, ast.Name):
        return given.get(node.id, _NOTHING)
    if isinstance(node, ast.JoinedStr):
        return ast.JoinedStr([_filled(one, given) for one in node.values])
    if isinstance(node, ast.FormattedValue):
        return ast.FormattedValue(_filled(node.value, given), node.conversion, node.format_spec)
    return node


def _text_of_code(node):
    """A code as it is written out, or nothing where it is known only when it happens."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [one.value if isinstance(one, ast.FormattedValue) else one for one in node.values]
    known = all(isinstance(one, ast.Constant) for one in parts)
    return "".join(str(one.value) for one in parts) if known else ""


def _core(node, said):
    """A sentence without what is done to it: a literal, an f-string, or a name of what is given.

    said    what a name stands for, where the sentence was given one

    `_("…")`, one with its gaps filled, and the second of two where the first may be missing.
    """
    if isinstance(node, ast.BinOp):
        return _core(node.left, said)
    if isinstance(node, ast.BoolOp):
        return _core(node.values[-1], said)
    if isinstance(node, ast.IfExp):
        return _core(node.orelse, said)
    if isinstance(node, ast.Name) and node.id in said:
        return _core(said[node.id], {name: one for name, one in said.items() if name != node.id})
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _DONE_TO_IT:
            return _core(node.func.value, said)
        return _called(node, said)
    return node


def _called(node, said):
    """What a sentence is marked or translated by: `_("…")`, `pgettext("…", "…")`."""
    if getattr(node.func, "id", "") == "pgettext":
        context, sentence = node.args
        return ast.Constant(f"{context.value}\4{sentence.value}")
    return _core(node.args[0], said) if node.args else _NOTHING


def _words(core):
    """The words of a sentence, with `{…}` where something goes that is known when it happens."""
    if isinstance(core, ast.Constant):
        return str(core.value)
    return "".join(map(_piece, core.values)) if isinstance(core, ast.JoinedStr) else ""


def _piece(value):
    if isinstance(value, ast.Constant):
        return str(value.value)
    return "{" + ast.unparse(value.value) + "}"


def _subclasses(kind):
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)


_KINDS = {one.__name__: one.status for one in _subclasses(errors.HaidangError)}
_KINDS |= {
    one.__name__: one.status
    for one in vars(outcome).values()
    if hasattr(one, "status") and isinstance(one, type)
}
