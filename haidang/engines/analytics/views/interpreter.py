"""The slow, independent check: walks a view resource by resource with fhirpathpy.

It shares with the compiler only the reading of the definition's form. Tests hold the two against
each other.
"""

import calendar
import functools
import itertools
import re
import threading
from decimal import Decimal

from haidang.engines.analytics.views import elements
from haidang.engines.analytics.views.faults import _, wrong
from haidang.kernel import errors

# fhirpathpy keeps what it works on in one place for the whole process.
_ONE_AT_A_TIME = threading.Lock()
_REFERENCE = re.compile(
    r"(?:^|/)([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]+)?$"
)


def run(view, resources):
    """The rows of a view (`definition.View`) over resources, as `running.run_view` gives them."""
    with _ONE_AT_A_TIME:
        found = []
        for resource in resources:
            if not isinstance(resource, dict) or not resource.get("resourceType"):
                raise wrong(
                    "resource_unreadable", _("Có dòng không phải là tài nguyên FHIR dạng JSON.")
                )
            if resource["resourceType"] == view.resource:
                found += _Walk(view, resource).rows()
        return found


class _Walk:
    def __init__(self, view, resource):
        from fhirpathpy.engine.nodes import ResourceNode

        self._view = view
        self._root = ResourceNode.create_node(resource, view.resource)
        self._names = [column.name for column in view.columns()]
        self._constants = {f"constant_{n}": _typed(*one) for n, one in view.constants.items()}

    def rows(self):
        for path in self._view.where:
            kept = self._values(path, self._root, 0)
            if len(kept) > 1:
                raise _plural(path)
            if not kept or _plain(kept[0]) is not True:
                return []
        parts = [self._select(select, self._root, 0) for select in self._view.select]
        return [{name: row[name] for name in self._names} for row in _product(parts)]

    def _select(self, select, node, index):
        foci = self._foci(select, node, index)
        return [row for focus, number in foci for row in self._at(select, focus, number)]

    def _foci(self, select, node, index):
        if not select.iteration:
            return [(node, index)]
        if select.iteration == "repeat":
            found = list(self._below(select.paths, node, index))
        else:
            found = self._values(select.paths[0], node, index)
        if not found and select.iteration == "forEachOrNull":
            found = [None]
        return [(each, number) for number, each in enumerate(found)]

    def _below(self, paths, node, index):
        for path in paths:
            for found in self._values(path, node, index):
                yield found
                yield from self._below(paths, found, index)

    def _at(self, select, focus, index):
        row = {column.name: self._column(column, focus, index) for column in select.columns}
        parts = [[row], *(self._select(each, focus, index) for each in select.selects)]
        if select.union:
            parts.append([row for each in select.union for row in self._select(each, focus, index)])
        return list(_product(parts))

    def _column(self, column, focus, index):
        found = [_plain(each) for each in self._values(column.path, focus, index)]
        if column.collection:
            return found
        if len(found) > 1:
            raise _plural(column.path)
        return found[0] if found else None

    def _values(self, path, node, index):
        given = self._constants | {"rowIndex": index, "resource": self._root}
        target = [] if node is None else node
        try:
            found = _compiled(_renamed(path, self._view), self._view.resource)(target, given)
        except errors.HaidangError:
            raise
        except Exception as why:
            raise wrong(
                "not_run", _("Không chạy được khung nhìn: %(told)s"), told=f"{path}: {why}"
            ) from why
        return [each for each in found if each is not None and not _only_extension(each)]


def _renamed(path, view):
    """Constants under names of their own: some words, such as `%day`, fhirpathpy cannot read."""
    names = "|".join(map(re.escape, view.constants))
    return re.sub(rf"%({names})\b", r"%constant_\1", path) if names else path


@functools.lru_cache(maxsize=1000)
def _compiled(path, type):
    import fhirpathpy
    from fhirpathpy.models import models

    _add_boundaries()
    options = {
        "returnRawData": True,
        "userInvocationTable": _functions(),
        "traceFn": lambda *a: None,
    }
    # `$this` outside a function is unknown to fhirpathpy; there it is the context.
    path = re.sub(r"^\s*\$this\b", "%context", path)
    path = re.sub(rf"^\s*{type}\b(?=\.|$)", "%resource", path)
    # FHIRPath's own names of primitives stand for FHIR's.
    path = re.sub(
        rf"\b(ofType|is|as)\(\s*(?:System\.)?({'|'.join(elements.SYSTEM)})\s*\)",
        lambda found: f"{found[1]}({found[2][0].lower()}{found[2][1:]})",
        path,
    )
    return fhirpathpy.compile(path, model=models["r4"], options=options)


