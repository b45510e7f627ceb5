"""From a view definition to a plan: scan, filter, project, unnest, repeat, union.

A plan is a chain of steps that each add columns to the rows of the step before. A select inside
an iteration goes on from its rows, so nested and neighbouring selects make the cross product
that the specification asks for.
"""

from dataclasses import dataclass, field

from haidang.engines.analytics.views import elements, meaning, parsing, shapes, syntax, terms
from haidang.engines.analytics.views.faults import _, wrong
from haidang.kernel import errors


@dataclass(eq=False)
class Step:
    """A step and the step before it."""

    source: "Step | None"


@dataclass(eq=False)
class Scan(Step):
    """All resources of the view's type that its tests are true for."""

    tests: list[terms.Term] = field(default_factory=list)


@dataclass(eq=False)
class Project(Step):
    """Adds columns: (name, term, whether it holds a list)."""

    columns: list


@dataclass(eq=False)
class Unnest(Step):
    """One row for each element; `outer` keeps a row where there is none."""

    over: terms.Term
    var: terms.Var
    outer: bool


@dataclass(eq=False)
class Repeat(Step):
    """One row for each element below, at any depth, parents before children.

    start, again    what is below the row itself, and what is below each element
    """

    start: terms.Term
    again: terms.Term | None
    item: terms.Var
    var: terms.Var


@dataclass(eq=False)
class Base(Step):
    """Where a branch of a union begins."""


@dataclass(eq=False)
class Union(Step):
    """The rows of every branch, which each begin with the rows of `base`."""

    base: Base
    branches: list[Step]


@dataclass(eq=False)
class Plan:
    """A view, ready for an emitter.

    columns    (name, FHIR type, whether it holds a list), in the order of the result
    indexed    the iterations whose numbers are asked for
    """

    resource: str
    root: terms.Var
    last: Step
    columns: list
    indexed: set

    @property
    def shape(self):
        return self.root.shape


def make(view):
    """The plan of a view.

    Raises    Incorrect `analytics.view_*`
    """
    return _Planner(view).plan()


