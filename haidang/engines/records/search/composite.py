"""Conditions on composite parameters (see `index.composites` for what is kept)."""

from django.utils.translation import gettext as _

from haidang.engines.records import binary, kinds, reading
from haidang.engines.records.index import composites, hashing, references
from haidang.engines.records.index.parameters import Parameter, Path
from haidang.engines.records.search import amounts, periods, sql, strings, symbols
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.sql import Sql
from haidang.kernel import errors, ids


def composite(condition, alias):
    tests = []
    for value in condition.values:
        parts = queries.split(value, "$")
        if len(parts) != 2 or not all(parts):
            raise errors.Incorrect(
                "records.search_unreadable", _("Tham số ghép cần hai giá trị cách nhau bằng dấu $.")
            )
        if condition.parameter.turned:
            parts = parts[::-1]
        tests += [
            _pair(condition.parameter, pair, parts, alias) for pair in condition.parameter.pairs
        ]
    return sql.some(tests)


def missing(condition, alias, absent):
    """A composite is there when both of its parts are."""
    tests = []
    for pair in condition.parameter.pairs:
        marks = [[hashing.present(path.number) for path in part] for part in pair.parts]
        tests.append(sql.every(_has(each, alias) for each in marks))
    found = sql.some(tests)
    return sql.no(found) if absent else found


def _pair(parameter, pair, values, alias):
    first, second = values
    if parameter.part_kinds[1] in ("quantity", "number"):
        return _with_amount(pair, first, second, alias)
    if not pair.context:
        return _both(parameter, pair, values, alias)
    number = _first(pair, first)
    if parameter.part_kinds[1] == "reference":
        return _has(_to(number, queries.plain(second)), alias)
    path = Path(number, pair.parts[1][0].text, (((), "Coding"),))
    part = Parameter(type=parameter.type, code=parameter.code, kind="token", paths=(path,))
    return _has(symbols.numbers(part, second), alias)


def _first(pair, text):
    """The number of the first part: its code, or in a context system and code when both are given."""
    system, code = _token(text)
    if not code:
        raise errors.Incorrect(
            "records.search_unreadable", _("Phần đầu của tham số ghép cần có mã.")
        )
    forms = composites.first_numbers(pair, system or None, code)
    return forms[0] if system is None or not pair.context else forms[1]


def _with_amount(pair, first, second, alias):
    """One range of the quantity index; at the root the system is tested on the row."""
    found = amounts.of_number(_first(pair, first) & ~1, second, alias)
    if pair.context or _token(first)[0] is None:
        return found
    return sql.every([found, _has(_codes(pair, first), alias)])


_BY_KIND = {"date": periods.date, "string": strings.string, "token": symbols.token}


def _both(parameter, pair, values, alias):
    tests = [_has(_codes(pair, values[0]), alias)]
    kind = parameter.part_kinds[1]
    part = Parameter(parameter.type, parameter.code, kind, paths=pair.parts[1])
    found = _BY_KIND[kind](queries.Condition(part, None, (values[1],)), alias)
    tests.append(found if isinstance(found, Sql) else _has(found.any_of, alias))
    return sql.every(tests)


def _codes(pair, value):
    return {number for path in pair.parts[0] for number in symbols.of_path(path, value)}


def _token(text):
    parts = [queries.plain(part) for part in queries.split(text, "|")]
    return (None, parts[0]) if len(parts) == 1 else (parts[0], parts[1])


def _to(number, value):
    local, refs = references.here(value), []
    if local:
        refs = ["/".join(local)]
    elif ids.is_fhir_id(value):
        refs = [f"{name}/{value}" for name in kinds.NAMES]
    found = {number ^ rid for rid in reading.rids(refs).values()}
    return found | {hashing.value(number, value)}


def _has(numbers, alias):
    if not numbers:
        return sql.NOTHING
    return Sql(f"{alias}.h && %s::bigint[]", (binary.int8s(sorted(numbers)),))
