"""Transaction and batch bundles.

A transaction is one set: conditions are locked in one order and looked up, ids are given,
`urn:uuid` references are resolved in one pass, and everything is written by one `WriteSet`. Only
what a reference by search (`Patient?identifier=…`) of the same bundle may mean is written before it.
"""

import base64
import binascii
import contextlib
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.records import (
    bodies,
    bundled,
    conditional,
    drafts,
    linking,
    outcomes,
    patching,
    reading,
    versions,
    wire,
    writing,
)
from haidang.engines.records.index import own
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import running
from haidang.kernel import dates, errors, fhirjson, ids

_STATUS = {True: "201 Created", False: "200 OK"}


def bundle(
    content, *, by, admit=None, seek=None, check=None, done=None, show=None, give=None, ask=None,
    strict=False, base="",
):  # fmt: skip
    """Carry out a transaction or batch bundle; return the response bundle.

    admit   called with each `Entry` before anything is done for it, but those that ask
    seek    called with the types that conditions and references by search look among; gives the
            context in which they look
    check   called with [(where, resource)] before they are written, references resolved
    done    called with every `Stored` version that was written, a deletion too, a set at a time,
            within the transaction of the writing and before anything looks for what was written,
            whether or not the writer's reach shows it
    show    called with (address without its query, the query, the `Page` or `Stored` found) by each
            GET; gives the resource of the answer, `searchset` and the plain resource else
    give    called with each `Stored` that was written, or met by a conditional create (then with
            `met`); gives what its answer holds besides: a `resource`, or an `outcome`
    ask     called with each `Entry` that asks for an operation, a history or a compartment, after
            all is written; gives the entry of the answer. Without it such entries are refused
    strict  what a search does not understand is an error
    base    the address with which the `fullUrl` of a resource in the answer begins

    What these raise is what the entries raise: of a transaction nothing is written then, of a
    batch all but the entry.

    Raises    Incorrect `records.bundle_unreadable` (facts: entry); of a transaction, whatever an
              entry raises, with nothing written
    """
    kind = content.get("type") if isinstance(content, dict) else None
    if kind not in ("transaction", "batch") or content.get("resourceType") != "Bundle":
        raise bundled.unreadable(None, _("Gói phải là Bundle loại transaction hoặc batch."))
    own.look()
    raws = content.get("entry", [])
    if not isinstance(raws, list):
        raise bundled.unreadable(None, _("entry của gói phải là một danh sách."))
    show, seek, give = show or _shown, seek or _anywhere, give or _nothing
    calls = _Calls(kind, by, admit, seek, check, done, show, give, ask, strict, base)
    answers = _each(raws, calls) if kind == "batch" else _all(raws, calls)
    answer = {"resourceType": "Bundle", "type": f"{kind}-response"}
    return answer | ({"entry": answers} if answers else {})  # FHIR allows no empty list


@dataclass(frozen=True)
class _Calls:
    """For whom a bundle is carried out, and whom to ask on the way (see `bundle`)."""

    kind: str
    by: object
    admit: object
    seek: object
    check: object
    done: object
    show: object
    give: object
    ask: object
    strict: bool
    base: str

    def where(self, entry):
        """Where the resource of an entry stands; in a batch it is judged as if it were alone."""
        return None if self.kind == "batch" else f"Bundle.entry[{entry.number}].resource"


def _anywhere(_types):
    return contextlib.nullcontext()


def _nothing(_stored, **_how):
    return {}


def _all(raws, calls):
    entries = [bundled.of(number, raw, calls.admit) for number, raw in enumerate(raws)]
    # A savepoint of its own, so that what an entry raises late undoes what was written before.
    with transaction.atomic():
        _together(entries, calls)
    return [entry.answer for entry in entries]


def _each(raws, calls):
    """Each entry of a batch in a transaction of its own (or a savepoint of the caller's)."""
    answers = []
    for number, raw in enumerate(raws):
        try:
            answers += _all_of_one(number, raw, calls)
        except errors.HaidangError as error:
            answers.append(outcomes.of_entry(error))
    return answers


def _all_of_one(number, raw, calls):
    entry = bundled.of(number, raw, calls.admit)
    with transaction.atomic():
        _together([entry], calls)
    return [entry.answer]


def _together(entries, calls):
    _lock(entries)
    _hold(entries)
    removals = _removed(entries, calls)
    _find([e for e in entries if not e.deletes], calls)
    addresses, known = _addresses(entries)
    writes = [e for e in entries if e.saves and not _settled(e)]
    asking = {
        e.number: linking.rewritten(e.resource, addresses, versions=known, full_url=e.full_url)
        for e in writes
    }
    first = _sought(writes, asking)
    _write(first, calls)
    _resolve([holder for holders in asking.values() for holder in holders], calls)
    _write([e for e in writes if e.outcome is None], calls)
    patches = [e for e in entries if e.patches]
    # What is written one after the other is held to this as it is.
    patched = [drafts.Removal(_patched(e)) for e in patches]
    drafts.check_distinct([*(e.draft for e in writes), *removals, *patched])
    for entry in patches:
        entry.outcome = _patch(entry, calls)
    _conclude([e for e in entries if e.deletes or e.patches], calls)
    _check_still_one(entries, calls)
    # R4: what is read is read last.
    for entry in sorted(entries, key=lambda each: each.reads or each.asks):
        entry.answer = _answer(entry, calls)


