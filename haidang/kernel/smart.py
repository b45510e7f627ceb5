"""SMART scopes (phạm vi kết nối): what may be done with which resources, and on whose behalf.

Source: SMART App Launch 2.2.0, "Scopes for requesting FHIR resources":
`<patient|user|system>/<Type|*>.<cruds>[?search]`, and the words `.read`, `.write` and `.*` of
version 1.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote

PATIENT, USER, SYSTEM = "patient", "user", "system"
LETTERS = "cruds"
ANY = "*"
_WRITTEN = re.compile(
    r"(patient|user|system)/([A-Z][A-Za-z]*|\*)"
    r"\.(read|write|\*|(?=[cruds])c?r?u?d?s?)(?:\?(\S+))?"
)
_OF_VERSION_1 = {"read": "rs", "write": "cud", "*": LETTERS}
_PLAIN_IN_QUERY = "/:|,.-_~"


@dataclass(frozen=True)
class Scope:
    """One scope, read.

    context   `patient`, `user` or `system`
    type      resource type, or `*`
    letters   of `cruds`, in that order
    query     (name, value) pairs that a resource must satisfy; empty for all of the type
    """

    context: str
    type: str
    letters: str
    query: tuple[tuple[str, str], ...] = ()

    def covers(self, type, letter):
        """True when something of the type may be done; the query may still narrow it."""
        return self.type in (ANY, type) and letter in self.letters

    def meet(self, other):
        """What both allow, or None."""
        letters = "".join(letter for letter in self.letters if letter in other.letters)
        types = {self.type, other.type} - {ANY}
        if self.context != other.context or not letters or len(types) > 1:
            return None
        query = (*self.query, *(pair for pair in other.query if pair not in self.query))
        return Scope(self.context, types.pop() if types else ANY, letters, query)

    def __str__(self):
        pairs = (f"{quote(n, safe=':')}={quote(v, safe=_PLAIN_IN_QUERY)}" for n, v in self.query)
        query = "&".join(pairs)
        return f"{self.context}/{self.type}.{self.letters}" + (f"?{query}" if query else "")


@lru_cache(4096)
def parse(text):
    """The `Scope` that a text writes, or None when it writes none."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    context, type, letters, query = found.groups()
    pairs = tuple(parse_qsl(query, keep_blank_values=True)) if query else ()
    if query and not all(value for _name, value in pairs or [("", "")]):
        return None  # a condition that says nothing would leave everything open
    return Scope(context, type, _OF_VERSION_1.get(letters, letters), pairs)


def of(words):
    """The scopes among permissions and other words, in a stable order."""
    return [scope for scope in map(parse, sorted(words)) if scope is not None]


def common(asked, allowed):
    """The scopes (texts) that both lists allow: nothing is ever widened."""
    met = (one.meet(other) for one in of(asked) for other in of(allowed))
    return sorted({str(scope) for scope in met if scope is not None})
