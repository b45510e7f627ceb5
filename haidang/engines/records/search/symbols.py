"""Conditions on tokens and uris."""

from django.utils.translation import gettext as _

from haidang.engines.records import binary, valuesets, wire
from haidang.engines.records.index import hashing
from haidang.engines.records.search import many
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.numbers import Wanted
from haidang.engines.terminology import api as terminology
from haidang.kernel import errors, text

_MOST_CODES = 20_000
_TEXTS = "SELECT key FROM records_text WHERE s LIKE ANY (%s::text[])"
# Many patterns each ask the index; held against every text they would be asked of all of them.
_EACH_TEXT = (
    "SELECT DISTINCT x.key FROM unnest(%s::text[]) AS p CROSS JOIN LATERAL"
    " (SELECT key FROM records_text WHERE s LIKE p OFFSET 0) AS x"
)
_WITH_PLAIN_TYPES = {"code", "string", "id", "boolean", "uri", "deceased", "ContactPoint"}


def token(condition, alias):
    modifier, parameter = condition.modifier, condition.parameter
    if modifier in ("in", "not-in"):
        members = [pair for value in condition.values for pair in _members(queries.plain(value))]
        return Wanted(frozenset(_of_pairs(parameter, members)), modifier == "not-in")
    if modifier in ("above", "below"):
        return Wanted(frozenset(_hierarchy(condition)))
    if modifier == "text":
        return Wanted(frozenset(_texts(condition)))
    if modifier == "of-type":
        return Wanted(frozenset(_of_types(condition)))
    found = {n for value in condition.values for n in numbers(parameter, value)}
    return Wanted(frozenset(found), modifier == "not")


def numbers(parameter, value):
    """The numbers of one token as it is written: code, system|code, |code or system|."""
    return {n for path in parameter.paths for n in of_path(path, value)}


def of_path(path, value):
    parts = [queries.plain(part) for part in queries.split(value, "|")]
    if len(parts) > 2:
        raise _unreadable(path)
    system, code = parts if len(parts) == 2 else (None, parts[0])
    return {n for kind in _kinds(path) for n in _forms(path.number, kind, system, code)}


def _kinds(path):
    """Whether the leaves of a path have a system of their own, one that is implied, or both."""
    return {data_type in _WITH_PLAIN_TYPES for _, data_type in path.leaves}


def _forms(number, plain, system, code):
    if plain:
        # The system of a code, a boolean or a phone number is implied and not compared.
        return [hashing.value(number, code.lower())] if code else []
    if system is None:
        return [hashing.token(number, None, code)[0]]
    if system == "":
        return [hashing.token(number, None, code)[1]] if code else []
    return [
        hashing.token(number, system, code)[1] if code else hashing.token(number, system, None)[0]
    ]


def _of_pairs(parameter, pairs):
    for path in parameter.paths:
        for system, code in pairs:
            yield from (n for kind in _kinds(path) for n in _forms(path.number, kind, system, code))


def _members(value_set):
    """(system, code) of every member of a value set.

    Raises    TooLarge `records.search_too_wide`; what terminology raises for an unknown one
    """
    found = terminology.expand(value_set, count=_MOST_CODES + 1, beside=valuesets.stored)
    if found.total > _MOST_CODES:
        raise errors.TooLarge(
            "records.search_too_wide",
            _("Tập mã này quá lớn để tìm trong một lần; hãy chọn tập mã hẹp hơn."),
        )
    return [(each.system, each.code) for each in found.contains]


def _hierarchy(condition):
    """The code itself and those below it; `above`, the code and those it is below of."""
    for value in condition.values:
        parts = [queries.plain(part) for part in queries.split(value, "|")]
        if len(parts) != 2 or not all(parts):
            raise _unreadable(condition.parameter)
        pairs = {tuple(parts), *_relatives(*parts, condition.modifier)}
        yield from _of_pairs(condition.parameter, pairs)


def _relatives(system, code, modifier):
    concept = terminology.lookup(system, code)
    if concept is None:
        return []
    if modifier == "below":
        return _members(f"{system}?fhir_vs=isa/{code}")
    return [(system, ancestor) for ancestor in concept.ancestors]


def _texts(condition):
    """Numbers of the distinct texts in which some word begins the way the value does."""
    folded = [text.fold(queries.plain(value)) for value in condition.values]
    # Every text begins with nothing.
    starts = [f"{before}{like(each)}%" for each in folded if each for before in ("", "% ")]
    keys = _keys_of_texts(starts)
    for path in condition.parameter.paths:
        number = hashing.below(path.number, hashing.TEXT)
        yield from (number ^ key for key in keys)


def _keys_of_texts(patterns):
    if not patterns:
        return []
    text = _EACH_TEXT if len(patterns) > many.FEW else _TEXTS
    rows = wire.rows(text, [binary.texts(patterns)])
    return [key & (1 << 64) - 1 for (key,) in rows]


def like(value):
    """Text for the pattern of LIKE, with what means something there made plain."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _of_types(condition):
    for value in condition.values:
        parts = [queries.plain(part) for part in queries.split(value, "|")]
        if len(parts) != 3 or not all(parts[1:]):
            raise _unreadable(condition.parameter)
        for path in condition.parameter.paths:
            yield hashing.of_type(path.number, *parts)


def uri(condition, alias):
    values = [queries.plain(value) for value in condition.values]
    keys = {key for value in values for key in _uri_keys(value, condition.modifier)}
    if condition.modifier == "below":
        keys.update(_keys_of_texts([like(value.rstrip("/")) + "/%" for value in values]))
    return Wanted(
        frozenset(path.number ^ key for path in condition.parameter.paths for key in keys)
    )


def _uri_keys(value, modifier):
    if modifier == "above":
        parts = value.split("/")
        return {hashing.text_key("/".join(parts[:n])) for n in range(1, len(parts) + 1)}
    return {hashing.text_key(value)}


def _unreadable(parameter):
    return errors.Incorrect(
        "records.search_unreadable",
        _("Giá trị tìm kiếm không đọc được; hãy kiểm tra cách viết."),
        name=getattr(parameter, "code", parameter.text if hasattr(parameter, "text") else ""),
    )
