"""Finds the people-facing sentences of the house: in templates, in code, in room descriptions.

Sentences are Vietnamese in the source. They belong to the nearest part of the house (a folder
with apps.py) above the file; what stands outside any part belongs to ui.
"""

import ast
import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
FALLBACK = PACKAGE / "ui"
TEMPLATES = {".html", ".txt"}
SKIP = {"tests", "migrations", "node_modules", "__pycache__", "static"}

SINGULAR = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
# Told without Django, translated where they are shown: argument number and keyword.
DESCRIBED = {"MenuItem": (0, "label"), "Permission": (0, "title")}

_CALL = re.compile(r"\b(ngettext|gettext|pgettext|npgettext|_)\(")
_LITERAL = re.compile(r"""\s*,?\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL)


@dataclass(frozen=True)
class Message:
    """One sentence with its plural and context, as gettext keys it."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass
class Part:
    """A part of the house with its sentences and where each stands."""

    folder: Path
    messages: dict = field(default_factory=dict)

    @property
    def catalogue(self):
        return self.folder / "locale" / "en" / "LC_MESSAGES" / "django.po"

    def add(self, message, path, line=0):
        self.messages.setdefault(message, []).append((str(path.relative_to(PACKAGE.parent)), line))


def parts():
    """Every part that has sentences, by its folder."""
    found = {}
    for path in _sources():
        for message, line in _of_file(path):
            folder = _home(path)
            found.setdefault(folder, Part(folder)).add(message, path, line)
    return found


def _sources():
    for path in sorted(PACKAGE.rglob("*")):
        is_source = path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts)
        if is_source and not SKIP & set(path.parts):
            yield path


def _home(path):
    for folder in path.parents:
        if (folder / "apps.py").exists():
            return folder
        if folder == PACKAGE:
            break
    return FALLBACK


def _of_file(path):
    return of_code(path.read_text()) if path.suffix == ".py" else of_template(path.read_text())


def of_template(source):
    """Sentences of a Django template, in order."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flat = templatize(source)
    for call in _CALL.finditer(flat):
        texts = _literals(flat, call.end())
        if texts:
            yield _message(call.group(1), texts), flat.count("\n", 0, call.start()) + 1


def _literals(text, start):
    """The string literals that open an argument list."""
    found = []
    while literal := _LITERAL.match(text, start):
        found.append(ast.literal_eval(literal.group(1)))
        start = literal.end()
    return found


def _message(function, texts):
    if function == "ngettext":
        return Message(texts[0], plural=texts[1])
    if function == "pgettext":
        return Message(texts[1], context=texts[0])
    return Message(texts[0])


def of_code(source):
    """Sentences of Python code: gettext calls, roles, and what rooms say of themselves."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            message = _of_call(node)
            if message:
                yield message, node.lineno
        elif isinstance(node, ast.Assign) and _names(node) == ["ROLES"]:
            yield from ((Message(value.value), value.lineno) for value in node.value.values)


def _names(assign):
    return [target.id for target in assign.targets if isinstance(target, ast.Name)]


def _of_call(node):
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    texts = [_text(argument) for argument in node.args[:2]]
    if name in SINGULAR and texts and texts[0]:
        return Message(texts[0])
    if name in PLURAL and len(texts) == 2 and all(texts):
        return Message(texts[0], plural=texts[1])
    if name in IN_CONTEXT and len(texts) == 2 and all(texts):
        return Message(texts[1], context=texts[0])
    return _described(node, *DESCRIBED[name]) if name in DESCRIBED else None


def _described(node, place, keyword):
    named = {k.arg: k.value for k in node.keywords}
    told = named.get(keyword) or (node.args[place] if len(node.args) > place else None)
    text = _text(told)
    return Message(text, context=_text(named.get("context")) or "") if text else None


def _text(node):
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None
