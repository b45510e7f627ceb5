"""What a request asks for beside its address: formats, preferences, conditions, body."""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import dates, errors, fhirjson
from haidang.portals.gateway.fhir import formats

LARGEST_BODY = 64 * 1024 * 1024
MOST_VERSIONS = 1000
MOST_PARAMETERS = 500
_ETAG = re.compile(r'\s*(?:W/)?"?([A-Za-z0-9\-.]{1,64})"?\s*\Z')
# Parameters that shape the answer and are not part of the search itself.
_OF_THE_ANSWER = {"_format", "_pretty"}
_SUMMARIES = {"true", "text", "data", "false"}


@dataclass(frozen=True)
class Preferences:
    """The `Prefer` header (FHIR R4, http.html#ops and search.html#errors)."""

    returns: str = "representation"
    strict: bool = False


def preferences(request, usual="representation"):
    """Read the `Prefer` header; what is not understood is passed over, as the standard asks.

    Of a preference that is said twice the first counts (RFC 7240, 2). Who says nothing of what is
    to come back gets the usual.
    """
    named = {}
    for part in re.split("[;,]", request.headers.get("Prefer", "").lower()):
        name, _sign, value = part.partition("=")
        named.setdefault(name.strip(), value.strip().strip('"'))
    return Preferences(returns=named.get("return", usual), strict=named.get("handling") == "strict")


def shape(request):
    """How much of one resource is asked for by `_summary` and `_elements`; None for all of it.

    Raises    Incorrect `fhir.parameter_unreadable` for another `_summary`
    """
    return shape_of(request.META.get("QUERY_STRING", ""))


def shape_of(text):
    """The same of a query as it was written, such as that of an entry in a bundle."""
    asked = dict(_pairs(text))
    summary, elements = asked.get("_summary", "false"), asked.get("_elements", "")
    if summary not in _SUMMARIES:
        raise errors.Incorrect(
            "fhir.parameter_unreadable",
            _("_summary của một tài nguyên là true, text, data hoặc false."),
            name="_summary",
        )
    names = tuple(name for name in elements.split(",") if name)
    return records.Shape(summary, names) if names or summary != "false" else None


def body(request):
    """The resource in the body.

    Raises    NotReadable `fhir.only_json` (415), TooLarge `fhir.body_too_large` (413),
              Incorrect `fhirjson.unreadable`, `fhirjson.twice` or `fhir.not_a_resource` (400)
    """
    formats.require_json(request)
    found = fhirjson.received(raw(request))
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise errors.Incorrect(
            "fhir.not_a_resource",
            _("Nội dung gửi lên phải là một tài nguyên FHIR có resourceType."),
        )
    return found


def patch_operations(request):
    """What a PATCH asks for: the list of a JSON Patch, or the Parameters of a FHIRPath Patch.

    Raises    NotReadable `fhir.only_json_patch` (415); as `body` otherwise
    """
    if formats.of_patch(request) == formats.JSON_PATCH:
        return fhirjson.received(raw(request))
    found = body(request)
    if found["resourceType"] != "Parameters":
        raise formats.not_a_patch()
    return found


def raw(request, most=LARGEST_BODY):
    """The bytes of the body, at most so many.

    Raises    TooLarge `fhir.body_too_large` (413)
    """
    if int(request.headers.get("Content-Length") or 0) > most:
        raise _too_large(most)
    found = request.read(most + 1)
    if len(found) > most:
        raise _too_large(most)
    return found


def _too_large(most):
    return errors.TooLarge(
        "fhir.body_too_large",
        _("Nội dung gửi lên lớn hơn mức cho phép; hãy chia thành nhiều gói nhỏ hơn."),
        most_bytes=most,
    )


def expected_version(request):
    """What there must be now, as the engine takes it: as `version_of`; 0 when there must be none."""
    if request.headers.get("If-None-Match", "").strip() == "*" and request.method == "PUT":
        return 0  # RFC 9110, 13.1.2
    return version_of(request.headers.get("If-Match"))


def version_of(etag):
    """The version that an `If-Match` names: a number, `*` for whichever there is, or None.

    Raises    PreconditionFailed `fhir.unknown_version` when it cannot be a version of ours
    """
    if etag is None:
        return None
    if etag.strip() == records.ANY:
        return records.ANY
    found = _ETAG.match(etag)
    if found is None or not _is_number(found[1]):
        raise errors.PreconditionFailed(
            "fhir.unknown_version", _('If-Match phải là phiên bản đã đọc, ví dụ W/"3".')
        )
    return int(found[1])


