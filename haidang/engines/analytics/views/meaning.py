"""From the tree of a path to typed terms: what each name is, and whether it may be many.

The functions of FHIRPath that a view may use are in `functions`.
"""

from dataclasses import dataclass, field, replace

from haidang.engines.analytics.views import elements, functions, terms
from haidang.engines.analytics.views.faults import _, wrong

_ORDERS = ("<", ">", "<=", ">=")
_SUMS = ("+", "-", "*", "/", "div", "mod")
_LOGIC = ("and", "or", "xor", "implies")


@dataclass
class Scope:
    """Where a path stands.

    root         the resource
    this         what the path starts at
    row_index    the name of the nearest iteration, None at the resource
    constants    the view's constants, {name: terms.Value}
    numbers      gives each step of a list its own name
    indexed      the iterations whose numbers were asked for
    """

    root: terms.Var
    this: terms.Term
    row_index: str | None
    constants: dict
    numbers: list = field(default_factory=lambda: [0])
    indexed: set = field(default_factory=set)

    def at(self, this, row_index=None):
        return replace(self, this=this, row_index=row_index or self.row_index)

    def fresh(self):
        self.numbers[0] += 1
        return f"e{self.numbers[0]}"


def mean(tree, scope, path):
    """The term of a parsed path.

    Raises    Incorrect `analytics.view_*`, naming the path
    """
    return _Reader(scope, path).term(tree)


