"""Which parts of a resource a view reads, as a tree: what the scan has to parse, and no more.

A shape is *raw* (kept as JSON text) when its parts cannot be columns: extensions and contained
resources hold anything, `item.item.item` has no end, and a whole element was asked for. What is
below a raw element is parsed where it is used. The lake lays its columns by the same rule.
"""

from dataclasses import dataclass, field

from haidang.engines.analytics.views import elements


@dataclass(eq=False)
class Shape:
    """One element that is read.

    name       in JSON, so `valueQuantity` and not `value`
    enclosing  types around it up to the nearest raw element, to see where types run in circles
    whole      True when the element itself is wanted, not just its parts
    exact      True when a number's digits matter (`1.10` is not `1.1`)
    sibling    True for `_birthDate`, which holds the extensions of `birthDate`
    """

    name: str
    type: str
    many: bool
    enclosing: tuple[str, ...] = ()
    children: dict[str, "Shape"] = field(default_factory=dict)
    whole: bool = False
    exact: bool = False
    sibling: bool = False

    @property
    def is_primitive(self):
        return elements.family(self.type) is not None

    @property
    def raw(self):
        """True when it is kept as JSON text."""
        if self.is_primitive:
            return False
        return self.whole or not self.children or self.boundless

    @property
    def boundless(self):
        """True when its parts cannot be columns, whatever a view reads."""
        type = self.type
        return (
            type == "Extension"
            or elements.is_resource(type)
            or elements.is_looped(type)
            or type in self.enclosing
        )

    def child(self, name, type, many, *, sibling=False):
        """The shape of a part, the same one each time it is read."""
        if name not in self.children:
            around = () if self.boundless else (*self.enclosing, self.type)
            self.children[name] = Shape(name, type, many, around, sibling=sibling)
        return self.children[name]

    def walk(self):
        yield self
        for child in self.children.values():
            yield from child.walk()


def root(type):
    return Shape(type, type, many=False)


def merge(into, other):
    """Add to a shape what another reads of the same type."""
    for name, child in other.children.items():
        merge(into.child(name, child.type, child.many, sibling=child.sibling), child)


def covers(wide, narrow):
    """True when typed columns of the shape `wide` hold all that `narrow` reads."""
    return all(
        name in wide.children
        and not (child.whole or child.exact or child.sibling)
        and covers(wide.children[name], child)
        for name, child in narrow.children.items()
    )