def _conclude(entries, calls):
    """Tell of what was written, before anything looks for it."""
    for entry in entries:
        if entry.draft is not None:
            entry.outcome = entry.draft.outcome
    written = [entry.outcome for entry in entries if entry.outcome is not None]
    if calls.done is not None and written:
        calls.done(written)


def _lock(entries):
    """Hold every condition, in one order."""
    numbers = [conditional.number(*entry.condition) for entry in entries if entry.condition]
    if len(set(numbers)) != len(numbers):
        raise errors.Incorrect(
            "records.twice_in_one_set",
            _("Hai mục trong gói dùng cùng một điều kiện, nên không rõ mục nào đúng."),
        )
    for number in sorted(numbers):
        wire.rows("SELECT pg_advisory_xact_lock(%s)", [number])


def _hold(entries):
    """Hold what is named, in one order, when it is not all written at once.

    Two transactions that delete and update the same records would otherwise wait for each other.
    """
    named = [e for e in entries if e.method in ("PUT", "PATCH", "DELETE") and not e.asks]
    if len(named) < 2 or all(entry.saves for entry in named):
        return
    parts = (entry.path.partition("/") for entry in named if not entry.condition)
    reading.hold({(type, id) for type, _slash, id in parts if ids.is_fhir_id(id)})


def _find(entries, calls):
    """Look up what each condition means."""
    asking = [entry for entry in entries if entry.condition]
    if not asking:
        return
    with calls.seek({entry.type for entry in asking}):
        for entry in asking:
            entry.found = conditional.match(*entry.condition)


def _removed(entries, calls):
    """Delete what is to be deleted: R4 does that first, so that no condition meets it any more."""
    deletes = [entry for entry in entries if entry.deletes]
    _find(deletes, calls)
    for entry in deletes:
        if entry.condition and entry.found is None:
            if entry.expected is not None:
                raise drafts.nothing_to_match()
            continue
        ref = entry.found.ref if entry.condition else entry.url
        entry.draft = drafts.Removal(ref, entry.expected, lenient=True)
    removals = [entry.draft for entry in deletes if entry.draft is not None]
    writing.write((), removals)
    return removals


def _check_still_one(entries, calls):
    """What an update by condition created may not be what another entry created as well.

    R4 processes POST before PUT, which would then have found it.
    """
    created = {entry.type for entry in entries if entry.method == "POST" and entry.saves}
    asking = [e for e in entries if e.method == "PUT" and e.condition and e.found is None]
    _find([entry for entry in asking if entry.type in created], calls)


def _sought(writes, asking):
    """The entries that references by search of others may mean: these are resolved after what they
    may find is written (R4, http.html#trules).

    What would inherit its Patient is not among them: whose it is may be known only with the rest.
    """
    types = {each["reference"].partition("?")[0] for held in asking.values() for each in held}
    found = [e for e in writes if e.type in types and not asking[e.number]]
    for entry in found:
        entry.draft = _draft(entry)
    return [entry for entry in found if not entry.draft.sources]


def _write(entries, calls):
    if not entries:
        return
    if calls.check is not None:
        calls.check([(calls.where(e), e.resource) for e in entries])
    for entry in entries:
        entry.draft = entry.draft or _draft(entry)
    writing.write([e.draft for e in entries], ())
    _conclude(entries, calls)


def _resolve(asking, calls):
    """Give references by search their target."""
    if types := linking.sought(asking):
        with calls.seek(types):
            linking.resolve(asking)


def _draft(entry):
    return drafts.Draft(entry.resource, entry.expected, fresh=entry.method == "POST")


def _settled(entry):
    """A conditional create whose resource is there already writes nothing."""
    return entry.method == "POST" and entry.found is not None


def _addresses(entries):
    """({address in the bundle: Type/id}, {Type/id: version} as far as known).

    New resources get their ids here.
    """
    addresses, known = {}, {}
    for entry in entries:
        if not entry.saves:
            continue
        if entry.resource.get("resourceType") != entry.type:
            raise bundled.unreadable(entry.number, _("request.url và resource khác loại nhau."))
        if not _settled(entry):
            entry.resource = _named(entry)
        name = entry.found.ref if _settled(entry) else f"{entry.type}/{entry.resource['id']}"
        if entry.method == "POST":
            known[name] = entry.found.version if _settled(entry) else 1
        if entry.full_url and addresses.setdefault(entry.full_url, name) != name:
            raise bundled.unreadable(entry.number, _("Hai mục trong gói có cùng fullUrl."))
    return addresses, known


