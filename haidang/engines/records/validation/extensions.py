"""Extensions against their definitions: the house's, HL7's, and those stored as records.

An extension that nobody here has defined is fine; one that changes the meaning of what it stands
on (`modifierExtension`) is told, because it may not be passed over.
"""

from django.utils.translation import gettext as _

from haidang.engines.records.validation import issues, walking
from haidang.engines.records.validation.profiles import conforming, registry


def faults(resource):
    """What is wrong with the extensions of a well-shaped resource."""
    found = []
    for visit in walking.visits(resource):
        url = visit.value.get("url", "") if visit.type == "Extension" else ""
        if ":" in url:
            found += _of(visit, url, resource)
    return found


def _of(visit, url, resource):
    profile = registry.find(url)
    if profile is not None and profile.type == "Extension":
        return conforming.of_value(visit.value, "Extension", visit.where, profile, resource)
    if visit.element is not None and visit.element.name == "modifierExtension":
        return [_unknown_modifier(visit.where, url)]
    return []


def _unknown_modifier(where, url):
    issue = issues.Issue(
        "validation.modifier_unknown",
        "extension",
        where,
        _("Phần mở rộng này làm đổi nghĩa của dữ liệu mà máy chủ không biết định nghĩa của nó."),
        issues.WARNING,
    )
    return issue.about(url=url)
