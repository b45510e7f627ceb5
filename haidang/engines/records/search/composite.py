"""Conditions on composite parameters (see `index.composites` for what is kept)."""

from django.utils.translation import gettext as _

from haidang.engines.records import binary, kinds, reading
from haidang.engines.records.index import composites, hashing, references
from haidang.engines.records.index.parameters import Parameter, Path
from haidang.engines.records.search import amounts, many, periods, sql, strings, symbols
from haidang.engines.records.search import query as queries
from haidang.engines.records.search.numbers import Wanted
from haidang.engines.records.search.sql import Sql
from haidang.kernel import errors, ids


def composite(condition, alias):
    parameter = condition.parameter
    values = [_parts(parameter, value) for value in condition.values]
    if len(parameter.part_kinds) > 2:
        told = [
            (_first(pair, one) & ~1, *ends) for pair in parameter.pairs for one, *ends in values
        ]
        return amounts.from_to(told, alias)
    if len(values) > many.FEW:
        return _many(parameter, values, alias)
    return sql.some(
        _pair(parameter, pair, parts, alias) for parts in values for pair in parameter.pairs
    )


def _parts(parameter, value):
    parts = queries.split(value, "$")
    if len(parts) != len(parameter.part_kinds) or not all(parts):
        raise errors.Incorrect(
            "records.search_unreadable", _("Tham số ghép cần đủ các giá trị, cách nhau bằng dấu $.")
        )
    return parts[::-1] if parameter.turned else parts


def missing(condition, alias, absent):
    """A composite is there when both of its parts are; of three there is a mark of their own."""
    tests = []
    if len(condition.parameter.part_kinds) > 2:
        marks = {hashing.present(pair.number) for pair in condition.parameter.pairs}
        return sql.no(_has(marks, alias)) if absent else _has(marks, alias)
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
    return _has(_tokens(pair, number, second), alias)


def _tokens(pair, number, value):
    """The numbers of a token that stands beside a first part of this number."""
    return symbols.of_path(Path(number, pair.parts[1][0].text, (((), "Coding"),)), value)


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
    found = {number ^ rid for rid in reading.rids(_meant(value)).values()}
    return found | {hashing.value(number, value)}


def _meant(value):
    """Every `Type/id` that a reference may mean."""
    local = references.here(value)
    if local:
        return ["/".join(local)]
    return [f"{name}/{value}" for name in kinds.NAMES] if ids.is_fhir_id(value) else []


def _has(numbers, alias):
    if not numbers:
        return sql.NOTHING
    return Sql(f"{alias}.h && %s::bigint[]", (binary.int8s(sorted(numbers)),))


# ── Many values ────────────────────────────────────────────────────────────────────────────


def _many(parameter, values, alias):
    """Many values as one condition for each way in which pairs are kept."""
    if parameter.part_kinds[1] in ("quantity", "number"):
        wanted = [
            each for pair in parameter.pairs for value in values for each in _amounts(pair, *value)
        ]
        return amounts.of_numbers(wanted, alias)
    find = _references if parameter.part_kinds[1] == "reference" else _all_tokens
    numbers = frozenset().union(*(find(pair, values) for pair in parameter.pairs if pair.context))
    at_root = [
        _all_of_both(parameter, pair, values, alias) for pair in parameter.pairs if not pair.context
    ]
    if not at_root:
        return Wanted(numbers)
    return sql.some([*at_root, *([_has(numbers, alias)] if numbers else [])])


def _amounts(pair, first, second):
    """(path number, what the record has to hold or None, amount) of one value."""
    number = _first(pair, first) & ~1
    if pair.context or _token(first)[0] is None:
        return [(number, None, second)]
    return [(number, held, second) for held in _codes(pair, first)]


def _all_tokens(pair, values):
    return {n for first, second in values for n in _tokens(pair, _first(pair, first), second)}


def _references(pair, values):
    told = [(_first(pair, first), queries.plain(second)) for first, second in values]
    rids = reading.rids({ref for _number, value in told for ref in _meant(value)})
    found = {number ^ rids[ref] for number, value in told for ref in _meant(value) if ref in rids}
    return found | {hashing.value(number, value) for number, value in told}


def _all_of_both(parameter, pair, values, alias):
    """Both parts at the root: the first is a number that the record holds."""
    kind = parameter.part_kinds[1]
    if kind == "token":
        return _both_held(pair, values, alias)
    table, tests = _ORDERED[kind]
    known = {}
    for first, second in values:
        found = tests(second)
        for path in pair.parts[1]:
            for held in _codes(pair, first) if found else ():
                known.setdefault((path.number, held), []).extend(found)
    return many.beside(alias, [many.Wanted(table, known, (many.HELD,))])


_ORDERED = {"date": (many.DATES, periods.sides), "string": (many.STRINGS, strings.ranges_of)}


def _both_held(pair, values, alias):
    """Two numbers that belong together, told by their XOR."""
    firsts, seconds, together = set(), set(), set()
    for first, second in values:
        ones = _codes(pair, first)
        twos = {number for path in pair.parts[1] for number in symbols.of_path(path, second)}
        firsts.update(ones)
        seconds.update(twos)
        together |= {one ^ two for one in ones for two in twos}
    text = (
        f"EXISTS (SELECT FROM unnest({alias}.h) AS e CROSS JOIN unnest({alias}.h) AS f"
        " WHERE e = ANY (%s::bigint[]) AND (e # f) = ANY (%s::bigint[]))"
    )
    pairs = (binary.int8s(sorted(firsts)), binary.int8s(sorted(together)))
    found = sql.every([_has(firsts, alias), _has(seconds, alias), Sql(text, pairs)])
    return sql.Weighed(found.text, found.values)
