"""Whatever other systems may call is described: FHIR by its statement, the rest by OpenAPI."""

import inspect
import types

from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse

from haidang.portals.gateway.developers import openapi
from tests.house.addresses import all_addresses

#: What answers with something else than a page of ours.
RAW = {FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse}
#: For our own pages in a browser, and for nobody else: the way to sign in, and what a phone keeps.
OF_BROWSERS = {
    ("ban-luu.js", "GET"),
    ("cong-dan/ung-dung.webmanifest", "GET"),
    ("dang-nhap/khoa/", "POST"),
    ("dang-nhap/khoa/tra-loi/", "POST"),
}
#: Addresses for machines whose other method is for our own form.
OF_OUR_FORMS = {("oauth/authorize", "POST")}


def test_every_address_that_answers_machines_is_described():
    assert _for_machines() - openapi.described_methods() - OF_OUR_FORMS == OF_BROWSERS


def test_what_is_described_is_served():
    served = {(one.route, method) for one in all_addresses() for method in one.view.methods}

    assert openapi.described_methods() - served == set()


def test_an_address_that_answers_machines_is_seen():
    seen = {route for route, _method in _for_machines()}

    assert {
        "metrics", "oauth/keys", "gateway/claims", "du-lieu-mo/catalog.jsonld", "developers/openapi.json",
        "du-lieu-mo/bo/<slug:key>/ban/<int:number>/<str:name>",
    } <= seen  # fmt: skip
    assert {"", "developers", "dang-nhap/", "thu-tuc/", "du-lieu-mo/quan-ly/"}.isdisjoint(seen)


def _for_machines():
    """(route, method) of what no person's page is: the gateway beside FHIR, and what is open to all."""
    return {
        (one.route, method)
        for one in all_addresses()
        if not _is_fhir(one.route)
        and (one.view.portal == "gateway" or (one.view.portal == "public" and _is_raw(one.view)))
        for method in one.view.methods
    }


def _is_fhir(route):
    """These stand in the FHIR description: `tests/conformance/test_fhir_addresses.py`."""
    return f"{route}/".startswith("fhir/")


def _is_raw(view):
    """Whether a view, or what it calls of its part, may answer with something else than a page."""
    seen, waiting = set(), [inspect.unwrap(view)]
    while waiting:
        function = waiting.pop()
        seen.add(function)
        found = set(_named(function))
        if RAW & found:
            return True
        part = function.__module__.rpartition(".")[0]
        waiting += [one for one in found - seen if one.__module__.startswith(part)]
    return False


def _named(function):
    """The functions and answers that a function names, also as `module.name`."""
    names = list(_names(function.__code__))
    known = [function.__globals__.get(name) for name in names]
    modules = [one for one in known if isinstance(one, types.ModuleType)]
    for one in [*known, *(getattr(module, name, None) for module in modules for name in names)]:
        if isinstance(one, types.FunctionType):
            yield inspect.unwrap(one)
        elif isinstance(one, type) and one in RAW:
            yield one


def _names(code):
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            yield from _names(one)
