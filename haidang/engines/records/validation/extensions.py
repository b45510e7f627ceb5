"""Extensions against their definitions: the house's, HL7's, and those stored as records.

An extension that nobody here has defined is fine; one that changes the meaning of what it stands
on (`modifierExtension`) is told, because it may not be passed over. Where one may stand is told by
the contexts of its definition that name elements (defining-extensions.html#context).
"""

from django.utils.translation import gettext as _

from haidang.engines.records import r4
from haidang.engines.records.validation import issues, walking
from haidang.engines.records.validation.profiles import conforming, registry

_ANYWHERE = "Element"
#: What a type is a kind of (datatypes.html), as far as contexts name it.
_KIND_OF = {
    **dict.fromkeys(("code", "id", "markdown"), "string"),
    **dict.fromkeys(("url", "canonical", "oid", "uuid"), "uri"),
    **dict.fromkeys(("positiveInt", "unsignedInt"), "integer"),
    **dict.fromkeys(("Age", "Count", "Distance", "Duration", "MoneyQuantity"), "Quantity"),
}


def faults(resource):
    """What is wrong with the extensions of a well-shaped resource."""
    found, kinds = [], {}
    for visit in walking.visits(resource):
        kinds.setdefault(visit.where, visit.kind)
        if visit.type == "Extension":
            found += _of(visit, resource, kinds)
    return found


def _of(visit, resource, kinds):
    url, holder = visit.value.get("url", ""), visit.where.rpartition(".")[0]
    if ":" not in url:
        # Within another extension a name is enough; elsewhere it leads nowhere.
        is_part = kinds[holder].name == "Extension"
        return [] if is_part else [issues.bad_value(f"{visit.where}.url", "uri")]
    profile = registry.find(url)
    if profile is not None and profile.type == "Extension":
        found = conforming.of_value(visit.value, "Extension", visit.where, profile, resource)
        return found + ([] if _may_stand(profile, holder, kinds) else [_misplaced(visit, profile)])
    if visit.element is not None and visit.element.name == "modifierExtension":
        return [_unknown_modifier(visit.where, url)]
    return []


def _may_stand(profile, holder, kinds):
    """Whether one of the contexts is where an extension stands, or none of them can be told here."""
    names = _names(holder, kinds)
    return not profile.places or any(
        how != "element" or place == _ANYWHERE or place in names or not _is_known(place)
        for how, place in profile.places
    )


def _names(holder, kinds):
    """By what a context may name the place that holds an extension: `Patient.name`, `HumanName`."""
    kind, (above, _dot, name) = kinds[holder], holder.rpartition(".")
    names = {kind.name, _KIND_OF.get(kind.name)}
    if kind.nature == "resource":
        names |= {"Resource", "DomainResource"}
    if kind.nature == "inside":
        names.add("BackboneElement")
    if above in kinds:
        name = name.partition("[")[0]
        names |= {f"{kinds[above].name}.{name}", f"{kinds[above].name}.{name}[x]"}
        if kind.name == "Element":  # beside a primitive without a value
            names |= _types(kinds[above], name)
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


def _misplaced(visit, profile):
    issue = issues.Issue(
        "validation.extension_place",
        "extension",
        visit.where,
        _("Phần mở rộng này không được đặt ở đây; định nghĩa của nó nêu: %(places)s.")
        % {"places": ", ".join(place for _how, place in profile.places)},
        issues.WARNING,  # lists of HL7's own package would be refused for it
    )
    return issue.about(profile=profile.url)


def _unknown_modifier(where, url):
    issue = issues.Issue(
        "validation.modifier_unknown",
        "extension",
        where,
        _("Phần mở rộng này làm đổi nghĩa của dữ liệu mà máy chủ không biết định nghĩa của nó."),
        issues.WARNING,
    )
    return issue.about(url=url)
