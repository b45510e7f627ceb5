"""Answers in FHIR JSON: stored bytes as they are, with the headers that FHIR asks for."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from haidang.engines.records import api as records
from haidang.kernel import errors, fhirjson
from haidang.portals.gateway.fhir import formats, outcome

LONGEST_QUERY = 60_000  # letters: the server takes addresses of 64 KB, of which a cursor has some


def plain(resource, status=200, headers=None):
    """A resource made for this answer: a bundle, an outcome, a statement."""
    content = fhirjson.dumps(resource)
    return HttpResponse(content, status=status, content_type=formats.JSON, headers=headers)


def refusal(error):
    """The answer that refuses; it keeps what it was made of, for whoever tells it in a bundle."""
    answer = plain(records.outcome(error), error.status, outcome.headers(error))
    answer.refused = error
    return answer


def laid_out(answer):
    """An answer in JSON, indented for people (`_pretty=true`); any other as it is."""
    if not answer.streaming and answer.content and answer.get("Content-Type") == formats.JSON:
        answer.content = fhirjson.pretty(answer.content)
    return answer


def one(request, stored, *, status=200, returns="representation", shape=None, met=False):
    """One stored version, with ETag and Last-Modified; Location when it was written.

    shape    how much of it is shown (`records.Shape`), when not all
    met      it was there already, and nothing was written
    """
    if returns == "minimal":
        answer = HttpResponse(status=status, content_type=formats.JSON)
    elif returns == "operationoutcome":
        answer = plain(done(met=met), status)
    elif shape is not None:
        answer = plain(shape.of(stored), status)
    else:
        answer = HttpResponse(stored.json, status=status, content_type=formats.JSON)
    answer["ETag"] = f'W/"{stored.version}"'
    answer["Last-Modified"] = http_date(stored.at.timestamp())
    if request.method not in ("GET", "HEAD"):
        answer["Location"] = f"{base(request)}/{stored.ref}/_history/{stored.version}"
    return answer


def done(*, met=False):
    """The outcome of a write, alone or in a bundle, for who wants nothing more of it."""
    return records.saying(_("Đã có sẵn nên không ghi gì thêm.") if met else _("Đã lưu."))


def not_modified(stored):
    return _empty(304, stored)


def _empty(status, stored):
    """An answer without content, which therefore has no type."""
    answer = HttpResponse(status=status)
    del answer["Content-Type"]
    if stored is not None:
        answer["ETag"] = f'W/"{stored.version}"'
    return answer


def base(request):
    """The service base address as this client reached it."""
    return f"{request.scheme}://{request.get_host()}/fhir"


def deleted(stored):
    """The answer to a delete (204), also where there was nothing (None)."""
    return _empty(204, stored)


def searchset(request, where, page, cursor=None, *, wishes=()):
    """A page of matches as a searchset Bundle, with its links: itself, and the pages around it.

    where    what was asked below the base: a type, a compartment, or nothing for several types
    cursor   the cursor by which the page was asked for
    wishes   `_format` and `_pretty` as they were said (`negotiation.wishes`)
    """
    root, wished = base(request), urlencode(wishes)
    address = f"{root}/{where}".rstrip("/")
    bundle = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [
            {"relation": relation, "url": _page_address(address, page.self_query, wished, text)}
            for relation, text in (
                ("self", cursor),
                ("first", page.first_cursor),
                ("previous", page.previous_cursor),
                ("next", page.next_cursor),
            )
            if text or relation == "self"
        ],
        "entry": [_entry(root, each, "match", _shown(page, each)) for each in page.matches]
        + [_entry(root, each, "include", fhirjson.raw(each.json)) for each in page.included],
    }
    if page.total is not None:
        bundle["total"] = page.total
    return _without_empty_entry(bundle)


def must_lead_on(page):
    """Refuse a page of a search by form whose next no address could ask for.

    Raises    TooLarge `fhir.search_too_long` (facts: letters, most)
    """
    if page.next_cursor and len(page.self_query) > LONGEST_QUERY:
        raise errors.TooLarge(
            "fhir.search_too_long",
            _(
                "Điều kiện tìm dài quá nên không có trang sau; hãy chia các giá trị thành nhiều lần tìm, hoặc tăng _count."
            ),
            letters=len(page.self_query),
            most=LONGEST_QUERY,
        )


def _shown(page, stored):
    """A match as it was asked for; its stored bytes when it was asked for whole."""
    whole = page.shape.summary is None and not page.shape.elements
    return fhirjson.raw(stored.json) if whole else page.show(stored)


def collection(request, page, asked, *, wishes=()):
    """A page of everything of one person as a searchset Bundle (Patient/$everything).

    asked    what was asked for as (name, value), from wherever it came: the next page is a GET
    wishes   as in `searchset`
    """
    root, here = base(request), request.build_absolute_uri(request.path)
    entries = [_entry(root, each, "match", fhirjson.raw(each.json)) for each in page.shown]
    links = [{"relation": "self", "url": _address(here, [*asked, *wishes])}]
    if page.next_cursor:
        rest = [pair for pair in asked if pair[0] != "_cursor"]
        following = [*rest, *wishes, ("_cursor", page.next_cursor)]
        links.append({"relation": "next", "url": _address(here, following)})
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": page.total, "link": links}
    return _without_empty_entry({**bundle, "entry": entries})


def _entry(root, stored, mode, resource):
    return {
        "fullUrl": f"{root}/{stored.ref}",
        "resource": resource,
        "search": {"mode": mode},
    }


def _page_address(address, query, wished, cursor):
    parts = (query, wished, f"_cursor={cursor}" if cursor else "")
    asked = "&".join(part for part in parts if part)
    return f"{address}?{asked}" if asked else address


def _address(here, asked):
    """An address with what is asked there, as (name, value)."""
    return f"{here}?{urlencode(asked)}" if asked else here


def _without_empty_entry(bundle):
    """FHIR allows no empty list."""
    return {name: value for name, value in bundle.items() if name != "entry" or value}


def history(request, page, asked, *, wishes=()):
    """Versions, newest first, as a history Bundle.

    asked    what of the query counted, as (name, value)
    wishes   as in `searchset`
    """
    here, root = request.build_absolute_uri(request.path), base(request)
    bundle = {
        "resourceType": "Bundle",
        "type": "history",
        "link": [{"relation": "self", "url": _address(here, [*asked, *wishes])}],
        "entry": [_past(root, version) for version in page.entries],
    }
    rest = [*(pair for pair in asked if pair[0] != "_before"), *wishes]
    begins = {"previous": page.previous_before, "next": page.next_before}
    if page.previous_before is not None:
        begins = {"first": 0, **begins}
    bundle["link"] += [
        {"relation": relation, "url": _address(here, [*rest, *([("_before", at)] if at else [])])}
        for relation, at in begins.items()
        if at is not None
    ]
    if page.total is not None:
        bundle["total"] = page.total
    return _without_empty_entry(bundle)


def _past(root, version):
    method = "DELETE" if version.deleted else "POST" if version.version == 1 else "PUT"
    entry = {
        "fullUrl": f"{root}/{version.ref}",
        "request": {"method": method, "url": version.type if method == "POST" else version.ref},
        "response": {
            "status": {"DELETE": "204", "POST": "201", "PUT": "200"}[method],
            "etag": f'W/"{version.version}"',
            "lastModified": version.at.isoformat(timespec="milliseconds"),
        },
    }
    return entry if version.deleted else entry | {"resource": version.resource}
