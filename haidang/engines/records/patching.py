"""Changes of parts of a resource: JSON Patch and FHIRPath Patch."""

import jsonpatch
from django.utils.translation import gettext as _

from haidang.engines.records import pathpatch, reading, wire, writing
from haidang.kernel import errors


def patch(ref, operations, *, by, expected_version=None, check=None):
    """Apply a patch to the current version and save the result.

    operations  a list as JSON Patch has it (RFC 6902), or Parameters as FHIRPath Patch has it
    check       called with the result before it is written, to refuse it

    Raises    Incorrect `records.patch_unreadable`; RuleBroken `records.patch_unfit` when an
              operation cannot be applied or touches what is not the client's
    """
    with wire.whole():
        reading.lock(ref)
        current = reading.get(ref)
        fresh = _applied(current.resource, operations)
        if (fresh.get("resourceType"), fresh.get("id")) != (current.type, current.id):
            raise _unfit()
        if check is not None:
            check(fresh)
        return writing.save(fresh, by=by, expected_version=expected_version)


def _applied(resource, operations):
    if isinstance(operations, dict):
        return pathpatch.applied(resource, operations)
    try:
        return jsonpatch.JsonPatch(operations).apply(resource)
    except jsonpatch.InvalidJsonPatch as why:
        raise errors.Incorrect(
            "records.patch_unreadable", _("Nội dung PATCH không đúng dạng JSON Patch.")
        ) from why
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException) as why:
        raise _unfit() from why


def _unfit():
    return errors.RuleBroken(
        "records.patch_unfit", _("Không áp dụng được thay đổi này lên bản ghi hiện tại.")
    )
