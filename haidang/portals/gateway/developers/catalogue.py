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
    "kernel", "engines/access", "engines/analytics", "engines/exchange", "engines/ledger", "engines/payments", "engines/people",
    "engines/records", "engines/terminology", "portals/gateway", "config",
)  # fmt: skip
#: What only people at a screen, or whoever installs the house, can meet.
_NOT_FOR_MACHINES = {
    "analytics.computation_unknown", "analytics.indicator_unknown", "analytics.period_unreadable",
    "payments.account_unreadable", "payments.amount_out_of_range", "payments.bank_unknown",
    "payments.invoice_unreadable", "payments.name_unreadable", "payments.notice_settled",
    "payments.notice_unknown", "payments.order_closed", "payments.order_differs", "payments.order_unknown",
    "payments.other_receiver", "payments.prefix_taken", "payments.purpose_unreadable",
    "payments.qr_unreadable", "payments.receiver_closed", "payments.receiver_unreadable",
    "payments.refund_too_large", "payments.statement_too_large", "payments.statement_unreadable",
    "terminology.catalogue_unreadable", "terminology.checksum_differs", "terminology.duplicate_codes",
    "terminology.manifest_incomplete", "terminology.property_type_unknown", "terminology.release_missing",
    "terminology.row_count_differs", "terminology.surprising_loss",
    "access.already_reviewed", "access.bad_username", "access.no_session", "access.own_account",
    "access.own_opening", "access.own_role", "access.reason_too_short", "access.role_out_of_scope",
    "access.staff_only", "access.too_many_passkeys", "access.totp_exists", "access.unknown_role",
    "access.unknown_verdict", "access.username_taken", "access.weak_password", "access.wrong_code",
    "access.wrong_passkey", "access.wrong_password", "access.account_above", "access.no_account",
    "access.no_opening", "access.unknown_org",
}  # fmt: skip
_FAMILIES = {
    "access", "address", "analytics", "claims", "dates", "exchange", "fhir", "fhirjson", "gateway", "house",
    "identity", "ledger", "metrics", "payments", "people", "records", "terminology", "validation",
}  # fmt: skip
#: What tells an issue within an OperationOutcome: where its code stands among what it is given, and its sentence.
_ISSUES = {"Issue": (0, 3), "_told": (2, 4)}
#: `$validate` answers 200 whatever it finds; a write is refused with 422 for errors only.
_FOUND, _REFUSED = 200, 422
_ONLY_TOLD = {"WARNING", "INFORMATION", "warning", "information"}
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
    for call, said in _calls(ast.parse(text), {}):
        kind = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if kind in _ISSUES:
            yield from _issue(call, said, *_ISSUES[kind])
        elif kind in _KINDS:
            yield from _listed(_code(call, 0), [_KINDS[kind]], _sentence_at(call, 1, said))


def _calls(node, said):
    """Each call with what the names around it stand for."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.Call):
            yield one, said
        yield from _calls(one, _named(one) if isinstance(one, ast.FunctionDef) else said)


def _named(function):
    """What is first written to each name in a function, by name."""
    written = [one for one in ast.walk(function) if isinstance(one, ast.Assign)]
    return {
        one.targets[0].id: one.value
        for one in reversed(written)
        if isinstance(one.targets[0], ast.Name)
    }


def _issue(call, said, code_at, sentence_at):
    told = {
        getattr(one, "id", getattr(one, "attr", getattr(one, "value", "")))
        for one in call.args[:1] + call.args[4:]
    }
    statuses = [_FOUND] if told & _ONLY_TOLD else [_FOUND, _REFUSED]
    return _listed(_code(call, code_at), statuses, _sentence_at(call, sentence_at, said))


def _listed(code, statuses, message):
    if code.partition(".")[0] in _FAMILIES and code not in _NOT_FOR_MACHINES:
        for status in statuses:
            yield code, status, message


def _code(call, position):
    found = call.args[position] if len(call.args) > position else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else ""


def _sentence_at(call, position, said):
    return _sentence(call.args[position], said) if len(call.args) > position else ""


def _sentence(node, said):
    """The words of a literal, of `_("…")`, of an f-string, or of one of these with its gaps filled.

    said    what a name stands for, where the sentence was given one
    """
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(one) for one in node.values)
    if isinstance(node, ast.BinOp):
        return _sentence(node.left, said)
    if isinstance(node, ast.BoolOp):
        return _sentence(node.values[-1], said)
    if isinstance(node, ast.Name) and node.id in said:
        return _sentence(said[node.id], {})
    if isinstance(node, ast.Call):
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return _sentence(inner or (node.args[0] if node.args else ast.Constant("")), said)
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
