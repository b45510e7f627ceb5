"""Transaction and batch bundles.

A transaction is one set: conditions are locked in one order and looked up, ids are given,
`urn:uuid` references are resolved in one pass, and everything is written by one `WriteSet`. Only
what a reference by search (`Patient?identifier=…`) of the same bundle may mean is written before it.
"""

import base64
import binascii
import functools
import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.records import (
    bodies,
    bundled,
    conditional,
    drafts,
    kinds,
    outcomes,
    patching,
    r4,
    versions,
    wire,
    writing,
)
from haidang.engines.records.index import own
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import running
from haidang.kernel import dates, errors, fhirjson, ids

_STATUS = {True: "201 Created", False: "200 OK"}
_LINK = re.compile(r"""\b((?:href|src)\s*=\s*)(["'])(.*?)\2""")
_ADDRESSES = {"uri", "url", "oid", "uuid"}
_TEXTS = {"string", "markdown", "code", "id", "canonical"}
# Published as text or as more than an address in some places; an address of ours is a link here.
_LINKS = {"reference", "url", "uri", "system"}


def bundle(
    content, *, by, admit=None, check=None, done=None, show=None, met=None, ask=None, strict=False
):
    """Carry out a transaction or batch bundle; return the response bundle.

    admit   called with each `Entry` before anything is done for it, but those that ask
    check   called with [(where, resource)] before they are written, references resolved
    done    called with every `Stored` version that was written, a deletion too, within the
            transaction of the writing and whether or not the writer's reach shows it afterwards
    show    called with (address without its query, the query, the `Page` or `Stored` found) by each
            GET; gives the resource of the answer, `searchset` and the plain resource else
    met     called with the `Stored` that a conditional create met: whether the answer may name it
    ask     called with each `Entry` that asks for an operation, a history or a compartment, after
            all is written; gives the entry of the answer. Without it such entries are refused
    strict  what a search does not understand is an error

    What these raise is what the entries raise: of a transaction nothing is written then, of a
    batch all but the entry.

    Raises    Incorrect `records.bundle_unreadable` (facts: entry); of a transaction, whatever an
              entry raises, with nothing written
    """
    kind = content.get("type") if isinstance(content, dict) else None
    if kind not in ("transaction", "batch") or content.get("resourceType") != "Bundle":
        raise bundled.unreadable(None, _("Gói phải là Bundle loại transaction hoặc batch."))
    own.look()
    raws, calls = (
        content.get("entry", ()),
        _Calls(by, admit, check, done, show or _shown, met, ask, strict),
    )
    answers = _each(raws, calls) if kind == "batch" else _all(raws, calls)
    answer = {"resourceType": "Bundle", "type": f"{kind}-response"}
    return answer | ({"entry": answers} if answers else {})  # FHIR allows no empty list


@dataclass(frozen=True)
class _Calls:
    """For whom a bundle is carried out, and whom to ask on the way (see `bundle`)."""

    by: object
    admit: object
    check: object
    done: object
    show: object
    met: object
    ask: object
    strict: bool


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
            told = {"status": str(error.status), "outcome": outcomes.outcome(error)}
            answers.append({"response": told})
    return answers


def _all_of_one(number, raw, calls):
    entry = bundled.of(number, raw, calls.admit)
    with transaction.atomic():
        _together([entry], calls)
    return [entry.answer]


def _together(entries, calls):
    _find(entries)
    addresses = _addresses(entries)
    writes = [e for e in entries if e.saves and not _settled(e)]
    asking = {e.number: _rewritten(e.resource, addresses) for e in writes}
    removals = _removals(entries)
    first = _sought(writes, asking)
    if first:
        _write(first, [], calls)
    written = {e.number for e in first}
    rest = [e for e in writes if e.number not in written]
    _resolve([holder for holders in asking.values() for holder in holders])
    _write(rest, [r for _, r in removals], calls)
    if first:  # what is written together is held to this as it is
        drafts.check_distinct([*(e.draft for e in writes), *(r for _, r in removals)])
    # R4: what is read is read last.
    for entry in sorted(entries, key=lambda each: each.reads or each.asks):
        entry.answer = _answer(entry, calls)
        if entry.draft is not None:
            entry.outcome = entry.draft.outcome
    if calls.done is not None:
        calls.done([entry.outcome for entry in entries if entry.outcome is not None])


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


