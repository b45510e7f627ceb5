"""Reads a FHIRPath expression into the tree of `syntax` (precedence climbing)."""

import functools
import re
from dataclasses import is_dataclass

from haidang.engines.analytics.views import syntax
from haidang.engines.analytics.views.faults import _, wrong

_LONGEST = 4000
_DEEPEST = 60
_LEVELS = 100  # of the tree: what reads it goes down one call for each
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<dateTime>@\d{4}(?:-\d\d(?:-\d\d)?)?T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)
  | (?P<time>@T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)
  | (?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?)
  | (?P<decimal>\d+\.\d+)
  | (?P<integer>\d+)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<quoted>`(?:[^`\\]|\\.)*`)
  | (?P<variable>%(?:[A-Za-z_][\w-]*|`[^`]+`|'[^']+'))
  | (?P<this>\$\w+)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<sign><=|>=|!=|!~|[-+*/&|=<>~.,()\[\]{}])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = ("div", "mod", "is", "as", "in", "contains", "and", "or", "xor", "implies")
_STRENGTH = {
    name: strength
    for strength, names in enumerate(
        (
            ("implies",),
            ("or", "xor"),
            ("and",),
            ("in", "contains"),
            ("=", "!=", "~", "!~"),
            ("<", ">", "<=", ">="),
            ("|",),
            ("is", "as"),
            ("+", "-", "&"),
            ("*", "/", "div", "mod"),
        ),
        start=1,
    )
    for name in names
}
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


@functools.lru_cache(maxsize=4096)
def parse(path):
    """The tree of an expression.

    Raises    Incorrect `analytics.view_path_unreadable` (facts: path, at)
    """
    if not isinstance(path, str) or not path.strip() or len(path) > _LONGEST:
        raise _too_long(path)
    found = _Parser(path).whole()
    if _levels(found) > _LEVELS:
        raise _too_long(path)
    return found


def _too_long(path):
    return wrong("path_unreadable", _("Biểu thức trống hoặc quá dài."), path=str(path)[:80], at=0)


def _levels(tree):
    """How deep a tree is, told without going down by calls."""
    count, level = 0, [tree]
    while level:
        count += 1
        parts = [part for node in level for part in vars(node).values()]
        parts += [each for part in parts if isinstance(part, tuple) for each in part]
        level = [part for part in parts if is_dataclass(part)]
    return count


class _Parser:
    def __init__(self, path):
        self._path = path
        self._tokens = list(_tokens(path))
        self._at = 0
        self._depth = 0

    def whole(self):
        found = self._expression(1)
        if self._kind != "end":
            raise self._stuck()
        return found

    @property
    def _kind(self):
        return self._tokens[self._at][0]

    @property
    def _text(self):
        return self._tokens[self._at][1]

    def _take(self):
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _is(self, sign):
        return self._kind == "sign" and self._text == sign

    def _expect(self, sign):
        if not self._is(sign):
            raise self._stuck()
        return self._take()

    def _stuck(self):
        at = self._tokens[self._at][2]
        message = _("Không đọc được biểu thức «%(path)s» ở ký tự thứ %(at)d.")
        return wrong("path_unreadable", message, path=self._path, at=at + 1)

    def _expression(self, weakest):
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._stuck()
        left = self._signed()
        while _STRENGTH.get(self._operator(), 0) >= weakest:
            name = self._take()
            right = self._expression(_STRENGTH[name] + 1)
            left = syntax.Operation(name, left, right)
        self._depth -= 1
        return left

    def _operator(self):
        is_word = self._kind == "name" and self._text in _WORDS
        return self._text if is_word or self._kind == "sign" else None

    def _signed(self):
        minuses = 0
        while self._is("-") or self._is("+"):
            minuses += self._take() == "-"
        found = self._steps()
        for _each in range(minuses):
            found = syntax.Negative(found)
        return found

    def _steps(self):
        found = self._term()
        while True:
            if self._is("."):
                self._take()
                found = self._step(found)
            elif self._is("["):
                self._take()
                found = syntax.Index(found, self._expression(1))
                self._expect("]")
            else:
                return found

    def _step(self, of):
        kind = self._kind
        if kind == "this" and self._text == "$this":
            self._take()
            return syntax.This() if of is None else of
        if kind not in ("name", "quoted"):
            raise self._stuck()
        name = self._take() if kind == "name" else _unescaped(self._take()[1:-1])
        if kind == "name" and self._is("("):
            return syntax.Call(of, name, self._arguments())
        return syntax.Name(of, name)

    def _arguments(self):
        self._expect("(")
        found = []
        while not self._is(")"):
            found.append(self._expression(1))
            if self._is(","):
                self._take()
            elif not self._is(")"):
                raise self._stuck()
        self._take()
        return tuple(found)

    def _term(self):
        kind = self._kind
        if kind == "sign":
            return self._bracketed()
        if kind == "variable":
            return syntax.Variable(self._take()[1:].strip("`'"))
        if kind == "string":
            return syntax.Literal("string", _unescaped(self._take()[1:-1]))
        if kind == "integer":
            return syntax.Literal("integer", int(self._take()))
        if kind == "decimal":
            return syntax.Literal("decimal", self._take())
        if kind in ("date", "dateTime", "time"):
            return syntax.Literal(
                kind, self._take().lstrip("@").removeprefix("T" * (kind == "time")).rstrip("T")
            )
        if kind == "name" and self._text in ("true", "false"):
            return syntax.Literal("boolean", self._take() == "true")
        return self._step(None)

    def _bracketed(self):
        if self._is("("):
            self._take()
            found = self._expression(1)
            self._expect(")")
            return found
        self._expect("{")
        self._expect("}")
        return syntax.Literal("", None)


def _tokens(path):
    at = 0
    end = len(path.rstrip())
    while at < end:
        found = _TOKEN.match(path, at)
        if not found:
            message = _("Không đọc được biểu thức «%(path)s» ở ký tự thứ %(at)d.")
            raise wrong("path_unreadable", message, path=path, at=at + 1)
        if found.lastgroup != "comment":
            yield found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)
        at = found.end()
    yield "end", "", end


def _unescaped(text):
    def plain(found):
        mark = found[1]
        return chr(int(mark[1:], 16)) if len(mark) > 1 else _ESCAPES.get(mark, mark)

    said = re.sub(r"\\(u[0-9a-fA-F]{4}|.)", plain, text, flags=re.DOTALL)
    try:
        return said.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as why:
        message = _("Không đọc được biểu thức «%(path)s» ở ký tự thứ %(at)d.")
        raise wrong("path_unreadable", message, path=text[:80], at=why.start // 2) from why