def unchanged_since(request, stored):
    """True when the client already has this version (If-None-Match, If-Modified-Since)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        known = {found[1] for tag in tags.split(",") if (found := _ETAG.match(tag))}
        return str(stored.version) in known or tags.strip() == "*"
    since = request.headers.get("If-Modified-Since")
    return (
        since is not None
        and _moment(since) is not None
        and stored.at.replace(microsecond=0) <= _moment(since)
    )


def _moment(header):
    """The moment of an HTTP date; one without a zone is of Greenwich (RFC 9110, 5.6.7)."""
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def history(request):
    """The parameters of a history: `_since`, `_at`, `_list`, `_count`, and our own `_before` for the next page.

    Returns   (what they say, those of them that count as (name, value))
    Raises    Incorrect `fhir.parameter_unreadable`; under `handling=strict`
              `fhir.parameter_unknown`
    """
    asked = dict(parameters(request))
    others = sorted(asked.keys() - {"_since", "_at", "_list", "_count", "_before"})
    if others and preferences(request).strict:
        raise unknown(others[0])
    since, at = _span_of(asked, "_since"), _span_of(asked, "_at")
    found = {
        "since": since and since[0],
        "current": at,
        "listed": asked.get("_list") or None,
        "count": min(_number_of(asked, "_count", 50), MOST_VERSIONS),
        "before": _number_of(asked, "_before", None),
    }
    return found, [pair for pair in asked.items() if pair[0] not in others and pair[1]]


def unknown(name):
    """The refusal of a parameter that is not one."""
    return errors.Incorrect(
        "fhir.parameter_unknown",
        _("Không có tham số %(name)s.") % {"name": name[:60]},
        name=name[:60],
    )


def _span_of(asked, name):
    """The span of a date; the plus of its zone arrives as a space when it was not encoded."""
    if not asked.get(name):
        return None
    try:
        return dates.parse_fhir(asked[name].replace(" ", "+"))
    except errors.Incorrect as why:
        raise errors.Incorrect("fhir.parameter_unreadable", why.message, name=name) from why


def _number_of(asked, name, otherwise):
    text = asked.get(name, "")
    if not text:
        return otherwise
    if not _is_number(text) or len(text) > 18:
        raise errors.Incorrect(
            "fhir.parameter_unreadable",
            _("%(name)s phải là số nguyên không âm.") % {"name": name},
            name=name,
        )
    return int(text)


def _is_number(text):
    return text.isascii() and text.isdigit()


def parameters(request):
    """Search parameters in their order, from the address and, for POST, from the form too.

    Raises    NotReadable `fhir.only_form` (415), NotAcceptable `fhir.only_json` (406)
    """
    pairs = _of_address(request)
    if request.method == "POST":
        formats.require_form(request)
        form = _pairs(raw(request).decode("utf-8", "replace"))
        for format in (value for name, value in form if name == "_format"):
            formats.refuse_other_format(format)
        request.form = form
        pairs = [*pairs, *form]
    asked = [pair for pair in pairs if pair[0] not in _OF_THE_ANSWER]
    return [(name, _also_at_home(request, value)) for name, value in asked]


def _also_at_home(request, value):
    """A value, and beside each address below the one by which this server was reached the same
    without it: whoever takes it from a `fullUrl` means the resource.
    """
    if "://" not in value:
        return value
    home = request.build_absolute_uri("/fhir/")
    parts = value.split(",")
    inside = [part.removeprefix(home) for part in parts if part.startswith(home)]
    return ",".join(dict.fromkeys([*parts, *inside]))


def is_pretty(request):
    """True when the answer is wanted for people's eyes, by the address or by a form that was read."""
    text = request.META.get("QUERY_STRING", "")
    return ("_pretty", "true") in getattr(request, "form", ()) or (
        "_pretty" in text and request.GET.get("_pretty") == "true"
    )


def format(request):
    """`_format` as the address says it, the last when it says several; None without."""
    return dict(_of_address(request)).get("_format")


def wishes(request):
    """How the answer was asked for (`_format`, `_pretty`), by the address or by a form that was read.

    Each link of the answer says it again, so that the next page looks like this one.
    """
    return [
        *_wishes(_of_address(request)),
        *_wishes(getattr(request, "form", ())),
    ]


def wishes_of(text):
    """The same of a query as it was written, such as that of an entry in a bundle."""
    return _wishes(_pairs(text))


def _wishes(pairs):
    return [pair for pair in pairs if pair[0] in _OF_THE_ANSWER and pair[1]]


def query(request):
    """The parameters in the address alone, in their order."""
    return [pair for pair in _of_address(request) if pair[0] not in _OF_THE_ANSWER]


def has_body(request):
    """True when something was sent."""
    return request.headers.get("Content-Length", "0") != "0"


def _of_address(request):
    """The parameters in the address, read once for each request."""
    if not hasattr(request, "asked"):
        request.asked = _pairs(request.META.get("QUERY_STRING", ""))
    return request.asked


def _pairs(text):
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError as why:
        raise errors.TooLarge(
            "fhir.too_many_parameters", _("Quá nhiều tham số tìm kiếm."), most=MOST_PARAMETERS
        ) from why
    refuse_nul(pairs)
    return pairs


def refuse_nul(found):
    """Pass when no text has the character NUL, which no text of FHIR has and no database keeps.

    Raises    Incorrect `fhir.parameter_unreadable`
    """
    if isinstance(found, str):
        if "\0" in found:
            raise errors.Incorrect(
                "fhir.parameter_unreadable", _("Không được gửi ký tự NUL (U+0000).")
            )
    elif isinstance(found, dict):
        refuse_nul([*found, *found.values()])
    elif isinstance(found, list | tuple):
        for each in found:
            refuse_nul(each)