def _write(entries, removals, calls):
    if calls.check is not None and entries:
        calls.check([(f"Bundle.entry[{e.number}].resource", e.resource) for e in entries])
    for entry in entries:
        entry.draft = entry.draft or _draft(entry)
    writing.write([e.draft for e in entries], removals)


def _draft(entry):
    return drafts.Draft(entry.resource, entry.expected, fresh=entry.method == "POST")


def _find(entries):
    """Lock every condition in one order, then look each up."""
    conditions = [entry.condition for entry in entries if entry.condition]
    numbers = [conditional.number(*condition) for condition in conditions]
    if len(set(numbers)) != len(numbers):
        raise errors.Incorrect(
            "records.twice_in_one_set",
            _("Hai mục trong gói dùng cùng một điều kiện, nên không rõ mục nào đúng."),
        )
    for number in sorted(numbers):
        wire.rows("SELECT pg_advisory_xact_lock(%s)", [number])
    for entry in entries:
        if entry.condition:
            entry.found = conditional.match(*entry.condition)


def _settled(entry):
    """A conditional create whose resource is there already writes nothing."""
    return entry.method == "POST" and entry.found is not None


def _addresses(entries):
    """{address in the bundle: Type/id}; new resources get their ids here."""
    addresses = {}
    for entry in entries:
        if not entry.saves:
            continue
        if entry.resource.get("resourceType") != entry.type:
            raise bundled.unreadable(entry.number, _("request.url và resource khác loại nhau."))
        if not _settled(entry):
            entry.resource = _named(entry)
        name = entry.found.ref if _settled(entry) else f"{entry.type}/{entry.resource['id']}"
        if entry.full_url:
            addresses[entry.full_url] = name
    return addresses


def _named(entry):
    """The resource under the id it will have."""
    if entry.method == "POST":
        return entry.resource | {"id": ids.new_id()}
    if entry.condition:
        aimed = conditional.aimed(entry.resource, entry.found)
        return aimed if aimed.get("id") else aimed | {"id": ids.new_id()}
    id = kinds.split(entry.url)[1]
    if entry.resource.get("id", id) != id:
        raise errors.Incorrect("records.id_differs", _("Mã trong resource khác với request.url."))
    return entry.resource | {"id": id}


def _rewritten(resource, addresses):
    """Rewrite a resource; return what names its target by a search."""
    asking = []
    _rewrite(resource, addresses, asking)
    return asking


def _rewrite(holder, addresses, asking, name=None):
    """Put references in the place of the bundle's own addresses.

    As R4 has it (http.html#trules) these are references, addresses (uri, url, oid, uuid) and links
    of the narrative; text that reads like one, an identifier's value, stays as it is. References
    that name their target by a search (`Type?query`) are gathered in `asking`, each as the
    dictionary that holds it. The resources are the bundle's own and are changed in place.

    name    of the element that a list stands in
    """
    for key, value in holder.items() if type(holder) is dict else enumerate(holder):
        kind = type(value)
        if kind is dict or kind is list:
            _rewrite(value, addresses, asking, name if type(key) is int else key)
        elif kind is str:
            if value in addresses:
                if (name if type(key) is int else key) in _addressed():
                    holder[key] = addresses[value]
            elif key == "reference" and "?" in value:
                asking.append(holder)
            elif key == "div" and addresses:
                holder[key] = _LINK.sub(functools.partial(_linked, addresses), value)


def _linked(addresses, link):
    start, mark, address = link.groups()
    return f"{start}{mark}{addresses.get(address, address)}{mark}"


@functools.cache
def _addressed():
    """Names of elements that hold an address; those that may hold text as well are left alone."""
    types = {}
    for kind in r4.catalogue().kinds:
        for name, (_element, code) in r4.elements(kind).items():
            types.setdefault(name, set()).add(code)
    alone = {name for name, held in types.items() if held & _ADDRESSES and not held & _TEXTS}
    return alone | _LINKS


