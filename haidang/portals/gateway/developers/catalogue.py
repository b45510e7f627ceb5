"""Every error that a machine can meet, read out of the code that raises it (danh mục lỗi).

A refusal carries a stable code; here each stands with its HTTP status and with the sentence that says
what to do. English comes from the translations, and for sentences that are not wrapped for them from
`data/errors.toml`; a test fails when one of those lacks there.
"""

import ast
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext

from haidang.kernel import errors
from haidang.portals.gateway.fhir import outcome

_HERE = Path(__file__).resolve()
_PACKAGE = _HERE.parents[3]
_ENGLISH = _HERE.parent / "data" / "errors.toml"
#: Parts of the house that a machine's request can reach.
_PLACES = (
    "kernel", "engines/access", "engines/exchange", "engines/ledger", "engines/payments", "engines/people",
    "engines/records", "engines/terminology", "portals/gateway", "config",
)  # fmt: skip
#: What only people at a screen, or whoever installs the house, can meet.
_NOT_FOR_MACHINES = {
    "access.already_reviewed", "access.bad_username", "access.no_session", "access.own_account",
    "access.own_opening", "access.own_role", "access.reason_too_short", "access.role_out_of_scope",
    "access.staff_only", "access.too_many_passkeys", "access.totp_exists", "access.unknown_role",
    "access.unknown_verdict", "access.username_taken", "access.weak_password", "access.wrong_code",
    "access.wrong_passkey", "access.wrong_password", "access.account_above", "access.no_account",
    "access.no_opening", "access.unknown_org",
}  # fmt: skip
_FAMILIES = {
    "access", "address", "claims", "dates", "exchange", "fhir", "fhirjson", "gateway", "house", "identity",
    "ledger", "people", "records",
}  # fmt: skip
#: How a file looks that gives a code of these families to a call: parsing them all takes seconds.
_CODE = re.compile(rf"""\(\s*["'](?:{"|".join(sorted(_FAMILIES))})\.""")


@dataclass(frozen=True)
class Entry:
    """One code with every status it comes with, and what to do (một mã lỗi).

    message    Vietnamese, with `{…}` where the facts go
    english    the same in English
    """

    code: str
    statuses: tuple[int, ...]
    message: str
    english: str

    @property
    def family(self):
        return self.code.partition(".")[0]

    @property
    def status_text(self):
        return ", ".join(map(str, self.statuses))

    @property
    def what_to_do(self):
        """The sentence in the language of the page."""
        return self.english if translation.get_language() == "en" else self.message


@cache
def entries():
    """Every code that a machine can meet, in the order of its name."""
    found = {}
    for code, status, message in _raised():
        statuses, known = found.get(code, (set(), ""))
        found[code] = statuses | {status}, known or message
    told = english()
    return tuple(
        Entry(
            code,
            tuple(sorted(statuses)),
            gaps(message),
            gaps(told.get(code) or _translated(message)),
        )
        for code, (statuses, message) in sorted(found.items())
    )


@cache
def english():
    """English of the sentences that are not translated, by code."""
    return tomllib.loads(_ENGLISH.read_text())["errors"]


def gaps(sentence):
    """`%(minutes)d` as `{minutes}`: one way to show where a fact goes."""
    return re.sub(r"%\((\w+)\)[sd]", r"{\1}", sentence)


def _translated(message):
    """English from the catalogues, or nothing when they have none."""
    with translation.override("en"):
        found = gettext(message) if message else ""
    return "" if found == message else found


def _raised():
    """(code, status, sentence) of each place that raises an error of a family."""
    for place in _PLACES:
        for path in sorted((_PACKAGE / place).rglob("*.py")):
            if "tests" not in path.parts and path.name != "console.py":  # of a terminal
                yield from _in_file(path)


def _in_file(path):
    text = path.read_text()
    if not _CODE.search(text):
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (found := _refusal(node)):
            yield found


def _refusal(call):
    kind = _KINDS.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
    code = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    if kind is None or not isinstance(code, str) or code.partition(".")[0] not in _FAMILIES:
        return None
    if code in _NOT_FOR_MACHINES:
        return None
    return code, kind, _sentence(call.args[1]) if len(call.args) > 1 else ""


def _sentence(node):
    """The words of a literal, of `_("…")`, of an f-string, or of one of these with its gaps filled."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(one) for one in node.values)
    if isinstance(node, ast.BinOp):
        return _sentence(node.left)
    if isinstance(node, ast.Call):
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return _sentence(inner or (node.args[0] if node.args else ast.Constant("")))
    return ""


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
