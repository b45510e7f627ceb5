"""A query as it was written, told apart into conditions and wishes about the answer."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from haidang.engines.records import kinds
from haidang.engines.records.index import parameters
from haidang.engines.records.index.parameters import Parameter
from haidang.kernel import errors

DEFAULT_COUNT, MOST = 50, 1000
MOST_WAYS = 500  # of a chain, by the types on the way; one reference to whatever type has 148
# Served for every type though no path leads to them, or not as other parameters are.
_BUILT_IN = {
    "_id": "token",
    "_lastUpdated": "date",
    "_list": "special",
}
# These are asked of the row itself, which knows no other modifier, and no List is "missing".
_BUILT_IN_MODIFIERS = {"_id": {"missing"}, "_lastUpdated": {"missing"}, "_list": set()}
_IGNORED = {"_format", "_pretty"}
_ORDERED = ("date", "string", "number", "quantity", "token", "reference", "uri")
MODIFIERS = {
    "token": {"missing", "not", "text", "in", "not-in", "above", "below", "of-type"},
    "string": {"missing", "exact", "contains"},
    "uri": {"missing", "above", "below"},
    "reference": {"missing", "identifier"},
    "date": {"missing"},
    "number": {"missing"},
    "quantity": {"missing"},
    "composite": {"missing"},
    "special": {"missing"},
}


@dataclass(frozen=True)
class Condition:
    """`parameter:modifier=value,value`; `chain` is the rest of a chained name."""

    parameter: Parameter
    modifier: str | None
    values: tuple[str, ...]
    chain: str | None = None

    @property
    def name(self):
        """The parameter as it was written, without the value."""
        modified = (
            f"{self.parameter.code}:{self.modifier}" if self.modifier else self.parameter.code
        )
        return f"{modified}.{self.chain}" if self.chain else modified


@dataclass(frozen=True)
class Reverse:
    """`_has:Type:reference:rest=value`: pointed at by a resource for which the rest holds."""

    type: str
    reference: Parameter
    inner: object

    @property
    def name(self):
        return f"_has:{self.type}:{self.reference.code}:{self.inner.name}"


@dataclass(frozen=True)
class Within:
    """Resources of a type in the compartment of the Patient with this record number."""

    type: str
    rid: int
    name = "compartment"


@dataclass(frozen=True)
class Include:
    """One `_include` or `_revinclude`: Type:parameter[:target]."""

    source: str
    parameter: str
    target: str | None = None
    iterate: bool = False
    reverse: bool = False


@dataclass
class Query:
    """Everything one search asks for; `used` are the pairs that counted."""

    type: str
    conditions: list = field(default_factory=list)
    sorts: list[tuple[str, bool]] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    count: int = DEFAULT_COUNT
    total: str = "none"
    summary: str | None = None
    elements: tuple[str, ...] = ()
    used: list[tuple[str, str]] = field(default_factory=list)
    within: int | None = None


def parse(type, query, *, strict=False, within=None):
    """The query, or under `strict` an error for the first thing that cannot be served.

    query    text as in a URL, or pairs of name and value
    within   record number of the Patient in whose compartment to look

    Raises   Incorrect `records.search_unknown` (facts: name), `records.search_unreadable`
    """
    kinds.code(type)
    result = Query(type, within=within)
    if within is not None:
        result.conditions.append(Within(type, within))
    for name, value in pairs(query):
        if _take(result, name, value, strict):
            result.used.append((name, value))
    if not result.count:  # R4: as `_summary=count`
        result.total = "accurate"
    if result.summary == "text" and result.includes:
        _without_includes(result, strict)
    return result


def _without_includes(result, strict):
    """R4, "_summary": the includes cannot be mixed with `_summary=text`."""
    if strict:
        raise errors.Incorrect(
            "records.search_unknown",
            _("_include và _revinclude không đi cùng _summary=text; hãy bỏ một trong hai."),
            name="_include",
        )
    result.includes = []
    result.used = [pair for pair in result.used if pair[0].partition(":")[0] not in _ITERATED]


def pairs(query):
    """Names and values of a query, given as text or as pairs already."""
    return parse_qsl(query, keep_blank_values=True) if isinstance(query, str) else query


def _take(result, name, value, strict):
    if name in _IGNORED:
        return False
    if "\0" in value:
        raise errors.Incorrect(
            "records.search_unreadable",
            _("Giá trị tìm kiếm không đọc được; hãy kiểm tra cách viết."),
            name=name[:120],
        )
    if not value.replace(",", "").strip():
        return _refuse_empty(name, strict)
    base, colon, _modifier = name.partition(":")
    control = _CONTROLS.get(base)
    if control and colon and base not in _ITERATED:
        return _refuse(name, strict)
    if control:
        return control(result, name, value, strict)
    condition = condition_of(result.type, name, value)
    if condition is None:
        return _refuse(name, strict)
    if ways(condition) > MOST_WAYS:
        raise errors.TooLarge(
            "records.search_too_wide",
            _(
                "Chuỗi tham chiếu này đi qua quá nhiều loại tài nguyên; hãy nêu loại, ví dụ subject:Patient.name."
            ),
            name=name[:120],
            most=MOST_WAYS,
        )
    result.conditions.append(condition)
    return True


def _refuse(name, strict):
    if strict:
        raise errors.Incorrect(
            "records.search_unknown",
            _("Không tìm kiếm được theo “%(name)s” ở loại tài nguyên này.") % {"name": name[:60]},
            name=name[:120],
        )
    return False


def _refuse_empty(name, strict):
    if strict:
        raise errors.Incorrect(
            "records.search_empty",
            _("“%(name)s” không có giá trị; hãy cho một giá trị hoặc bỏ tham số này.")
            % {"name": name[:60]},
            name=name[:120],
        )
    return False


def _refuse_unreadable(name, strict):
    if strict:
        raise errors.Incorrect(
            "records.search_unreadable",
            _("Giá trị của “%(name)s” không đọc được; hãy kiểm tra cách viết.")
            % {"name": name[:60]},
            name=name[:120],
        )
    return False


def condition_of(type, name, value, known=None):
    """The condition that `name=value` puts on a type, or None when it means nothing there.

    known    what was found out about ends of the name already, by type: a chain without types
             comes to the same one by very many ways
    """
    known = {} if known is None else known
    if (type, name) not in known:
        known[type, name] = _condition_of(type, name, value, known)
    return known[type, name]


def _condition_of(type, name, value, known):
    if name.startswith("_has:"):
        return _reverse(type, name, value, known)
    head, dot, chain = name.partition(".")
    code, colon, modifier = head.partition(":")
    parameter = find(type, code)
    if parameter is None:
        return None
    if dot:
        if parameter.kind != "reference" or (colon and modifier not in kinds.CODES):
            return None
        return _chained(parameter, modifier or None, chain, value, known)
    if colon and not _modifies(parameter, modifier):
        return None
    # Nothing before or after a comma is no value: as a beginning of names it would find everybody.
    values = tuple(each for each in split(value, ",") if each.strip())
    return Condition(parameter, modifier or None, values)


def find(type, code):
    """A parameter by its code, also those that no path stands for."""
    if code in _BUILT_IN:
        return Parameter(type=type, code=code, kind=_BUILT_IN[code])
    return parameters.catalogue().find(type, code)


def _modifies(parameter, modifier):
    if parameter.kind == "reference" and modifier in kinds.CODES:
        return True
    return modifier in _BUILT_IN_MODIFIERS.get(parameter.code, MODIFIERS[parameter.kind])


def _chained(parameter, modifier, chain, value, known):
    """A chain counts when some possible target knows the rest of it."""
    for target in chain_targets(parameter, modifier):
        if condition_of(target, chain, value, known) is not None:
            return Condition(parameter, modifier, (value,), chain)
    return None


def chained(condition):
    """{type at the end of its first reference: what the rest of a chain puts on it}"""
    known = {}
    targets = chain_targets(condition.parameter, condition.modifier)
    found = {
        target: condition_of(target, condition.chain, condition.values[0], known)
        for target in targets
    }
    return {target: inner for target, inner in found.items() if inner is not None}


def ways(condition, known=None):
    """By how many types of what is met on the way a chain may come to its end; 1 without a chain."""
    known = {} if known is None else known
    if isinstance(condition, Reverse):
        return ways(condition.inner, known)
    if not condition.chain:
        return 1
    key = condition.parameter, condition.modifier, condition.chain
    if key not in known:
        known[key] = sum(ways(inner, known) for inner in chained(condition).values())
    return known[key]


def chain_targets(parameter, modifier):
    if modifier:
        return [modifier]
    if not parameter.targets or "Resource" in parameter.targets:
        return list(kinds.NAMES)
    return list(parameter.targets)


def _reverse(type, name, value, known):
    parts = name.split(":", 3)
    if len(parts) != 4 or parts[1] not in kinds.CODES:
        return None
    reference = find(parts[1], parts[2])
    inner = condition_of(parts[1], parts[3], value, known)
    if reference is None or reference.kind != "reference" or inner is None:
        return None
    return Reverse(parts[1], reference, inner)


def split(text, mark):
    """Text split at a mark that no backslash stands before; backslashes stay for later."""
    if "\\" not in text:
        return tuple(text.split(mark))
    parts, part, escaped = [], "", False
    for character in text:
        if character == mark and not escaped:
            parts.append(part)
            part = ""
            continue
        escaped = character == "\\" and not escaped
        part += character
    return (*parts, part)


def plain(text):
    """Text with its escapes taken off."""
    if "\\" not in text:
        return text
    result, escaped = "", False
    for character in text:
        if character == "\\" and not escaped:
            escaped = True
            continue
        escaped = False
        result += character
    return result


# ── Wishes about the answer ────────────────────────────────────────────────────────────────


def _count(result, name, value, strict):
    if not (value.isascii() and value.isdigit()):
        return _refuse_unreadable(name, strict)
    result.count = min(int(value), MOST)
    return True


def _sort(result, name, value, strict):
    sorts = []
    for each in value.split(","):
        code, descending = each.removeprefix("-"), each.startswith("-")
        parameter = find(result.type, code)
        if parameter is None or not sortable(parameter):
            return _refuse(f"_sort={each}", strict)
        sorts.append((code, descending))
    result.sorts += sorts  # all of them or none: the links say what counted
    return True


def sortable(parameter):
    """True for every kind that has an order; see `ordering` for those without one in the tables."""
    return parameter.code in ("_id", "_lastUpdated") or (
        parameter.kind in _ORDERED and not parameter.computed
    )


def _include(result, name, value, strict):
    base, _, modifier = name.partition(":")
    reverse = base == "_revinclude"
    parts = value.split(":")
    if modifier not in ("", "iterate", "recurse") or not _includable(parts, result.type, reverse):
        return _refuse(f"{name}={value}", strict)
    source, code = (result.type, "*") if parts == ["*"] else parts[:2]
    target = parts[2] if len(parts) == 3 else None
    result.includes.append(Include(source, code, target, bool(modifier), reverse))
    return True


def _includable(parts, type, reverse):
    if parts == ["*"]:
        return not reverse
    if len(parts) not in (2, 3) or not {parts[0], *parts[2:]} <= set(kinds.CODES):
        return False
    parameter = parameters.catalogue().find(parts[0], parts[1])
    return parts[1] == "*" or (parameter is not None and parameter.kind == "reference")


def _total(result, name, value, strict):
    if value not in ("none", "estimate", "accurate"):
        return _refuse_unreadable(name, strict)
    result.total = value
    return True


def _summary(result, name, value, strict):
    if value not in ("true", "text", "data", "count", "false"):
        return _refuse_unreadable(name, strict)
    result.summary = value
    if value == "count":
        result.total, result.count = "accurate", 0
    return True


def _contained(result, name, value, strict):
    """Contained resources are not searched, which is R4's default and may be said."""
    return value == "false" or _refuse(name, strict)


def _elements(result, name, value, strict):
    result.elements = tuple(part for part in value.split(",") if part)
    return True


_CONTROLS = {
    "_count": _count, "_sort": _sort, "_include": _include, "_revinclude": _include,
    "_total": _total, "_summary": _summary, "_elements": _elements, "_contained": _contained,
}  # fmt: skip
_ITERATED = {"_include", "_revinclude"}
