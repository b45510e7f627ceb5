"""Batches and transactions: each entry under what holds for it alone.

What the records engine does not answer by itself (operations that read, histories, searches within
a compartment or over all types, the CapabilityStatement) is asked of the very view that answers it at its own
address, with its permission, scopes, limits and line in the access book. In a batch that happens
when everything else is done, outside its transaction; in a transaction within it, after the writing.

Source    FHIR R4, http.html#transaction
"""

import contextlib
from io import BytesIO
from urllib.parse import unquote

from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors, fhirjson, systems
from haidang.portals.gateway.fhir import (
    doors,
    formats,
    kinds,
    negotiation,
    operations,
    responses,
    scopes,
    writes,
)
from haidang.portals.gateway.fhir.views import nowhere

#: Each may answer with a whole record.
MOST_ASKED = 100
_LETTERS = {"POST": "c", "PUT": "u", "PATCH": "u", "DELETE": "d", "GET": "r", "HEAD": "r"}
# What is asked of its own view besides operations, by the names of the addresses; of `nowhere`, the
# refusal.
_VIEWS = {
    "metadata", "compartment", "whole_compartment", "history_of_instance", "history_of_type", "history_of_system",
    "fhir_slash", "nowhere",
}  # fmt: skip
# Headers that are about the bundle and not about an entry of it.
_OF_THE_BUNDLE = {
    "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_IF_NONE_EXIST", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING",
}  # fmt: skip


def carried_out(request):
    """Carry out the batch or transaction that was sent."""
    by = request.actor
    content = negotiation.body(request)
    if content["resourceType"] != "Bundle":
        raise errors.Incorrect("fhir.bundle_expected", _("Địa chỉ gốc chỉ nhận Bundle."))
    _bring_home(content, responses.base(request))
    asked = _Asked(request, later=content.get("type") == "batch")
    preferred = negotiation.preferences(request, usual="minimal")
    shown = []

    def show(where, query, found):
        if not isinstance(found, records.Page):
            shown.append(found)
            shape = negotiation.shape_of(query)
            return shape.of(found) if shape else found.resource
        shown.extend([*found.matches, *found.included])
        doors.note_count(by, found, "fhir.bundle", where)
        wishes = negotiation.wishes_of(query)
        return responses.searchset(request, where, found, wishes=wishes)

    def give(stored, *, met):
        if met:  # whoever is told where it is has seen that it is there
            shown.append(stored)
        if preferred.returns == "operationoutcome":
            return {"outcome": responses.done(met=met)}
        if preferred.returns != "representation" or not scopes.show(by, stored):
            return {}
        shown.append(stored)
        return {"resource": fhirjson.raw(stored.json)}

    letters = _looking(by, content)
    with doors.opened(by, letters):
        answer = records.bundle(
            content, by=by, admit=_admitting(by), seek=_seeking(by, letters),
            check=records.validation.check_set, done=_finishing(by), show=show, give=give,
            ask=asked, strict=preferred.strict, base=responses.base(request),
        )  # fmt: skip
        doors.note(by, shown, "fhir.bundle")
    asked.answer()
    return responses.plain(answer)


def _admitting(by):
    def admit(entry):
        for kind in entry.types:
            (kinds.require if entry.type else kinds.require_named)(kind)
            scopes.require(by, kind, _letter(entry))
            if entry.method == "PATCH":  # whether it fits tells of the record
                scopes.require(by, kind, "r")
            if entry.condition:
                scopes.require(by, kind, "s")
        writes.refuse_what_stands_alone(entry.types)
        if entry.saves:
            writes.check_kind(entry.resource, entry.type)
        if entry.method == "PUT" and not entry.condition:
            writes.check_id(entry.resource, entry.path.partition("/")[2])
        if not entry.reads:
            negotiation.version_of(entry.request.get("ifMatch") or None)

    return admit


def _seeking(by, letters):
    """What conditions and references by search may find: as much as a search would.

    letters    under which the bundle looks anyway
    """
    alike = scopes.lens(by, letters) == scopes.lens(by, "s")

    @contextlib.contextmanager
    def seek(types):
        for kind in sorted(types):
            kinds.require_named(kind)
            scopes.require(by, kind, "s")
        with contextlib.nullcontext() if alike else doors.opened(by, "s"):
            yield

    return seek


def _letter(entry):
    return "s" if entry.is_search else _LETTERS[entry.method]


