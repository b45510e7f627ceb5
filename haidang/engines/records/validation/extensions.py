"""Extensions against their definitions: the house's, HL7's, and those stored as records.

An extension that nobody here has defined is fine; one that changes the meaning of what it stands
on (`modifierExtension`) is told, because it may not be passed over. Where one may stand is said by
`contexts`.
"""

from django.utils.translation import gettext as _

from haidang.engines.records import r4
from haidang.engines.records.plain import Plain
from haidang.engines.records.validation import contexts, issues, walking
from haidang.engines.records.validation.profiles import conforming, registry


def faults(resource):
    """What is wrong with the extensions of a well-shaped resource."""
    found, visits = [], {}
    for visit in walking.visits(resource):
        if visit.type == "Extension":
            found.append(visit)
        if visit.where not in visits or visits[visit.where].kind.name == "Element":
            visits[visit.where] = visit  # of a primitive its value, not what stands beside it
    plain = Plain(resource) if found else None
    return [issue for visit in found for issue in _of(visit, resource, visits, plain)]


def _of(visit, resource, visits, plain):
    url, holder = visit.value.get("url", ""), visit.where.rpartition(".")[0]
    if ":" not in url:
        # Within another extension a name is enough; elsewhere it leads nowhere.
        is_part = visits[holder].type == "Extension"
        return [] if is_part else [issues.bad_value(f"{visit.where}.url", "uri")]
    profile = registry.find(url)
    if profile is not None and profile.type == "Extension":
        found = conforming.of_value(visit.value, "Extension", visit.where, profile, resource)
        if not contexts.may_stand(profile, holder, visits, plain):
            found.append(_misplaced(visit, profile))
        return found + _conditions(visit, visits[holder], profile, plain)
    if visit.element is not None and visit.element.name == "modifierExtension":
        return [_unknown_modifier(visit.where, url)]
    return []


def _conditions(visit, holder, profile, plain):
    found = []
    for number, (expression, is_told) in enumerate(
        contexts.broken(profile, holder, visit.value, plain), start=1
    ):
        if is_told:
            found.append(_not_here(visit, profile, expression))
        else:
            rule = r4.Rule(f"contextInvariant-{number}", issues.WARNING, expression, expression)
            found.append(issues.not_judged(visit.where, rule).about(profile=profile.url))
    return found


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


def _not_here(visit, profile, expression):
    issue = issues.Issue(
        "validation.extension_place",
        "extension",
        visit.where,
        _(
            "Phần mở rộng này không dùng được ở đây vì một điều kiện trong định nghĩa của nó không thỏa; hãy bỏ nó hoặc sửa nơi chứa nó."
        ),
        issues.WARNING,  # as for its place
    )
    return issue.about(profile=profile.url, rule=expression)


def _unknown_modifier(where, url):
    issue = issues.Issue(
        "validation.modifier_unknown",
        "extension",
        where,
        _("Phần mở rộng này làm đổi nghĩa của dữ liệu mà máy chủ không biết định nghĩa của nó."),
        issues.WARNING,
    )
    return issue.about(url=url)
