"""What R4 says in words of ids and addresses, beside its invariants.

Ids of what is contained are told apart (references.html#contained); an element's id has no space
in it (element.html); the `fullUrl` of an entry is a whole address that agrees with the resource in
it (bundle.html).
"""

import re
from collections import Counter

from django.utils.translation import gettext as _

from haidang.engines.records import r4
from haidang.engines.records.validation import issues, walking

_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z")
_RESTFUL = re.compile(r"https?://\S+/([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})\Z")


def faults(resource):
    """What is wrong with the ids and addresses of a well-shaped resource."""
    found = [*_contained(resource), *_of_elements(resource)]
    if resource["resourceType"] == "Bundle":
        found += _full_urls(resource)
    return found


def beside(bundle):
    """{fullUrl: type} of the entries of a Bundle, by which references within it lead."""
    return {
        entry["fullUrl"]: entry["resource"]["resourceType"]
        for entry in bundle.get("entry", ())
        if "fullUrl" in entry and "resource" in entry
    }


def _contained(resource):
    held = Counter(each.get("id") for each in resource.get("contained", ()))
    for n, each in enumerate(resource.get("contained", ())):
        if held[each.get("id")] > 1 and "id" in each:
            yield _repeated(f"{resource['resourceType']}.contained[{n}].id", each["id"])


def _of_elements(resource):
    for visit in walking.visits(resource):
        if visit.element is not None or visit.type == "Element":
            id = visit.value.get("id") if isinstance(visit.value, dict) else None
            if isinstance(id, str) and re.search(r"\s", id):
                yield issues.bad_value(f"{visit.where}.id", "id")


def _full_urls(bundle):
    for n, entry in enumerate(bundle.get("entry", ())):
        url, resource = entry.get("fullUrl"), entry.get("resource", {})
        named = _RESTFUL.match(url or "")
        whole = url is None or _WHOLE.match(url)
        if not whole or (named and named[1] in r4.catalogue().kinds and _differs(named, resource)):
            yield _other_address(f"Bundle.entry[{n}].fullUrl")


def _differs(named, resource):
    told = resource.get("resourceType", named[1]), resource.get("id", named[2])
    return told != (named[1], named[2])


def _repeated(where, id):
    return issues.Issue(
        "validation.id_repeated",
        "structure",
        where,
        _("Mã %(id)s đã dùng cho tài nguyên khác bên trong; mỗi mã chỉ dùng một lần.") % {"id": id},
    )


def _other_address(where):
    return issues.Issue(
        "validation.full_url",
        "value",
        where,
        _("Địa chỉ đầy đủ phải là địa chỉ tuyệt đối, trùng với loại và mã của tài nguyên."),
    )
