"""Transaction and batch bundles.

A transaction is one set: conditions are locked in one order and looked up, ids are given,
`urn:uuid` references are resolved in one pass, and everything is written by one `WriteSet`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.records import (
    bodies,
    conditional,
    drafts,
    kinds,
    outcomes,
    patching,
    versions,
    wire,
    writing,
)
from haidang.engines.records.index import own
from haidang.engines.records.search import query as queries
from haidang.engines.records.search import running
from haidang.kernel import dates, errors, fhirjson, ids

_METHODS = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
_VERSION = re.compile("[0-9]{1,9}")
_STATUS = {True: "201 Created", False: "200 OK"}


@dataclass
class Entry:
    """One entry on its way: what it asks for, and what came of it."""

    number: int
    method: str
    url: str
    full_url: str | None
    resource: dict | None
    request: dict
    found: object = None
    draft: object = None
    outcome: object = None
    answer: dict | None = None

    @property
    def type(self):
        return self.url.split("?")[0].split("/")[0]

    @property
    def types(self):
        """The resource types that it names: one, or those of a search over several."""
        if self.type:
            return (self.type,)
        named = (value for name, value in _pairs(self.query) if name == "_type")
        return tuple(name for value in named for name in value.split(",") if name)

    @property
    def reads(self):
        return self.method in ("GET", "HEAD")

    @property
    def is_search(self):
        return self.reads and "/" not in self.path

    @property
    def path(self):
        return self.url.partition("?")[0]

    @property
    def query(self):
        return self.url.partition("?")[2]

    @property
    def condition(self):
        """(type, query) that decides which resource this entry is about, or None."""
        if self.method == "POST" and self.request.get("ifNoneExist"):
            return self.type, self.request["ifNoneExist"].lstrip("?")
        if self.method in ("PUT", "PATCH", "DELETE") and "?" in self.url:
            return self.type, self.query
        return None


def bundle(content, *, by, admit=None, check=None, done=None, show=None, strict=False):
    """Carry out a transaction or batch bundle; return the response bundle.

    admit   called with each `Entry` before anything is done for it
    check   called with [(where, resource)] before they are written, references resolved
    done    called with every `Stored` version that was written, a deletion too, within the
            transaction of the writing and whether or not the writer's reach shows it afterwards
    show    called with (address without its query, the query, the `Page` or `Stored` found) by each
            GET; gives the resource of the answer, `searchset` and the plain resource else
    strict  what a search does not understand is an error

    What these raise is what the entries raise: of a transaction nothing is written then, of a
    batch all but the entry.

    Raises    Incorrect `records.bundle_unreadable` (facts: entry); of a transaction, whatever an
              entry raises, with nothing written
    """
    kind = content.get("type") if isinstance(content, dict) else None
    if kind not in ("transaction", "batch") or content.get("resourceType") != "Bundle":
        raise _unreadable(None, _("Gói phải là Bundle loại transaction hoặc batch."))
    own.look()
    raws, calls = content.get("entry", ()), _Calls(by, admit, check, done, show or _shown, strict)
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
    strict: bool


def _all(raws, calls):
    entries = [_entry(number, raw, calls.admit) for number, raw in enumerate(raws)]
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
    entry = _entry(number, raw, calls.admit)
    with transaction.atomic():
        _together([entry], calls)
    return [entry.answer]


def _entry(number, raw, admit):
    request = raw.get("request") if isinstance(raw, dict) else None
    if not isinstance(request, dict) or request.get("method") not in _METHODS:
        raise _unreadable(number, _("Mục trong gói thiếu request.method hợp lệ."))
    url = str(request.get("url", "")).strip("/")
    resource = raw.get("resource")
    if request["method"] in ("POST", "PUT") and not isinstance(resource, dict):
        raise _unreadable(number, _("Mục POST hoặc PUT phải có resource."))
    entry = Entry(number, request["method"], url, raw.get("fullUrl"), resource, request)
    if not entry.types or not (entry.type or entry.is_search):
        raise _unreadable(number, _("Mục trong gói phải nêu loại tài nguyên ở request.url."))
    if entry.method == "POST" and "/" in entry.path:
        raise _unreadable(
            number, _("Mục POST trong gói chỉ tạo tài nguyên: request.url là tên loại.")
        )
    for type in entry.types:
        kinds.code(type)
    if admit is not None:
        admit(entry)
    return entry


def _unreadable(number, sentence):
    return errors.Incorrect("records.bundle_unreadable", sentence, entry=number)


def _together(entries, calls):
    _find(entries)
    addresses = _addresses(entries)
    writes = [e for e in entries if e.method in ("POST", "PUT") and not _settled(e)]
    asking = []
    for entry in writes:
        _rewrite(entry.resource, addresses, asking)
    _resolve(asking)
    if calls.check is not None and writes:
        calls.check([(f"Bundle.entry[{e.number}].resource", e.resource) for e in writes])
    for entry in writes:
        entry.draft = drafts.Draft(entry.resource, _expected(entry), fresh=entry.method == "POST")
    removals = _removals(entries)
    writing.write([e.draft for e in writes], [r for _, r in removals])
    for entry in sorted(entries, key=lambda each: each.reads):  # R4: what is read is read last
        entry.answer = _answer(entry, calls)
        if entry.draft is not None:
            entry.outcome = entry.draft.outcome
    if calls.done is not None:
        calls.done([entry.outcome for entry in entries if entry.outcome is not None])


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
        if entry.method not in ("POST", "PUT"):
            continue
        if entry.resource.get("resourceType") != entry.type:
            raise _unreadable(entry.number, _("request.url và resource khác loại nhau."))
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


def _rewrite(holder, addresses, asking):
    """Put references in the place of the bundle's own addresses, wherever one stands alone.

    References that name their target by a search (`Type?query`) are gathered in `asking`, each as
    the dictionary that holds it. The resources are the bundle's own and are changed in place.
    """
    for key, value in holder.items() if type(holder) is dict else enumerate(holder):
        kind = type(value)
        if kind is dict or kind is list:
            _rewrite(value, addresses, asking)
        elif kind is str:
            if value in addresses:
                holder[key] = addresses[value]
            elif key == "reference" and "?" in value:
                asking.append(holder)


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
    matches = running.search(type, [*_pairs(query), ("_count", "2")], strict=True).matches
    if len(matches) != 1:
        raise errors.PreconditionFailed(
            "records.reference_unresolved",
            _("Tham chiếu theo điều kiện phải khớp đúng một bản ghi."),
            type=type,
            matches=len(matches),
        )
    return matches[0].ref


def _pairs(query):
    parts = (part.partition("=") for part in query.split("&"))
    return [(unquote(name), unquote(value)) for name, sign, value in parts]


def _expected(entry):
    text = entry.request.get("ifMatch")
    if text:
        return _numbered(entry, text)
    return 0 if entry.request.get("ifNoneMatch") == "*" else None


def _numbered(entry, etag):
    """The version that an ETag names."""
    digits = etag.removeprefix("W/").strip('"') if isinstance(etag, str) else ""
    if not _VERSION.fullmatch(digits):
        raise _unreadable(entry.number, _('ifMatch và ifNoneMatch phải có dạng W/"3".'))
    return int(digits)


def _removals(entries):
    removals = []
    for entry in entries:
        if entry.method != "DELETE" or (entry.condition and entry.found is None):
            continue
        ref = entry.found.ref if entry.condition else entry.url
        entry.draft = drafts.Removal(ref, _expected(entry))
        removals.append((entry, entry.draft))
    return removals


def _answer(entry, calls):
    if entry.reads:
        return _looked_up(entry, calls)
    if entry.method == "PATCH":
        entry.outcome = patching.patch(
            _patched(entry), _operations(entry), by=calls.by, check=_check_of(entry, calls.check)
        )
        return _told(entry.outcome, "200 OK")
    if entry.method == "DELETE":
        return {"response": {"status": "204 No Content"}}
    if _settled(entry):
        return _told(entry.found, "200 OK")
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
        return fhirjson.loads(base64.b64decode((entry.resource or {}).get("data", "")))
    except (binascii.Error, TypeError) as why:
        raise _unreadable(
            entry.number,
            _("Mục PATCH cần Parameters (FHIRPath Patch) hoặc Binary chứa JSON Patch."),
        ) from why


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
    if len(parts) == 4 and parts[2] == "_history" and _VERSION.fullmatch(parts[3]):
        return versions.vread("/".join(parts[:2]), int(parts[3]))
    known, since = entry.request.get("ifNoneMatch"), entry.request.get("ifModifiedSince")
    return conditional.read(
        entry.path,
        if_none_match=_numbered(entry, known) if known else None,
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
