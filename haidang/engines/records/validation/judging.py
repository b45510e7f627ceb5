"""The two questions: may this be written, and what would you say of it?

A write is judged by its shape, by the codes and targets in the schema, by the profiles it claims,
and loses what is unsafe in its narrative. `validate` judges by everything.
"""

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.records.validation import (
    addresses,
    bindings,
    extensions,
    invariants,
    issues,
    narrative,
    references,
    shape,
)
from haidang.engines.records.validation.profiles import conforming, registry
from haidang.kernel import errors


def check(resource):
    """Refuse a resource that may not be written; clean its narrative in place.

    Raises    RuleBroken `records.not_valid` (facts: issues, each with severity, code, expression,
              message, reason, diagnostics)
    """
    check_set([(None, resource)])


def check_shape(resource):
    """As `check`, by the schema alone: for whole populations, and where no database is at hand."""
    found = shape.faults(resource)
    if found:
        raise refused(found)
    narrative.clean(resource)


def check_set(placed):
    """Refuse a set of resources, all issues at once; clean their narratives in place.

    placed    (where, resource): where it stands in a bundle, `Bundle.entry[2].resource`, or None

    Raises    as `check`
    """
    found = [each for where, resource in placed for each in _of_write(resource, where)]
    if not found and settings.HAIDANG_REFERENCES == "resolve":
        found = _unresolved(placed)
    if found:
        raise refused(found)
    for _where, resource in placed:
        narrative.clean(resource)


def _of_write(resource, where):
    found = shape.faults(resource)
    if not found and settings.HAIDANG_VALIDATION == "rules":
        found = _by_meaning(resource)
    if not found and (claimed := resource.get("meta", {}).get("profile")):
        found = _by_profiles(resource, claimed)
    wrong = [each for each in found if each.severity == issues.ERROR]
    return [each.below(where) for each in wrong] if where else wrong


def _unresolved(placed):
    each = references.unresolved([resource for _, resource in placed])
    return [
        issue.below(where) if where else issue
        for (where, _), found in zip(placed, each, strict=True)
        for issue in found
    ]


def refused(found):
    """The error that tells these issues."""
    return errors.RuleBroken(
        "records.not_valid",
        _("Nội dung gửi lên chưa đúng chuẩn FHIR; hãy sửa từng chỗ được nêu rồi gửi lại."),
        issues=[told(each) for each in found],
    )


def told(issue):
    """An issue as plain facts, ready for an OperationOutcome."""
    diagnostics = "; ".join(f"{name}: {value}" for name, value in issue.facts)
    return {
        "severity": issue.severity,
        "code": issue.kind,
        "reason": issue.code,
        "expression": issue.expression,
        "message": issue.message,
        "diagnostics": diagnostics,
    }


def validate(resource, *, profiles=()):
    """Everything there is to say of a resource, worst first; an empty list when nothing is.

    profiles  canonical addresses to judge by besides those it claims

    Needs an open reach: references are looked up as far as the asker sees.
    """
    found = shape.faults(resource)
    if found:
        # What has the wrong shape has no meaning to be judged yet.
        return found
    found = _by_meaning(resource) + _by_narrative(resource)
    asked = dict.fromkeys((*_claims(resource), *profiles))
    found += _by_profiles(resource, asked, nominated=profiles)
    inner = dict(shape.within(resource, resource["resourceType"]))
    missing = references.unresolved([resource, *inner.values()], severity=issues.WARNING)
    found += missing[0]
    for (where, each), lost in zip(inner.items(), missing[1:], strict=True):
        found += [issue.below(where) for issue in (*lost, *_by_profiles(each, _claims(each)))]
    return sorted(_once(found), key=lambda issue: _ORDER.index(issue.severity))


def _once(found):
    """Several profiles may say the same of one place."""
    return {(each.code, each.expression, each.message): each for each in found}.values()


_ORDER = (issues.ERROR, issues.WARNING, issues.INFORMATION)


def _by_meaning(resource, around=None, beside=None):
    """Invariants, codes and inner references, of the resource and of those within it.

    around   the resource in which it is contained, if it is
    beside   what stands in the Bundle of which it is an entry, if it is one
    """
    found = invariants.faults(resource) + bindings.faults(resource)
    found += references.contained_faults(resource, around, beside) + extensions.faults(resource)
    found += addresses.faults(resource)
    if resource["resourceType"] == "Bundle":
        beside = addresses.beside(resource)
    for where, inner in shape.within(resource, resource["resourceType"]):
        holder = resource if ".contained[" in where else None
        found += [each.below(where) for each in _by_meaning(inner, holder, beside)]
    return found


def _by_narrative(resource):
    return [
        issues.empty_narrative(where)
        if narrative.is_empty(holder["div"])
        else issues.unsafe_narrative(where)
        for holder, where in narrative.narratives(resource, resource["resourceType"])
        if not narrative.is_safe(holder["div"])
    ]


def _by_profiles(resource, urls, nominated=()):
    """By profiles; one that is `nominated` and not here is an error, for nothing is judged by it
    (resource-operation-validate.html: "it SHALL return an error").
    """
    found, name = [], resource["resourceType"]
    for url in urls:
        core = registry.core_type(url)
        profile = None if core else registry.find(url)
        if core and not registry.is_of_core(name, core):
            found.append(conforming.other_type(name, core, url))
        elif core:
            continue  # the schema has judged by it
        elif profile is None:
            severity = issues.ERROR if url in nominated else issues.WARNING
            lost = replace(conforming.unknown(url), severity=severity)
            found.append(replace(lost, expression=_claim(resource, url)))
        else:
            found += conforming.faults(resource, profile)
    return found


def _claims(resource):
    return resource.get("meta", {}).get("profile", [])


def _claim(resource, url):
    claimed = _claims(resource)
    name = resource["resourceType"]
    return f"{name}.meta.profile[{claimed.index(url)}]" if url in claimed else name
