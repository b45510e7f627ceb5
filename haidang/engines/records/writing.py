"""The doors of writing: one resource, a set of them, a deletion."""

from haidang.engines.records import attachments, consents, drafts, sets, whose, wire
from haidang.engines.records.index import own

_ATTEMPTS = 20


def save_all(resources, *, by, deletes=(), unchanged="skip"):
    """Create or update a set of resources, and delete others, all or nothing.

    resources  dictionaries; without `id` they are created under a new one, with an unknown `id`
               they are created under that. They may refer to each other in circles.
    deletes    references `Type/id`
    unchanged  `skip` writes no version for a resource that says what it said; `write` always does
    by         the Actor; the caller's ledger entry names them

    Returns    `Stored` for each resource, in order, as it stands afterwards
    Raises     Incorrect `records.…` before anything is written; NotFound `records.not_found` for
               an unknown deletion; NotAllowed `records.out_of_reach` for a record out of reach
    """
    own.look()
    entries = [drafts.Draft(resource) for resource in resources]
    removals = [drafts.Removal(ref) for ref in deletes]
    write(entries, removals, unchanged=unchanged)
    return [entry.outcome for entry in entries]


def save(resource, *, by, expected_version=None, unchanged="skip"):
    """Create or update one resource; see `save_all`.

    expected_version  the version it must have now; 0 when it must not exist, `*` when it must

    Raises    PreconditionFailed `records.version_changed` (facts: expected, actual),
              `records.nothing_to_match`
    """
    own.look()
    entry = drafts.Draft(resource, expected_version)
    write([entry], (), unchanged=unchanged)
    return entry.outcome


def delete(ref, *, by, expected_version=None, lenient=False):
    """Delete one resource; its history stays. Deleting it again changes nothing.

    lenient   nothing is wrong when it is not there (R4, http.html#delete); then None is returned

    Raises    NotFound `records.not_found` unless `lenient`; PreconditionFailed
              `records.version_changed`, `records.nothing_to_match`
    """
    removal = drafts.Removal(ref, expected_version, lenient=lenient)
    write((), [removal])
    return removal.outcome


def write(entries, removals, *, unchanged="skip"):
    """Write drafts and removals; each has its `outcome` afterwards."""
    if not entries and not removals:
        return
    drafts.check_distinct([*entries, *removals])
    with wire.contended(), wire.whole():
        for _attempt in range(_ATTEMPTS):
            if sets.WriteSet(entries, removals, unchanged).write():
                written = [each.outcome for each in (*entries, *removals) if each.outcome]
                consents.follow(written)
                attachments.follow(written)
                whose.follow(entries)
                return
    raise wire.contention()
