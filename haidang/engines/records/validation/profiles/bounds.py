"""How long and how large a profile lets a value be (`maxLength`, `minValue[x]`, `maxValue[x]`).

A value is out of bounds only when it is so for certain: a year may still lie within a day's bound,
and quantities of unlike units are not compared.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from haidang.engines.records.validation import issues
from haidang.kernel import dates, errors

_MOMENTS = {"date", "dateTime", "instant"}
_NUMBERS = (int, float, Decimal)


def faults(node, value):
    """The issues of a value against the bounds of its element."""
    most = node.longest
    if most is not None and isinstance(value.value, str) and len(value.value) > most:
        yield _too_long(value.where, most)
    for bound, beyond in ((node.lowest, _is_below), (node.highest, _is_above)):
        if bound is not None and value.value is not None:
            low, high = _span(value.type, value.value), _span(value.type, bound)
            if low is not None and high is not None and beyond(low, high, bound, value.value):
                yield _out_of_bounds(value.where)


def _span(type, value):
    """(first, end) of what a value may stand for; None when it has no order here."""
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return Decimal(str(value)), Decimal(str(value))
    if isinstance(value, dict):
        return _span("decimal", value.get("value")) if "value" in value else None
    if type in _MOMENTS:
        try:
            return dates.parse_fhir(value)
        except errors.Incorrect:
            return None
    return (value, value) if type == "time" else None


def _is_below(found, bound, limit, value):
    same = found[0] == found[1]  # a point, not a span whose end lies outside it
    return _comparable(limit, value) and (found[1] < bound[0] if same else found[1] <= bound[0])


def _is_above(found, bound, limit, value):
    same = found[0] == found[1]
    return _comparable(limit, value) and (found[0] > bound[1] if same else found[0] >= bound[1])


def _comparable(one, other):
    if isinstance(one, dict) and isinstance(other, dict):
        return all(one.get(key) == other.get(key) for key in ("system", "code", "unit"))
    return isinstance(one, dict) == isinstance(other, dict)


def _too_long(where, most):
    return issues.Issue(
        "validation.too_long",
        "too-long",
        where,
        _("Chỉ được dài tối đa %(most)d ký tự.") % {"most": most},
    )


def _out_of_bounds(where):
    return issues.Issue(
        "validation.out_of_bounds",
        "value",
        where,
        _("Giá trị nằm ngoài khoảng mà hồ sơ quy định cho phép."),
    )