def _finishing(by):
    def done(written):
        # Not read back: what the client may not see has to be refused, not passed over.
        writes.finish(by, [each for each in written if not each.deleted])
        writes.finish(by, [each for each in written if each.deleted], writes.DELETED)

    return done


# ── Addresses ──────────────────────────────────────────────────────────────────────────────


def _requests(content):
    """The `request` of each entry that has one, and an address that can be read in it."""
    entries = content.get("entry")
    for entry in entries if isinstance(entries, list) else ():
        asked = entry.get("request") if isinstance(entry, dict) else None
        if isinstance(asked, dict) and isinstance(asked.get("url"), str):
            yield asked


def _bring_home(content, here):
    """Make full addresses of this server relative: as the client reached it, and as it is published."""
    for asked in _requests(content):
        for base in (here, systems.BASE):
            rest = asked["url"].removeprefix(base)
            if rest != asked["url"] and rest[:1] in ("", "/", "?"):
                asked["url"] = rest.removeprefix("/")
                break


def _looking(by, content):
    """The letters under which a bundle looks: of the entries that the scopes allow to look."""
    looking = set()
    for entry in records.bundled(content):
        if entry.method == "PATCH" or entry.reads and not entry.asks:  # what asks, its view opens
            letter = "r" if entry.method == "PATCH" else _letter(entry)
            if all(scopes.allows(by, kind, letter) for kind in entry.types):
                looking.add(letter)
    return "".join(sorted(looking))


# ── What is asked of its own view ──────────────────────────────────────────────────────────


class _Asked:
    """Answers the entries that ask for more than the engine does in bundles."""

    def __init__(self, request, *, later):
        self.request, self.later = request, later
        self.count, self.waiting = 0, []

    def __call__(self, entry):
        self.count += 1
        if self.count > MOST_ASKED:
            raise errors.TooLarge(
                "fhir.too_many_asked",
                _("Gói có quá nhiều mục gọi thao tác hoặc hỏi lịch sử; hãy chia thành nhiều gói."),
                most=MOST_ASKED,
            )
        if not self.later:
            # Nothing in sight but what the view opens by itself; whose denials hold stays.
            with access.reach(actors.SYSTEM, people=None, lens=""):
                return self._told(entry)
        answer = {}
        self.waiting.append((entry, answer))
        return answer

    def answer(self):
        """Fill in what waited for the end of a batch."""
        for entry, answer in self.waiting:
            try:
                answer |= self._told(entry)
            except errors.HaidangError as error:
                answer |= records.of_entry(error)

    def _told(self, entry):
        inner = _inner(self.request, entry)
        view, args, kwargs = inner.resolver_match
        if not _may_be_asked(inner):
            raise errors.RuleBroken(
                "fhir.not_in_a_bundle",
                _("Thao tác hay địa chỉ này không gọi được trong gói; hãy gửi riêng."),
            )
        answered = view(inner, *args, **kwargs)
        if refused := getattr(answered, "refused", None):
            raise refused
        if answered.status_code >= 400:  # of a view that is none of FHIR
            raise nowhere()
        shown = {} if entry.method == "HEAD" else {"resource": fhirjson.raw(answered.content)}
        return {"response": {"status": f"{answered.status_code} {answered.reason_phrase}"}} | shown


def _may_be_asked(inner):
    """Whether a view only reads, or refuses by itself what is asked of it."""
    match = inner.resolver_match
    reading = (each.view for each in operations.served() if each.reads)
    refuses = inner.method not in match.func.methods or match.kwargs.get("id", "").startswith("$")
    return refuses or match.url_name in _VIEWS or match.func in reading


def _inner(request, entry):
    """The request that an entry stands for, by whoever sent the bundle."""
    sent = fhirjson.dumps(entry.resource) if entry.method == "POST" and entry.resource else b""
    kept = {k: v for k, v in request.environ.items() if k not in _OF_THE_BUNDLE}
    path = f"/fhir/{unquote(entry.path)}"
    environ = kept | {
        "REQUEST_METHOD": entry.method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": iri_to_uri(entry.query),
        "CONTENT_TYPE": formats.JSON,
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.input": BytesIO(sent),
    }
    inner = WSGIRequest(environ)
    inner.actor, inner.user = request.actor, request.user
    inner.session = getattr(request, "session", {})
    inner.resolver_match = resolve(path)
    return inner
