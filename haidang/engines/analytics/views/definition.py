"""Reads a ViewDefinition: the logical model of SQL on FHIR 2.0, or the resource of 3.0.

What is wrong with its form is refused here; what is wrong with its paths, in `meaning`.
"""

import re
from dataclasses import dataclass

from haidang.engines.analytics.views import elements
from haidang.engines.analytics.views.faults import _, wrong

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")
_FORMS = (
    "ViewDefinition",
    "http://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition/ViewDefinition",
    "https://sql-on-fhir.org/ig/StructureDefinition/ViewDefinition",
)
_ITERATIONS = ("forEach", "forEachOrNull", "repeat")
_DEEPEST = 40
_LARGEST = 2000
_DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_DAY = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?"
_ZONE = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)"
_MOMENTS = {
    "date": _DATE,
    "dateTime": rf"{_DATE}|{_DAY}T{_TIME}{_ZONE}",
    "instant": rf"{_DAY}T{_TIME}{_ZONE}",
    "time": _TIME,
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its path, whether it holds a list, and the type it is said to have."""

    name: str
    path: str
    collection: bool
    type: str | None


@dataclass(frozen=True)
class Select:
    """Columns, nested selects and a union, for what the iteration gives.

    iteration    forEach, forEachOrNull, repeat or ""; `paths` are what it goes over
    """

    iteration: str
    paths: tuple[str, ...]
    columns: tuple[Column, ...]
    selects: tuple["Select", ...]
    union: tuple["Select", ...]

    def all_columns(self):
        """Every column that a row of this has, in order; those of a union once."""
        found = list(self.columns)
        for nested in self.selects:
            found += nested.all_columns()
        return found + (self.union[0].all_columns() if self.union else [])


@dataclass(frozen=True)
class View:
    """A view definition.

    constants    {name: (FHIR type, value)}
    where        paths that have to be true
    """

    name: str
    resource: str
    constants: dict
    where: tuple[str, ...]
    select: tuple[Select, ...]

    def columns(self):
        return [column for select in self.select for column in select.all_columns()]


def read(content):
    """The `View` of a ViewDefinition in JSON.

    Raises    Incorrect `analytics.view_*`
    """
    if not isinstance(content, dict):
        raise wrong("no_object", _("Định nghĩa khung nhìn phải là một đối tượng JSON."))
    if content.get("resourceType", "ViewDefinition") not in _FORMS:
        raise wrong("no_view", _("Đây không phải là ViewDefinition."))
    resource = content.get("resource")
    if not isinstance(resource, str) or resource not in elements.resources():
        raise wrong(
            "resource_unknown",
            _("Thiếu loại tài nguyên, hoặc không có loại «%(resource)s»."),
            resource=str(resource)[:80],
        )
    _check_size(content)
    view = View(
        name=content["name"] if isinstance(content.get("name"), str) else "",
        resource=resource,
        constants=_constants(_list(content, "constant")),
        where=tuple(_path(test) for test in _list(content, "where")),
        select=tuple(_select(one, 0) for one in _list(content, "select")),
    )
    _check_columns(view)
    return view


def _check_size(content):
    """Refuse what would take minutes to compile, before anything is made of it."""
    count, waiting = 0, [*_list(content, "select")]
    while waiting:
        one = waiting.pop()
        waiting += _list(one, "select") + _list(one, "unionAll")
        count += 1 + len(_list(one, "column"))
        if count > _LARGEST:
            message = _("Khung nhìn quá lớn: có hơn %(most)d cột và select.")
            raise wrong("too_large", message, most=_LARGEST)


def _list(owner, name):
    found = owner.get(name)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise wrong("no_list", _("«%(name)s» phải là danh sách các đối tượng."), name=name)
    return found


def _path(owner, name="path"):
    found = owner.get(name)
    if not isinstance(found, str) or not found.strip():
        raise wrong("path_missing", _("Thiếu biểu thức «%(name)s»."), name=name)
    return found


def _select(content, depth):
    if depth > _DEEPEST:
        raise wrong("too_deep", _("Các select lồng nhau quá sâu."))
    iteration, paths = _iteration(content)
    found = Select(
        iteration=iteration,
        paths=paths,
        columns=tuple(_column(one) for one in _list(content, "column")),
        selects=tuple(_select(one, depth + 1) for one in _list(content, "select")),
        union=tuple(_select(one, depth + 1) for one in _list(content, "unionAll")),
    )
    if not (found.columns or found.selects or found.union):
        raise wrong("select_empty", _("Một select phải có cột, select con hoặc unionAll."))
    _check_union(found.union)
    return found


def _iteration(content):
    given = [name for name in _ITERATIONS if content.get(name) is not None]
    if len(given) > 1:
        raise wrong(
            "two_iterations", _("Một select chỉ dùng một trong forEach, forEachOrNull và repeat.")
        )
    if not given:
        return "", ()
    if given[0] != "repeat":
        return given[0], (_path(content, given[0]),)
    paths = content["repeat"]
    if (
        not isinstance(paths, list)
        or not paths
        or not all(isinstance(p, str) and p.strip() for p in paths)
    ):
        raise wrong("path_missing", _("Thiếu biểu thức «%(name)s»."), name="repeat")
    return "repeat", tuple(paths)


def _column(content):
    name = content.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = _(
            "Tên cột «%(name)s» phải bắt đầu bằng chữ cái và chỉ gồm chữ không dấu, số và gạch dưới."
        )
        raise wrong("column_name", message, name=str(name)[:80])
    type = content.get("type")
    if type is not None and not isinstance(type, str):
        raise wrong(
            "type_unknown",
            _("Không có kiểu «%(name)s» (biểu thức «%(path)s»)."),
            name=str(type)[:80],
            path=name,
        )
    collection = content.get("collection", False)
    if not isinstance(collection, bool):
        raise wrong("no_flag", _("«%(name)s» phải là true hoặc false."), name="collection")
    return Column(name, _path(content), collection, type)


def _constants(listed):
    found = {}
    for one in listed:
        name = one.get("name")
        values = [key for key in one if key.startswith("value")]
        if (
            not isinstance(name, str)
            or not _NAME.fullmatch(name)
            or len(values) != 1
            or name in found
        ):
            raise wrong(
                "constant_form",
                _("Hằng số «%(name)s» phải có một tên riêng và đúng một giá trị."),
                name=str(name)[:80],
            )
        type = elements.named(values[0][5:6].lower() + values[0][6:])
        if elements.family(type) is None or not _fits(type, one[values[0]]):
            raise wrong(
                "constant_type", _("Giá trị của hằng số «%(name)s» không đúng kiểu."), name=name
            )
        found[name] = (type, one[values[0]])
    return found


def _fits(type, value):
    kind = elements.family(type)
    if kind == "boolean":
        return isinstance(value, bool)
    if kind != "number":
        return isinstance(value, str) and _is_text(value) and _is_moment(type, value)
    if type == "integer64" and isinstance(value, str):
        return re.fullmatch(r"-?\d{1,19}", value) is not None
    whole = type in elements.WHOLE
    return isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)


def _is_text(value):
    """False for half of a character, which no engine can hold."""
    return not re.search("[\ud800-\udfff]", value)


def _is_moment(type, value):
    return type not in _MOMENTS or re.fullmatch(_MOMENTS[type], value) is not None


def _check_union(branches):
    shapes = [[column.name for column in branch.all_columns()] for branch in branches]
    if any(shape != shapes[0] for shape in shapes):
        raise wrong(
            "union_differs", _("Các nhánh của unionAll phải có cùng các cột theo cùng thứ tự.")
        )


def _check_columns(view):
    if not view.select:
        raise wrong("select_missing", _("Khung nhìn phải có ít nhất một select."))
    names = [column.name for column in view.columns()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise wrong(
            "column_twice", _("Cột «%(name)s» được khai báo hai lần."), name=", ".join(twice)
        )
