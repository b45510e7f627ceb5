"""Media types: what a client takes, and what it says that it sends.

Source: FHIR R4, http.html#mime-type, #version-parameter and #general; RFC 9110, 12.5.1 (Accept);
RFC 5789, 2.2 (Accept-Patch).
"""

import functools

from django.utils.translation import gettext as _

from haidang.portals.gateway.fhir import outcome

JSON = "application/fhir+json; charset=utf-8"
JSON_PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"
#: Names under which our JSON is asked for and sent.
_JSON_NAMES = {"application/fhir+json", "application/json", "text/json", "json"}
_ANY = ("application/*", "*/*")
_VERSIONS = {"4.0", "4.0.1"}
_CHARSETS = {"utf-8", "utf8", "us-ascii"}


def refuse_other(request, asked):
    """Pass when the client takes JSON of this version of FHIR; `_format` outdoes the header.

    asked    `_format` in the address, if it is there

    Raises    NotAcceptable `fhir.only_json` (406)
    """
    if asked:
        refuse_other_format(asked)
    elif not _accepted(request.headers.get("Accept", "").strip() or "*/*"):
        raise _not_acceptable()


@functools.lru_cache(256)
def _accepted(accept):
    return _taken([_read(part) for part in accept.split(",")])


def refuse_other_format(asked):
    """The same of one `_format`, from an address (where a plus may stand unescaped) or a form.

    Raises    NotAcceptable `fhir.only_json` (406)
    """
    if not _taken([_read(asked.replace(" json", "+json"))]):
        raise _not_acceptable()


def _not_acceptable():
    return outcome.NotAcceptable(
        "fhir.only_json", _("Máy chủ chỉ trả lời bằng application/fhir+json.")
    )


def _taken(wanted):
    """True when one of these media types is ours, and not one that the client says it will not have."""
    weights = {
        name: _weight(said) for name, said in wanted if said.get("fhirversion", "4.0") in _VERSIONS
    }
    named = [weight for name, weight in weights.items() if _is_ours(name)]
    if named:
        return any(named)
    return any(weights.get(name) for name in _ANY)


def _is_ours(name):
    """A browser that asks for a page is shown the JSON."""
    return name in _JSON_NAMES or name.endswith("html")


def _weight(said):
    try:
        return float(said.get("q", 1))
    except ValueError:
        return 1.0


def require_json(request):
    """Pass when the body is JSON of this version of FHIR, or does not say what it is.

    Raises    NotReadable `fhir.only_json` (415)
    """
    name, said = _read(request.headers.get("Content-Type", ""))
    if name and (name not in {*_JSON_NAMES, *_ANY} or not _is_readable(said)):
        raise outcome.NotReadable("fhir.only_json", _("Máy chủ chỉ nhận application/fhir+json."))


def require_form(request):
    """Pass when the body is a form, or does not say what it is.

    Raises    NotReadable `fhir.only_form` (415)
    """
    name, said = _read(request.headers.get("Content-Type", ""))
    if name not in ("", FORM) or said.get("charset", "utf-8") not in _CHARSETS:
        raise outcome.NotReadable(
            "fhir.only_form", _("_search nhận tham số dưới dạng application/x-www-form-urlencoded.")
        )


def of_patch(request):
    """`JSON_PATCH`, or `JSON` for a FHIRPath Patch.

    Raises    NotReadable `fhir.only_json_patch` (415)
    """
    name, said = _read(request.headers.get("Content-Type", ""))
    if _is_readable(said) and name in (JSON_PATCH, "application/fhir+json"):
        return JSON_PATCH if name == JSON_PATCH else JSON
    raise not_a_patch()


def not_a_patch():
    """The refusal of a PATCH that is none; it tells which ones are taken."""
    return outcome.NotAPatch(
        "fhir.only_json_patch",
        _("PATCH nhận application/json-patch+json, hoặc application/fhir+json là Parameters."),
    )


def _is_readable(said):
    return said.get("charset", "utf-8") in _CHARSETS and said.get("fhirversion", "4.0") in _VERSIONS


def _read(text):
    """(name, {parameter: value}) of a media type, in small letters."""
    name, *rest = (part.strip().lower() for part in text.split(";"))
    pairs = (part.partition("=") for part in rest)
    return name, {key.strip(): value.strip().strip('"') for key, _sign, value in pairs}