def _named(entry):
    """The resource under the id it will have."""
    if entry.method == "POST":
        return entry.resource | {"id": ids.new_id()}
    if entry.condition:
        aimed = conditional.aimed(entry.resource, entry.found)
        return aimed if aimed.get("id") else aimed | {"id": ids.new_id()}
    id = entry.path.partition("/")[2]
    if entry.resource.get("id", id) != id:
        raise errors.Incorrect("records.id_differs", _("Mã trong resource khác với request.url."))
    return entry.resource | {"id": id}


def _answer(entry, calls):
    if entry.asks:
        return _asked(entry, calls.ask)
    if entry.reads:
        return _looked_up(entry, calls)
    if entry.patches:
        return _told(entry.outcome, "200 OK", calls)
    if entry.deletes:
        return {"response": {"status": "204 No Content"}}
    if _settled(entry):
        return _told(entry.found, "200 OK", calls, met=True)
    stored = entry.draft.outcome
    return _told(stored, _STATUS[stored.created], calls)


def _patched(entry):
    if not entry.condition:
        return entry.url
    if entry.found is None:
        raise conditional.none_matches()
    return entry.found.ref


def _patch(entry, calls):
    def check(resource):
        if calls.check is not None:
            calls.check([(calls.where(entry), resource)])

    return patching.patch(
        _patched(entry),
        _operations(entry),
        by=calls.by,
        expected_version=entry.expected,
        check=check,
    )


def _told(stored, status, calls, *, met=False):
    response = {
        "status": status,
        "location": stored.version_ref,
        "etag": conditional.etag(stored),
        "lastModified": bodies.stamp(stored.at),
    }
    given = calls.give(stored, met=met)
    if "outcome" in given:
        response["outcome"] = given["outcome"]
    return {"response": response} | _identified(given.get("resource"), stored, calls)


def _identified(resource, stored, calls):
    """A resource of this server in an answer, with its full address."""
    if resource is None:
        return {}
    address = {"fullUrl": f"{calls.base}/{stored.ref}"} if calls.base else {}
    return address | {"resource": resource}


def _operations(entry):
    """A FHIRPath Patch stands for itself; a JSON Patch comes in a Binary (R4, http.html#patch)."""
    resource = entry.resource or {}
    if resource.get("resourceType") == "Parameters":
        return resource
    with contextlib.suppress(binascii.Error):
        if resource.get("resourceType") == "Binary":
            data = "".join(str(resource.get("data")).split())
            return fhirjson.received(base64.b64decode(data, validate=True))
    raise bundled.unreadable(
        entry.number, _("Mục PATCH cần Parameters (FHIRPath Patch) hoặc Binary chứa JSON Patch.")
    )


def _asked(entry, ask):
    if ask is None:
        raise bundled.unreadable(entry.number, _("Mục này không thực hiện được trong gói."))
    return ask(entry)


def _looked_up(entry, calls):
    """The answer to a GET or HEAD: what was found, or that the asker knows it already."""
    found = _read(entry, calls.strict)
    if found is None:
        return {"response": {"status": "304 Not Modified"}}
    shown = calls.show(entry.path, entry.query, found)
    shown = shown if entry.method == "GET" else None
    if entry.is_search:
        return {"response": {"status": "200 OK"}} | ({"resource": shown} if shown else {})
    tags = {"etag": conditional.etag(found), "lastModified": bodies.stamp(found.at)}
    return {"response": {"status": "200 OK"} | tags} | _identified(shown, found, calls)


def _read(entry, strict):
    """What a GET asks for, a `Page` or a `Stored`; None when it has not changed since."""
    parts = entry.path.split("/")
    if entry.is_search:
        asked = queries.pairs(entry.query)
        how = {"strict": strict, "cursor": dict(asked).get("_cursor")}
        rest = [pair for pair in asked if pair[0] != "_cursor"]
        if not entry.type:
            return running.search_types(entry.types, rest, **how)
        return running.search(entry.type, rest, **how)
    if len(parts) == 2:
        found = reading.get(entry.path)
    elif bundled.VERSION.fullmatch(parts[3]):
        found = versions.vread("/".join(parts[:2]), int(parts[3]))
    else:
        raise errors.NotFound("records.not_found", _("Không có phiên bản này."))
    known, since = entry.request.get("ifNoneMatch"), entry.request.get("ifModifiedSince")
    moment = dates.parse_fhir(since)[0] if since and not known else None
    return None if conditional.unchanged(found, bundled.known(entry), moment) else found


def _shown(_where, _query, found):
    return searchset(found) if isinstance(found, running.Page) else found.resource


def searchset(page):
    """A page as a Bundle, without links: those are the gateway's to write."""
    shown = [("match", page.show(each)) for each in page.matches]
    shown += [("include", each.resource) for each in page.included]
    result = {"resourceType": "Bundle", "type": "searchset"}
    if page.total is not None:
        result["total"] = page.total
    entries = [{"resource": r, "search": {"mode": mode}} for mode, r in shown]
    return result | ({"entry": entries} if entries else {})  # FHIR allows no empty list
