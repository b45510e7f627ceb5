"""The functions that a view's paths may call; what is not here is refused by name."""

from haidang.engines.analytics.views import elements, syntax, terms
from haidang.engines.analytics.views.faults import _

# What may be called, with the least and the greatest number of arguments.
ARGUMENTS = {
    "where": (1, 1),
    "exists": (0, 1),
    "empty": (0, 0),
    "not": (0, 0),
    "count": (0, 0),
    "first": (0, 0),
    "join": (0, 1),
    "extension": (1, 1),
    "ofType": (1, 1),
    "getResourceKey": (0, 0),
    "getReferenceKey": (0, 1),
    "lowBoundary": (0, 0),
    "highBoundary": (0, 0),
}


class Functions:
    """Part of the reader in `meaning`: each `_call_…` gives the term of a call."""

    def _call_where(self, of, test):
        if isinstance(of, terms.Choice):
            raise self._wrong(
                "choice_open",
                _("Hãy chọn kiểu cho «%(name)s[x]» bằng ofType() (biểu thức «%(path)s»)."),
                name=of.name,
            )
        kept = self._kept(of, None)
        kept.test = self._test(kept.var, test)
        return kept

    def _test(self, var, tree):
        inner = type(self)(self._scope.at(var), self._path)
        found = inner._one(inner.term(tree))
        if found.type not in ("boolean", None):
            raise self._wrong(
                "where_no_boolean",
                _(
                    "Điều kiện trong where() phải là đúng hoặc sai, không phải %(type)s (biểu thức «%(path)s»)."
                ),
                type=found.type,
            )
        return found

    def _call_exists(self, of, *test):
        if isinstance(of, terms.Choice):
            return self._any_option(of)
        kept = self._call_where(of, *test) if test else of
        return terms.Exists(type="boolean", of=kept)

    def _any_option(self, choice):
        parts = [terms.Exists(type="boolean", of=option()) for option in choice.options.values()]
        found = parts[0]
        for part in parts[1:]:
            found = terms.Logic(type="boolean", name="or", left=found, right=part)
        return found

    def _call_empty(self, of):
        return terms.Not(type="boolean", of=self._call_exists(of))

    def _call_not(self, of):
        return terms.Not(type="boolean", of=self._truth(of))

    def _call_count(self, of):
        if isinstance(of, terms.Choice):
            raise self._wrong(
                "choice_open",
                _("Hãy chọn kiểu cho «%(name)s[x]» bằng ofType() (biểu thức «%(path)s»)."),
                name=of.name,
            )
        return terms.Count(type="integer", of=of)

    def _call_first(self, of):
        if isinstance(of, terms.Choice) or not of.many:
            return of
        return self._element(of, terms.Value(type="integer", value=0))

    def _call_join(self, of, *separator):
        given = (
            self._text(separator[0], "join") if separator else terms.Value(type="string", value="")
        )
        if of.type is not None and elements.family(of.type) not in ("text", "moment"):
            raise self._wrong("no_text", _("Chỉ nối được chuỗi ký tự (biểu thức «%(path)s»)."))
        return terms.Join(type="string", of=of, separator=given)

    def _text(self, tree, name):
        found = self.term(tree)
        if (
            found.many
            or elements.family(found.type) != "text"
            or not isinstance(found, terms.Value)
        ):
            raise self._wrong(
                "argument_no_text",
                _("Tham số của %(name)s() phải là chuỗi ký tự (biểu thức «%(path)s»)."),
                name=name,
            )
        return found

    def _call_extension(self, of, url):
        url = self._text(url, "extension")
        held = self._extensions(of)
        return terms.Extensions(type="Extension", many=True, shape=held.shape, of=held, url=url)

    def _extensions(self, of):
        if isinstance(of, terms.Field) and of.shape.is_primitive:
            holder = self._field(of.of, f"_{of.shape.name}", "Element", of.shape.many, sibling=True)
            return self._field(holder, "extension", "Extension", True)
        return self._part(of, "extension")

    def _call_oftype(self, of, tree):
        name = self._type_name(tree)
        if isinstance(of, terms.Choice):
            # A later release may allow more types than R4 does: what stands in the data is read.
            known = of.options.get(name)
            return (
                known() if known else self._field(of.owner, json_name(of.name, name), name, False)
            )
        if of.type == "Resource" and elements.is_resource(name):
            of.shape.child("resourceType", "code", many=False)
            return terms.Resources(type=name, many=of.many, shape=of.shape, of=of)
        same = of.type == name or (
            elements.family(of.type) == elements.family(name) == "text" and name == "string"
        )
        return of if same else terms.Value(type=None, value=None)

    def _type_name(self, tree):
        parts = []
        while isinstance(tree, syntax.Name):
            parts.insert(0, tree.name)
            tree = tree.of
        found = elements.named(".".join(parts)) if tree is None and parts else None
        if found is None:
            raise self._wrong(
                "type_unknown",
                _("Không có kiểu «%(name)s» (biểu thức «%(path)s»)."),
                name=".".join(parts),
            )
        return found

    def _call_getresourcekey(self, of):
        if of.type is None or not elements.is_resource(of.type):
            raise self._wrong(
                "no_resource", _("getResourceKey() chỉ dùng cho tài nguyên (biểu thức «%(path)s»).")
            )
        return self._part(of, "id")

    def _call_getreferencekey(self, of, *target):
        if isinstance(of, terms.Choice):
            of = self._call_oftype(of, syntax.Name(None, "Reference"))
        if of.type != "Reference":
            raise self._wrong(
                "no_reference",
                _("getReferenceKey() chỉ dùng cho tham chiếu (biểu thức «%(path)s»)."),
            )
        text = self._part(of, "reference")
        name = self._type_name(target[0]) if target else None
        return terms.ReferenceKey(type="string", many=text.many, of=text, target=name)

    def _call_lowboundary(self, of):
        return self._boundary(of, high=False)

    def _call_highboundary(self, of):
        return self._boundary(of, high=True)

    def _boundary(self, of, *, high):
        of = self._one(of)
        if of.type not in ("decimal", *elements.MOMENTS):
            raise self._wrong(
                "no_boundary",
                _(
                    "lowBoundary() và highBoundary() chỉ dùng cho số thập phân, ngày và giờ (biểu thức «%(path)s»)."
                ),
            )
        if of.shape is not None and of.type == "decimal":
            of.shape.exact = True
        return terms.Boundary(type=of.type, of=of, high=high)


def json_name(name, type):
    """How `value[x]` of a type is called in JSON."""
    return name + type[0].upper() + type[1:]
