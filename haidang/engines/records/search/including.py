"""Resources that go along with the matches: what they point at, and what points at them."""

from django.utils.translation import gettext as _

from haidang.engines.records import binary, kinds, reading, wire
from haidang.engines.records.index import extractor, parameters
from haidang.engines.records.stored import COLUMNS, of_rows
from haidang.kernel import errors, fhirjson

MOST = 5000
_ROUNDS = 10  # of :iterate; records that lead on further than that are left
_POINTING = f"""
SELECT {COLUMNS} FROM records_key k JOIN records_resource r ON r.rid = k.rid
WHERE k.type + 0 = %s AND k.live AND k.h && ARRAY(
    SELECT p # t FROM unnest(%s::bigint[]) AS p, unnest(%s::bigint[]) AS t)
ORDER BY k.rid LIMIT {MOST + 1}
"""  # noqa: S608


def included(matches, includes):
    """Everything the includes ask for, each once and none that is a match.

    Raises    TooLarge `records.too_many_included`
    """
    found, seen = [], {match.rid for match in matches}
    fresh, wanted = matches, includes
    for _round_number in range(_ROUNDS):
        fresh = [each for each in _round(fresh, wanted) if each.rid not in seen]
        fresh = list({each.rid: each for each in fresh}.values())
        seen |= {each.rid for each in fresh}
        found += fresh
        if len(found) > MOST:
            raise _too_many()
        wanted = [include for include in includes if include.iterate]
        if not fresh or not wanted:
            break
    return found


def _round(resources, includes):
    refs, found = set(), []
    for include in includes:
        if include.reverse:
            found += _pointing(resources, include)
        else:
            refs |= _pointed_at(resources, include)
    return [*found, *reading.get_many(refs)]


def _pointed_at(resources, include):
    refs = set()
    for each in resources:
        if each.type == include.source:
            numbers = _numbers(include)
            found = extractor.extract(fhirjson.loads(each.body)).references
            refs |= {
                "/".join(target)
                for number, target in found
                if number in numbers and include.target in (None, target[0])
            }
    return refs


def _pointing(resources, include):
    targets = [r.rid for r in resources if include.target in (None, r.type)]
    numbers = list(_numbers(include))
    if not targets or not numbers:
        return []
    values = [kinds.code(include.source), binary.int8s(numbers), binary.int8s(targets)]
    rows = wire.rows(_POINTING, values, prepare=True)
    if len(rows) > MOST:
        raise _too_many()
    return of_rows(rows)


def _numbers(include):
    """{path number: target} of the reference parameters that an include names."""
    known = parameters.catalogue().of(include.source)
    codes = known if include.parameter == "*" else [include.parameter]
    return {
        path.number
        for code in codes
        if known[code].kind == "reference"
        for path in known[code].paths
    }


def _too_many():
    return errors.TooLarge(
        "records.too_many_included",
        _("Kết quả kéo theo quá nhiều tài nguyên; hãy giảm _count hoặc bớt _include."),
        most=MOST,
    )
