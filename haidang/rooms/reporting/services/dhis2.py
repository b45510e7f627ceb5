"""A report as DHIS2 takes it: the JSON of `POST /api/dataValueSets`.

Missing and zero are different: a cell without a number is left out, never sent as 0.
Source    DHIS2 documentation, Data, "Data values" (dataSet, completeDate, period, orgUnit,
          dataValues of dataElement, categoryOptionCombo, value, comment)
"""

from haidang.kernel import dates
from haidang.rooms.reporting import domain
from haidang.rooms.reporting.selectors import catalogue


def data_value_set(told):
    """A locked report (`layout.Told`) as a dictionary in DHIS2's shape."""
    codes = catalogue.dhis2()
    return {
        "dataSet": _code(codes, "data_set", told.code, form=told.code),
        "completeDate": told.locked_at.astimezone(dates.HANOI).date().isoformat(),
        "period": domain.dhis2_period(told.label),
        "orgUnit": _code(codes, "org_unit", told.unit, unit=told.unit),
        "dataValues": [
            _value(codes, told, cell, told.results[key])
            for key, cell in told.form.cells.items()
            if told.results[key].value is not None and cell.source != "ratio"
        ],
    }


def _value(codes, told, cell, result):
    element = _code(codes, "data_element", f"{told.code}/{cell.row}", form=told.code, row=cell.row)
    found = {
        "dataElement": element,
        "categoryOptionCombo": _code(codes, "option", cell.column, column=cell.column),
        "value": f"{result.value.normalize():f}",
    }
    if result.corrected:
        given = "" if result.given is None else f"{result.given.normalize():f}"
        reason = next(one.reason for one in reversed(told.corrections) if one.cell == cell.key)
        found["comment"] = f"Sửa từ {given or 'không có số'}: {reason}"[:500]
    return found


def _code(codes, kind, key, **parts):
    """The receiving system's code: one that is replaced by name, or the pattern filled in."""
    replaced = codes["replace"][kind].get(key)
    return replaced or codes[kind].format(**parts).replace("-", "_").replace(".", "_")