@functools.cache
def _functions():
    return {
        "getResourceKey": {"fn": lambda found: [each["id"] for each in found if "id" in each]},
        "getReferenceKey": {"fn": _reference_keys, "arity": {0: [], 1: ["TypeSpecifier"]}},
        "extension": {"fn": _extensions, "arity": {1: ["String"]}},
    }


@functools.cache
def _add_boundaries():
    """Boundaries stand among fhirpathpy's own functions: it tells those alone a value's type."""
    from fhirpathpy.engine.invocations import invocation_registry

    for name, high in (("lowBoundary", False), ("highBoundary", True)):
        invocation_registry[name] = {"fn": functools.partial(_boundaries, high=high)}


def _boundaries(context, found, *, high):
    return [
        _boundary(_text(getattr(each, "data", each)), getattr(each, "path", None), high=high)
        for each in found
    ]


def _reference_keys(found, target=None):
    keys = []
    for each in found:
        parts = _REFERENCE.search(each.get("reference", ""))
        if parts and (target is None or parts[1] == target.name):
            keys.append(parts[2])
    return keys


def _extensions(found, url):
    from fhirpathpy.engine.nodes import ResourceNode

    held = [one for each in found if isinstance(each, dict) for one in each.get("extension", ())]
    return [ResourceNode.create_node(one, "Extension") for one in held if one.get("url") == url]


def _text(found):
    return found if isinstance(found, str | int | float | Decimal) else str(found)


def _boundary(found, type, *, high):
    if not isinstance(found, str):
        number = Decimal(str(found))
        half = Decimal(5).scaleb(number.as_tuple().exponent - 1)
        return number + half if high else number - half
    if re.fullmatch(r"\d\d:.*", found):
        return _time(found, high)
    day, _, rest = found.partition("T")
    if type == "date":
        return _day(day, high)
    zone = re.search(r"(Z|[+-]\d\d:\d\d)$", rest)
    bare = (rest[: zone.start()] if zone else rest) or ("23:59" if high else "00:00")
    zone = zone[0] if zone else "-12:00" if high else "+14:00"
    return f"{_day(day, high)}T{_time(bare, high)}{zone}"


def _day(day, high):
    year, month = int(day[:4]), int(day[5:7] or (12 if high else 1))
    last = calendar.monthrange(year, month)[1] if high else 1
    return day if len(day) == 10 else f"{year:04}-{month:02}-{last:02}"


def _time(time, high):
    fill = "59.999" if high else "00.000"
    if len(time) == 5:
        return f"{time}:{fill}"
    return (
        time + (fill[2:] if len(time) == 8 else "")[:4]
        if len(time) <= 8
        else time.ljust(12, fill[-1])
    )


def _typed(type, value):
    """A constant as fhirpathpy wants it: moments are values of their own there."""
    import fhirpathpy

    if type in ("date", "dateTime", "instant"):
        return fhirpathpy.evaluate({}, f"@{value}")
    if type == "time":
        return fhirpathpy.evaluate({}, f"@T{value}")
    return Decimal(str(value)) if type == "decimal" else value


def _plain(node):
    """A value as JSON has it."""
    from fhirpathpy.engine.nodes import FP_Type, ResourceNode

    value = node.data if isinstance(node, ResourceNode) else node
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return getattr(value, "asStr", str(value)) if isinstance(value, FP_Type) else value


def _only_extension(node):
    data = getattr(node, "data", node)
    return isinstance(data, dict) and list(data) == ["extension"]


def _plural(path):
    return wrong(
        "plural",
        _("«%(path)s» cho nhiều giá trị; hãy dùng collection, first() hoặc forEach."),
        path=path,
    )


def _product(parts):
    for rows in itertools.product(*parts):
        yield {name: value for row in rows for name, value in row.items()}