def _resolve(asking):
    """Give references by search their target: each search is made once."""
    found = {}
    for holder in sorted(asking, key=lambda each: each["reference"]):
        text = holder["reference"]
        if text.partition("?")[0] in kinds.CODES:
            if text not in found:
                found[text] = _target(*text.split("?", 1))
            holder["reference"] = found[text]


def _target(type, query):
    matches = running.search(type, [*bundled.pairs(query), ("_count", "2")], strict=True).matches
    if len(matches) != 1:
        raise errors.PreconditionFailed(
            "records.reference_unresolved",
            _("Tham chiếu theo điều kiện phải khớp đúng một bản ghi."),
            type=type,
            matches=len(matches),
        )
    return matches[0].ref


def _removals(entries):
    removals = []
    for entry in entries:
        if entry.method != "DELETE" or (entry.condition and entry.found is None):
            continue
        ref = entry.found.ref if entry.condition else entry.url
        entry.draft = drafts.Removal(ref, entry.expected)
        removals.append((entry, entry.draft))
    return removals


def _answer(entry, calls):
    if entry.asks:
        return _asked(entry, calls.ask)
    if entry.reads:
        return _looked_up(entry, calls)
    if entry.method == "PATCH":
        entry.outcome = patching.patch(
            _patched(entry),
            _operations(entry),
            by=calls.by,
            expected_version=entry.expected,
            check=_check_of(entry, calls.check),
        )
        return _told(entry.outcome, "200 OK")
    if entry.method == "DELETE":
        return {"response": {"status": "204 No Content"}}
    if _settled(entry):
        named = calls.met is None or calls.met(entry.found)
        return _told(entry.found, "200 OK") if named else {"response": {"status": "200 OK"}}
    stored = entry.draft.outcome
    return _told(stored, _STATUS[stored.created])


def _patched(entry):
    if not entry.condition:
        return entry.url
    if entry.found is None:
        raise conditional.none_matches()
    return entry.found.ref


def _check_of(entry, check):
    """The check of one resource that stands in an entry."""
    if check is None:
        return None
    return lambda resource: check([(f"Bundle.entry[{entry.number}].resource", resource)])


def _told(stored, status):
    return {
        "response": {
            "status": status,
            "location": stored.version_ref,
            "etag": conditional.etag(stored),
            "lastModified": bodies.stamp(stored.at),
        }
    }


def _operations(entry):
    """A FHIRPath Patch stands for itself; a JSON Patch comes in a Binary (R4, http.html#patch)."""
    if (entry.resource or {}).get("resourceType") == "Parameters":
        return entry.resource
    try:
        return fhirjson.received(base64.b64decode((entry.resource or {}).get("data", "")))
    except (binascii.Error, TypeError) as why:
        raise bundled.unreadable(
            entry.number,
            _("Mục PATCH cần Parameters (FHIRPath Patch) hoặc Binary chứa JSON Patch."),
        ) from why


def _asked(entry, ask):
    if ask is None:
        raise bundled.unreadable(entry.number, _("Mục này không thực hiện được trong gói."))
    return ask(entry)


def _looked_up(entry, calls):
    """The answer to a GET or HEAD: what was found, or that the asker knows it already."""
    found = _read(entry, calls.strict)
    if found is None:
        return {"response": {"status": "304 Not Modified"}}
    response = {"status": "200 OK"}
    if not entry.is_search:
        response |= {"etag": conditional.etag(found), "lastModified": bodies.stamp(found.at)}
    shown = calls.show(entry.path, entry.query, found)
    return {"response": response} | ({"resource": shown} if entry.method == "GET" else {})


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
    if len(parts) == 4 and parts[2] == "_history" and bundled.VERSION.fullmatch(parts[3]):
        return versions.vread("/".join(parts[:2]), int(parts[3]))
    known, since = entry.request.get("ifNoneMatch"), entry.request.get("ifModifiedSince")
    return conditional.read(
        entry.path,
        if_none_match=bundled.numbered(entry, known) if known else None,
        if_modified_since=dates.parse_fhir(since)[0] if since else None,
    )


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
