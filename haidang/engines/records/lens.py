"""What of the records in reach somebody sees: some types, some of a type, up to a confidentiality.

A lens is a JSON text that `access.reach` hands to the database. The policy `records_within` looks
through it at every row that any statement reads: so a search, an include, a chain, a count, a
history and an export see the same, and none of them has to know of it. What SQL cannot see, the
labels of a version that has been replaced, is looked at here (`kept`).
"""

import functools
import json
from itertools import product

from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import kinds, reading
from haidang.engines.records.index import extractor, labels
from haidang.engines.records.search import conditions
from haidang.engines.records.search import query as queries
from haidang.kernel import errors, fhirjson, smart

NORMAL, RESTRICTED = "N", "R"
_PARAMETERS = {"token", "uri", "reference"}
_MODIFIERS = {None, "not"}


@functools.lru_cache(1024)
def of(words, letters, *, people=(), ceiling=None):
    """The lens (text) of somebody with these scopes; empty when it leaves nothing out.

    words    frozenset of permissions, SMART scopes among them
    letters  of `cruds`: what is seen must be allowed by each of them
    people   record numbers to which `patient/` scopes are held: one person's
    ceiling  `N` or `R`: what is labelled higher is not there; None for no such limit

    Raises   Incorrect `records.lens_unfit` for a scope whose query cannot be enforced
    """
    opened = [_opened(smart.of(words), letter, people) for letter in letters]
    types = {type for one in opened for type in one} | {smart.ANY}
    found = {}
    if not all(one.get(smart.ANY) == [{}] for one in opened):
        found["open"] = {_name(type): _joined(opened, type) for type in sorted(types)}
    if ceiling is not None:
        found["ceiling"] = ceiling
    return json.dumps(found, separators=(",", ":")) if found else ""


def check(scope):
    """Refuse a scope (`smart.Scope`) that names no type of FHIR, or that could not be held.

    Raises    Incorrect `records.type_unknown`, `records.lens_unfit`
    """
    if scope.type != smart.ANY:
        kinds.code(scope.type)
    _clauses(scope)


def _opened(scopes, letter, people):
    """{type or *: [branch]}: a row is seen when one of the branches of its type lets it through."""
    found = {}
    for scope in scopes:
        if letter not in scope.letters:
            continue
        branch = _clauses(scope)
        if scope.context == smart.PATIENT:
            branch = {**branch, "people": sorted(people) or [0]}
        found.setdefault(scope.type, []).append(branch)
    for branches in found.values():
        if {} in branches:
            branches[:] = [{}]
    return found


def _joined(opened, type):
    """The branches of one type that satisfy every letter at once."""
    for_each = [_branches(one, type) for one in opened]
    joined = []
    for parts in product(*for_each):
        branch = {}
        for part in parts:
            for name, clauses in part.items():
                known = branch.setdefault(name, [])
                known += [clause for clause in clauses if clause not in known]
        if branch not in joined:
            joined.append(branch)
    return [{}] if {} in joined else joined


def _branches(opened, type):
    everywhere = opened.get(smart.ANY, []) if type != smart.ANY else []
    return [*opened.get(type, []), *everywhere]


def _name(type):
    return type if type == smart.ANY else str(kinds.CODES.get(type, 0))


# ── Two lenses ─────────────────────────────────────────────────────────────────────────────


def covers(text, other, types):
    """True when what of these types (codes) is seen through the other lens is seen through this one.

    A scope's search counts as covered by the same search alone.
    """
    if not text:
        return True
    wide, narrow = _read(text), _read(other or "{}")
    if "ceiling" in wide and narrow.get("ceiling") not in {NORMAL, wide["ceiling"]}:
        return False
    return all(
        one in _open(wide, type) or {} in _open(wide, type)
        for type in types
        for one in _open(narrow, type)
    )


def changes(text):
    """True when a record may be seen through a lens today and not tomorrow, by what it says."""
    lens = _read(text or "{}")
    branches = (branch for every in lens.get("open", {}).values() for branch in every)
    return "ceiling" in lens or any("all" in one or "none" in one for one in branches)


def _open(lens, code):
    opened = lens.get("open", {})
    return opened.get(str(code), opened.get(smart.ANY, [{}]))


# ── The query of a scope ───────────────────────────────────────────────────────────────────


def _clauses(scope):
    """A scope's query as {"all": [any of these numbers, …], "none": [none of these, …]}."""
    branch = {}
    for name, value in scope.query:
        found = _numbers(scope, name, value)
        signed = sorted(n - (1 << 64) if n >> 63 else n for n in found.any_of)
        branch.setdefault("none" if found.absent else "all", []).append(signed)
    return branch


def _numbers(scope, name, value):
    condition = None if scope.type == smart.ANY else _condition(scope.type, name, value)
    found = conditions.compiled(condition, "k") if condition else None
    if not isinstance(found, conditions.Numbers) or not found.any_of:
        raise errors.Incorrect(
            "records.lens_unfit",
            _("Điều kiện trong phạm vi kết nối này không giữ được; chỉ nhận mã và tham chiếu."),
            scope=str(scope)[:200],
        )
    return found


def _condition(type, name, value):
    if type not in kinds.CODES:
        return None
    found = queries.condition_of(type, name, value)
    fit = (
        isinstance(found, queries.Condition)
        and found.parameter.kind in _PARAMETERS
        and found.parameter.code != "_id"
        and found.modifier in _MODIFIERS
        and not found.chain
    )
    return found if fit else None


# ── The same, of one version at hand ───────────────────────────────────────────────────────


def kept(versions):
    """Those of some versions that the lens in force lets through, by what they themselves say.

    The policy has judged them by what their resource says now.
    """
    text = access.lens_in_force()
    return [each for each in versions if admits(text, each)] if text else versions


def admits(text, stored):
    """True when a lens lets a `Stored` through; a deletion says nothing, so it passes."""
    if not text or stored.deleted:
        return True
    lens = _read(text)
    numbers = numbers_of(stored)
    if not numbers.isdisjoint(labels.above(stored.type, lens.get("ceiling"))):
        return False
    if "open" not in lens:
        return True
    branches = lens["open"].get(_name(stored.type), lens["open"][smart.ANY])
    return any(_passes(branch, stored, numbers) for branch in branches)


def _passes(branch, stored, numbers):
    people = branch.get("people")
    if people is not None and stored.patient is not None and stored.patient not in people:
        return False
    return all(not numbers.isdisjoint(clause) for clause in branch.get("all", ())) and all(
        numbers.isdisjoint(clause) for clause in branch.get("none", ())
    )


@functools.lru_cache(256)
def _read(text):
    return json.loads(text)


def numbers_of(stored):
    """The numbers by which the index finds what a version says, its labels among them."""
    found = extractor.extract(fhirjson.loads(stored.body))
    named = {"/".join(target): target for _number, target in found.references}
    rids = {named[ref]: rid for ref, rid in reading.rids(named).items()}
    numbers = found.numbers({target: rids.get(target, 0) for target in named.values()})
    return {n - (1 << 64) if n >> 63 else n for n in numbers}