class _Planner:
    def __init__(self, view):
        self._view = view
        self._found = {}
        self._numbers = 0

    def plan(self):
        view = self._view
        root = terms.Var(
            type=view.resource, shape=shapes.root(view.resource), name="r", columns=True
        )
        constants = {name: _constant(type, value) for name, (type, value) in view.constants.items()}
        scope = meaning.Scope(root=root, this=root, row_index=None, constants=constants)
        step = Scan(None, [self._test(path, scope) for path in view.where])
        for select in view.select:
            step = self._select(select, scope, step)
        columns = [(name, *self._found[name]) for name in (c.name for c in view.columns())]
        return Plan(view.resource, root, step, columns, scope.indexed)

    def _test(self, path, scope):
        found = self._mean(path, scope)
        if found.type not in ("boolean", None) or isinstance(found, terms.Choice):
            raise wrong(
                "where_no_boolean",
                _(
                    "Điều kiện trong where() phải là đúng hoặc sai, không phải %(type)s (biểu thức «%(path)s»)."
                ),
                type=found.type,
                path=path,
            )
        return _single(found, path)

    def _mean(self, path, scope):
        return meaning.mean(parsing.parse(path), scope, path)

    def _select(self, select, scope, step):
        if select.iteration:
            step = self._iteration(select, scope, step)
            scope = scope.at(step.var, step.var.name)
        columns = [(c.name, self._column(c, scope), c.collection) for c in select.columns]
        step = Project(step, columns) if columns else step
        for nested in select.selects:
            step = self._select(nested, scope, step)
        return self._union(select.union, scope, step) if select.union else step

    def _iteration(self, select, scope, step):
        if select.iteration == "repeat":
            return self._repeat(select.paths, scope, step)
        over = self._mean(select.paths[0], scope)
        if isinstance(over, terms.Choice):
            raise wrong(
                "choice_open",
                _("Hãy chọn kiểu cho «%(name)s[x]» bằng ofType() (biểu thức «%(path)s»)."),
                name=over.name,
                path=select.paths[0],
            )
        var = self._var(over.type, over.shape)
        return Unnest(step, over, var, outer=select.iteration == "forEachOrNull")

    def _var(self, type, shape):
        self._numbers += 1
        return terms.Var(type=type, shape=shape, name=f"v{self._numbers}")

    def _union(self, branches, scope, step):
        base = Base(step)
        found, types = [], None
        for branch in branches:
            found.append(self._select(branch, scope, base))
            now = {c.name: self._found[c.name] for c in branch.all_columns()}
            types = types or now
            self._check_types(types, now)
        self._found |= types
        return Union(step, base, found)

    def _check_types(self, first, now):
        for name, (type, collection) in first.items():
            kinds = {elements.family(each) for each in (type, now[name][0]) if each}
            if len(kinds) > 1 and kinds != {"text", "moment"} or collection != now[name][1]:
                raise wrong(
                    "union_differs",
                    _("Các nhánh của unionAll phải có cùng các cột theo cùng thứ tự."),
                    name=name,
                )
            if type is None:
                first[name] = now[name]

    def _column(self, column, scope):
        term = self._mean(column.path, scope)
        if isinstance(term, terms.Choice):
            raise wrong(
                "choice_open",
                _("Hãy chọn kiểu cho «%(name)s[x]» bằng ofType() (biểu thức «%(path)s»)."),
                name=term.name,
                path=column.path,
            )
        _check_type(column, term)
        if term.shape is not None and elements.family(term.type) is None:
            if term is scope.root:
                raise wrong(
                    "whole_resource",
                    _("Một cột không chứa được cả tài nguyên (biểu thức «%(path)s»)."),
                    path=column.path,
                )
            term.shape.whole = True
        self._found[column.name] = (term.type, column.collection)
        return term if column.collection else _single(term, column.path)

    # --- repeat

    def _repeat(self, paths, scope, step):
        unknown = dict.fromkeys(paths)
        start = self._below(paths, scope, unknown)
        if start is None:
            raise unknown[paths[0]]
        shape = shapes.Shape(start.shape.name, start.type, many=False, whole=True)
        item = self._var(start.type, shape)
        again = self._below(paths, scope.at(item), unknown)
        if unknown:
            raise next(iter(unknown.values()))
        if again is not None and again.type != start.type:
            raise wrong(
                "repeat_types",
                _("repeat phải đi qua các phần tử cùng kiểu («%(path)s»)."),
                path=", ".join(paths),
            )
        own = shapes.Shape(start.shape.name, start.type, many=False)
        return Repeat(step, start, again, item, self._var(start.type, own))

    def _below(self, paths, scope, unknown):
        """The elements that the paths lead to.

        A path may be unknown here and known further down: what is known is taken out of `unknown`.
        """
        found = []
        for path in paths:
            tree = parsing.parse(path)
            if not _descends(tree):
                raise wrong(
                    "repeat_circle",
                    _("repeat phải đi xuống một cấp; «%(path)s» sẽ lặp mãi không dừng."),
                    path=path,
                )
            try:
                found.append(meaning.mean(tree, scope, path))
                unknown.pop(path, None)
            except errors.Incorrect as why:
                if why.code != "analytics.view_path_unknown":
                    raise
                if path in unknown:
                    unknown[path] = why
        if not found:
            return None
        if len({each.type for each in found}) > 1 or any(
            each.shape is None or elements.family(each.type) for each in found
        ):
            raise wrong(
                "repeat_types",
                _("repeat phải đi qua các phần tử cùng kiểu («%(path)s»)."),
                path=", ".join(paths),
            )
        for each in found:
            each.shape.whole = True
        return terms.Both(type=found[0].type, many=True, shape=found[0].shape, parts=found)


def _descends(tree):
    """True when a path reads at least one element, and cannot give back what it starts at."""
    while isinstance(tree, syntax.Call | syntax.Index):
        tree = tree.of
    return isinstance(tree, syntax.Name)


def _single(term, path):
    if not term.many:
        return term
    return terms.Single(type=term.type, shape=term.shape, of=term, told=path)


def _constant(type, value):
    if type == "integer64":
        value = int(value)
    return terms.Value(type=type, value=value)


def _check_type(column, term):
    """Refuse a declared type that the path cannot have."""
    if column.type is None or term.type is None:
        return
    declared = elements.named(column.type.rpartition("/")[2])
    if declared is None:
        raise wrong(
            "type_unknown",
            _("Không có kiểu «%(name)s» (biểu thức «%(path)s»)."),
            name=column.type,
            path=column.path,
        )
    said, real = elements.family(declared), elements.family(term.type)
    if said != real and {said, real} != {"text", "moment"}:
        raise wrong(
            "type_differs",
            _("Cột «%(name)s» khai báo kiểu %(said)s, nhưng biểu thức cho kiểu %(real)s."),
            name=column.name,
            said=declared,
            real=term.type,
        )
