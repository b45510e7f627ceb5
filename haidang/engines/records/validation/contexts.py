"""Where an extension may stand, by its definition (defining-extensions.html#context).

A context names elements, another extension, or by FHIRPath whatever the expression finds in the
resource; `contextInvariant` says what must be true there. A context that cannot be told here allows.
"""

from haidang.engines.records import r4
from haidang.engines.records.validation import invariants

_ANYWHERE = "Element"
#: What a type is a kind of (datatypes.html), as far as contexts name it.
_KIND_OF = {
    **dict.fromkeys(("code", "id", "markdown"), "string"),
    **dict.fromkeys(("url", "canonical", "oid", "uuid"), "uri"),
    **dict.fromkeys(("positiveInt", "unsignedInt"), "integer"),
    **dict.fromkeys(("Age", "Count", "Distance", "Duration", "MoneyQuantity"), "Quantity"),
}
#: Types that a path may begin with, and of which fhirpathpy knows no resource to be one.
_ABSTRACT = ("Resource", "DomainResource")


def may_stand(profile, holder, visits, plain):
    """Whether one of the contexts is where an extension stands, or one of them cannot be told here.

    holder    the place of what holds it, `Patient.name[0]`
    visits    the `Visit` of each place
    """
    return not profile.places or any(
        _is_place(how, place, holder, visits, plain) for how, place in profile.places
    )


def broken(profile, holder, extension, plain):
    """(expression, whether it can be told) of each condition that is not known to hold.

    holder    the `Visit` of what holds the extension
    """
    for expression in profile.conditions:
        holds = _holds(expression, holder, extension, plain)
        if not holds:
            yield expression, holds is not None


def _is_place(how, place, holder, visits, plain):
    if how == "fhirpath":
        return _is_found(place, visits[holder], plain)
    if how == "extension":
        return visits[holder].type == "Extension" and visits[holder].value.get("url") == place
    return place == _ANYWHERE or place in _names(holder, visits) or not _is_known(place)


def _is_found(expression, holder, plain):
    """Whether a path leads to what holds an extension, or that cannot be told."""
    asks_besides = "extension" in expression
    if _is_bare(holder) or (asks_besides and not isinstance(holder.value, dict)):
        return True  # fhirpathpy does not give back what stands beside a primitive
    if any(expression.startswith(name) for name in _ABSTRACT):
        return True
    value, root = holder.value, plain.resource
    if not asks_besides:
        value, root = plain.of(value), plain.of(root)
    found = invariants.nodes(expression, root)
    return found is None or any(_is_same(each, place, value, holder) for each, place in found)


def _is_same(found, place, value, holder):
    """Whether what a path found is what holds the extension; where fhirpathpy lost the place, as in a
    union, what is equal is taken for it.
    """
    if place is None or place.startswith("None."):
        return found is value or found == value
    return found is value if isinstance(value, dict) else place == holder.where


def _holds(expression, holder, extension, plain):
    if _is_bare(holder):
        return None
    value, root = holder.value, plain.resource
    if "extension" not in expression.replace("%extension", ""):
        value, root = plain.of(value), plain.of(root)
    return invariants.evaluate(expression, value, holder.type, root, extension)


def _is_bare(holder):
    """A primitive of which there is nothing but its extensions."""
    return holder.kind.name == "Element"


def _names(holder, visits):
    """By what a context may name the place that holds an extension: `Patient.name`, `HumanName`."""
    kind, (above, _dot, name) = visits[holder].kind, holder.rpartition(".")
    names = {kind.name, _KIND_OF.get(kind.name)}
    if kind.nature == "resource":
        names |= {"Resource", "DomainResource"}
    if kind.nature == "inside":
        names.add("BackboneElement")
    if above in visits:
        name = name.partition("[")[0]
        names |= {f"{visits[above].kind.name}.{name}", f"{visits[above].kind.name}.{name}[x]"}
        if kind.name == "Element":  # beside a primitive without a value
            names |= _types(visits[above].kind, name)
    return names


def _types(kind, name):
    types = {type for each in kind.elements if each.name == name for type in each.types}
    return types | {_KIND_OF.get(each) for each in types}


def _is_known(place):
    """Whether a context names a type or an element of R4; profiles and long ways are not told."""
    holder, _dot, name = place.rpartition(".")
    inside = r4.catalogue().kinds.get(holder)
    elements = {each.name for each in inside.elements} if inside else ()
    return place in r4.catalogue().kinds or name.removesuffix("[x]") in elements
