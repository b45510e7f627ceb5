"""Writes and reads under a condition, exact when many come at once.

Two that name the same condition meet at a lock on it before either searches, so the second sees
what the first has written.
"""

import hashlib

from django.utils.translation import gettext as _

from haidang.engines.records import bodies, drafts, patching, reading, wire, writing
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import running
from haidang.kernel import dates, errors


def create(resource, if_none_exist, *, by):
    """Create a resource unless exactly one satisfies the query; return (`Stored`, created).

    Raises    PreconditionFailed `records.several_match`
    """
    with wire.whole():
        found = match(resource.get("resourceType"), if_none_exist)
        if found is not None:
            return found, False
        return writing.save(_without_id(resource), by=by), True


def update(resource, query, *, by, expected_version=None):
    """Update the one resource that satisfies the query, or create one; return (`Stored`, created).

    Raises    PreconditionFailed `records.several_match`; Incorrect `records.id_differs`;
              Conflict `records.id_taken`
    """
    with wire.whole():
        found = match(resource.get("resourceType"), query)
        target = aimed(resource, found)
        stored = writing.save(target, by=by, expected_version=expected_version)
        return stored, stored.created


def aimed(resource, found):
    """The resource with the id of the match, or its own when there is none.

    R4 creates it then under its own id. Where that id is another record's, which the condition did
    not mean, nothing is written (as R5 says).
    """
    if found is None:
        _check_free(resource)
        return resource
    if resource.get("id", found.id) != found.id:
        raise errors.Incorrect(
            "records.id_differs", _("Mã trong tài nguyên khác với bản ghi tìm được theo điều kiện.")
        )
    return resource | {"id": found.id}


def _check_free(resource):
    if "id" not in resource:
        return
    holder = reading.current(f"{resource.get('resourceType')}/{resource['id']}")
    if holder is not None and not holder.deleted:
        raise errors.Conflict(
            "records.id_taken",
            _(
                "Không bản ghi nào thoả điều kiện, còn mã trong tài nguyên là của một bản ghi khác;"
                " chưa ghi gì. Hãy bỏ mã đi hoặc sửa điều kiện."
            ),
        )


def patch(type, query, operations, *, by, expected_version=None, check=None):
    """Change parts of the one resource that satisfies the query (`patching.patch`).

    Raises    PreconditionFailed `records.several_match`; NotFound when none does
    """
    with wire.whole():
        found = match(type, query)
        if found is None:
            raise none_matches()
        return patching.patch(
            found.ref, operations, by=by, expected_version=expected_version, check=check
        )


def delete(type, query, *, by, several=False, expected_version=None):
    """Delete what satisfies the query; return the versions that delete it, none when none does.

    Raises    PreconditionFailed `records.several_match` unless `several`, and as `writing.delete`
    """
    with wire.whole():
        matches = _matches(type, query, 1000 if several else 2)
        if not matches and expected_version is not None:
            raise drafts.nothing_to_match()
        if len(matches) > 1 and not several:
            raise _several()
        removals = [drafts.Removal(each.ref, expected_version) for each in matches]
        writing.write((), removals)
        return [each.outcome for each in removals]


def read(ref, *, if_none_match=None, if_modified_since=None):
    """The resource, or None when it is still the version or moment that the asker knows.

    if_none_match  a version number; if_modified_since  an aware moment
    """
    found = reading.get(ref)
    known = None if if_none_match is None else {if_none_match}
    return None if unchanged(found, known, if_modified_since) else found


def unchanged(stored, known, since):
    """Whether the asker has this version: one of those that it names, or else by its moment.

    known   version numbers, or `ANY`; None when none was named
    since   an aware moment, or None
    """
    if known is not None:
        return known == drafts.ANY or stored.version in known
    return since is not None and stored.at.replace(microsecond=0) <= since


def match(type, query):
    """The one resource that satisfies a query, under a lock on the query, or None.

    Raises    PreconditionFailed `records.several_match`; Incorrect `records.search_…`
    """
    found = _matches(type, query, 2)
    if len(found) > 1:
        raise _several()
    return found[0] if found else None


def lock(type, query):
    """Hold a condition until the transaction ends."""
    wire.rows("SELECT pg_advisory_xact_lock(%s)", [number(type, query)])


def number(type, query):
    """The lock number of a condition, whatever the order of its parameters."""
    parsed = queries.parse(type, query, strict=True)
    if not parsed.conditions:
        raise errors.Incorrect(
            "records.search_unreadable", _("Ghi có điều kiện cần ít nhất một tham số tìm kiếm.")
        )
    text = repr((type, sorted(parsed.used))).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big")


def _matches(type, query, count):
    lock(type, query)
    parsed = queries.parse(type, query, strict=True)
    pairs = [pair for pair in parsed.used if not pair[0].startswith(("_count", "_sort", "_total"))]
    return running.search(type, [*pairs, ("_count", str(count))], strict=True).matches


def _several():
    return errors.PreconditionFailed(
        "records.several_match", _("Có nhiều bản ghi khớp điều kiện; hãy nêu điều kiện chặt hơn.")
    )


def none_matches():
    """The error of a condition that nothing satisfies, where something has to."""
    return errors.NotFound("records.not_found", _("Không có tài nguyên nào khớp điều kiện."))


def _without_id(resource):
    return {key: value for key, value in resource.items() if key != "id"}


def etag(stored):
    return f'W/"{stored.version}"'


def modified(stored):
    """When a version was written, as FHIR's instant."""
    return bodies.stamp(stored.at.astimezone(dates.HANOI))