class _Reader(functions.Functions):
    def __init__(self, scope, path):
        self._scope = scope
        self._path = path

    def term(self, tree):
        return getattr(self, f"_{type(tree).__name__.lower()}")(tree)

    # --- the tree, node by node

    def _this(self, tree):
        return self._scope.this

    def _literal(self, tree):
        return terms.Value(type=tree.type or None, value=tree.value)

    def _variable(self, tree):
        scope = self._scope
        if tree.name == "rowIndex":
            scope.indexed.add(scope.row_index)
            return terms.RowIndex(type="integer", name=scope.row_index)
        if tree.name == "resource":
            return scope.root
        if tree.name not in scope.constants:
            raise self._wrong(
                "constant_unknown",
                _("Hằng số %%%(name)s chưa được khai báo (biểu thức «%(path)s»)."),
                name=tree.name,
            )
        return scope.constants[tree.name]

    def _name(self, tree):
        if tree.of is None and tree.name == self._scope.root.type and self._at_resource():
            return self._scope.root
        of = self._scope.this if tree.of is None else self.term(tree.of)
        return self._part(of, tree.name)

    def _at_resource(self):
        this = self._scope.this
        return this is self._scope.root or not elements.child(this.type, self._scope.root.type)

    def _index(self, tree):
        of, number = self.term(tree.of), self._one(self.term(tree.number))
        if number.type not in elements.WHOLE:
            raise self._wrong("index_no_number", _("Chỉ số trong «%(path)s» phải là số nguyên."))
        return self._element(of, number)

    def _negative(self, tree):
        zero = terms.Value(type="integer", value=0)
        return self._sum("-", zero, self.term(tree.of))

    def _operation(self, tree):
        name, left, right = tree.name, self.term(tree.left), self.term(tree.right)
        if name in _LOGIC:
            return terms.Logic(
                type="boolean", name=name, left=self._truth(left), right=self._truth(right)
            )
        if name in ("=", "!="):
            same = self._same(left, right)
            return same if name == "=" else terms.Not(type="boolean", of=same)
        if name in _ORDERS:
            left, right = self._one(left), self._one(right)
            self._comparable(left, right)
            return terms.Order(type="boolean", name=name, left=left, right=right)
        if name in _SUMS:
            return self._sum(name, left, right)
        if name == "&":
            return self._concat(left, right, empties=True)
        raise self._wrong(
            "operator_unknown",
            _("Toán tử %(name)s không dùng được trong khung nhìn («%(path)s»)."),
            name=name,
        )

    def _call(self, tree):
        of = self._scope.this if tree.of is None else self.term(tree.of)
        found = getattr(self, f"_call_{tree.name.lower()}", None)
        known = functions.ARGUMENTS.get(tree.name)
        if found is None or known is None:
            raise self._wrong(
                "function_unknown",
                _("Hàm %(name)s() không dùng được trong khung nhìn («%(path)s»)."),
                name=tree.name,
            )
        if not known[0] <= len(tree.arguments) <= known[1]:
            raise self._wrong(
                "arguments",
                _("Hàm %(name)s() có sai số lượng tham số («%(path)s»)."),
                name=tree.name,
            )
        return found(of, *tree.arguments)

    # --- steps

    def _part(self, of, name):
        """`of.name`."""
        if isinstance(of, terms.Choice):
            return self._part(self._only_option(of, name), name)
        if of.type is None:
            return of
        element = elements.child(of.type, name)
        if element is None:
            hint = self._hint(of.type, name)
            raise self._wrong(
                "path_unknown",
                _("Kiểu %(type)s không có phần tử «%(name)s» (biểu thức «%(path)s»). %(hint)s"),
                type=of.type,
                name=name,
                hint=hint,
            )
        if element.choice:
            return self._choice(of, element)
        return self._field(of, name, element.types[0], element.many)

    def _choice(self, of, element):
        options = {
            type: (
                lambda type=type: self._field(
                    of, functions.json_name(element.name, type), type, element.many
                )
            )
            for type in element.types
        }
        return terms.Choice(
            type="?", many=of.many or element.many, options=options, owner=of, name=element.name
        )

    def _only_option(self, choice, name):
        able = [type for type in choice.options if elements.child(type, name)]
        if len(able) != 1:
            raise self._wrong(
                "choice_open",
                _("Hãy chọn kiểu cho «%(name)s[x]» bằng ofType() (biểu thức «%(path)s»)."),
                name=choice.name,
            )
        return choice.options[able[0]]()

    def _field(self, of, name, type, many, *, sibling=False):
        if of.shape is None:
            raise self._wrong(
                "path_unknown_here",
                _("Không lấy được «%(name)s» ở đây (biểu thức «%(path)s»)."),
                name=name,
            )
        shape = of.shape.child(name, type, many, sibling=sibling)
        return terms.Field(type=type, many=of.many or many, shape=shape, of=of)

    def _hint(self, type, name):
        for element in elements.children(type).values():
            if element.choice and name.startswith(element.name) and name != element.name:
                return f"{element.name}.ofType({name[len(element.name) :]})"
        return ""

    def _element(self, of, number):
        if not of.many:
            first = terms.Value(type="integer", value=0)
            test = terms.Same(type="boolean", left=number, right=first)
            return self._kept(of, test)
        return terms.At(type=of.type, shape=of.shape, of=of, number=number)

    def _kept(self, of, test):
        var = terms.Var(type=of.type, shape=of.shape, name=self._scope.fresh())
        return terms.Where(type=of.type, many=of.many, shape=of.shape, of=of, var=var, test=test)

    def _one(self, of):
        """A term of one value: many are refused when the view runs."""
        if isinstance(of, terms.Choice):
            raise self._wrong(
                "choice_open",
                _("Hãy chọn kiểu cho «%(name)s[x]» bằng ofType() (biểu thức «%(path)s»)."),
                name=of.name,
            )
        if not of.many:
            return of
        return terms.Single(type=of.type, shape=of.shape, of=of, told=self._path)

    def _truth(self, of):
        if isinstance(of, terms.Choice):
            return terms.Truth(type="boolean", of=self._call_exists(of))
        of = self._one(of)
        return of if of.type in ("boolean", None) else terms.Truth(type="boolean", of=of)

    # --- operators

    def _same(self, left, right):
        left, right = self._settled(left, right), self._settled(right, left)
        self._comparable(left, right)
        return terms.Same(type="boolean", left=left, right=right)

    def _settled(self, side, other):
        """A choice takes the one type that fits what it is compared with."""
        if not isinstance(side, terms.Choice):
            return side
        kind = elements.family(other.type)
        able = [type for type in side.options if kind and elements.family(type) == kind]
        if len(able) != 1:
            return self._one(side)
        return side.options[able[0]]()

    def _comparable(self, left, right):
        kinds = {elements.family(side.type) for side in (left, right) if side.type is not None}
        if None in kinds:
            raise self._wrong(
                "not_comparable", _("Chỉ so sánh được giá trị đơn giản (biểu thức «%(path)s»).")
            )
        if len(kinds) > 1 and kinds != {"text", "moment"}:
            raise self._wrong(
                "types_differ",
                _(
                    "Hai vế của phép so sánh khác kiểu: %(left)s và %(right)s (biểu thức «%(path)s»)."
                ),
                left=left.type,
                right=right.type,
            )

    def _sum(self, name, left, right):
        left, right = self._one(left), self._one(right)
        kinds = {elements.family(side.type) for side in (left, right) if side.type is not None}
        if name == "+" and kinds <= {"text", "moment"} and "text" in kinds:
            return self._concat(left, right, empties=False)
        if kinds - {"number"}:
            raise self._wrong(
                "no_number", _("Phép tính %(name)s cần hai số (biểu thức «%(path)s»)."), name=name
            )
        whole = {left.type, right.type} <= elements.WHOLE | {None} and name != "/"
        return terms.Arithmetic(
            type="integer" if whole or name == "div" else "decimal",
            name=name,
            left=left,
            right=right,
        )

    def _concat(self, left, right, *, empties):
        left, right = self._one(left), self._one(right)
        for side in (left, right):
            if side.type is not None and elements.family(side.type) not in ("text", "moment"):
                raise self._wrong("no_text", _("Chỉ nối được chuỗi ký tự (biểu thức «%(path)s»)."))
        return terms.Concat(type="string", left=left, right=right, empties=empties)

    def _wrong(self, reason, message, **facts):
        return wrong(reason, message, path=self._path, **facts)
