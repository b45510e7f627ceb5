"""The pages for developers of other systems, in English unless somebody chose Vietnamese."""

import functools

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from haidang.engines.access import api as access
from haidang.kernel.described import Answer, Deed, described
from haidang.portals.gateway.developers import catalogue, examples, facts, openapi, sandbox
from haidang.ui import context

_PUBLIC = {"permission": "public", "portal": "public"}


def page(name, *methods):
    """A page of this part: the view returns a template and its context."""

    def decorate(view):
        @access.screen(**_PUBLIC, methods=methods or ("GET",))
        @functools.wraps(view)
        def shown(request):
            with translation.override(_language(request)):
                template, told = view(request)
                frame = {"tabs": _tabs(name), "base": _base(request)}
                return render(request, f"developers/{template}.html", frame | told)

        return shown

    return decorate


def _language(request):
    """The language somebody chose, else English: most who read this read it."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in dict(settings.LANGUAGES) else "en"


def _base(request):
    return request.build_absolute_uri("/").rstrip("/")


def _tabs(here):
    found = (
        (_("Bắt đầu"), "developers"),
        (pgettext("nhiều", "Ví dụ"), "developer_examples"),
        (_("Tra cứu"), "developer_reference"),
        (pgettext("nhiều", "Mã lỗi"), "developer_errors"),
    )
    return [
        {"label": label, "url": reverse(f"gateway:{name}"), "active": name == here, "count": None}
        for label, name in found
    ]


@page("developers")
def start(request):
    """What this is, how to get a token, and where to go on."""
    return "start", {
        "sandbox_open": sandbox.is_open(),
        "first": examples.every()[0].shown("curl"),
        "smart": context.address("gateway:smart_configuration"),
        "apps": context.address("connections:see_apps"),
    }


@page("developers", "POST")
def get_sandbox_token(request):
    """A token for a trial, shown once."""
    return "token", {"sandbox": sandbox.issue(request)}


@page("developer_examples")
def see_examples(request):
    """Every example in one language of programming."""
    asked = request.GET.get("code", "")
    chosen = asked if asked in examples.LANGUAGES else next(iter(examples.LANGUAGES))
    languages = [
        {"name": name, "url": f"?code={code}", "active": code == chosen}
        for code, (name, _file) in examples.LANGUAGES.items()
    ]
    shown = [one.shown(chosen) for one in examples.every()]
    return "examples", {"languages": languages, "examples": shown}


@page("developer_reference")
def see_reference(request):
    """Operations, scopes, limits and profiles."""
    return "reference", {
        "operations": facts.served(),
        "scopes": facts.scopes(),
        "limits": facts.limits(),
        "profiles": facts.profiles(),
        "addresses": facts.addresses(),
    }


@page("developer_errors")
def see_errors(request):
    """Every code with what to do about it."""
    families = {}
    for one in catalogue.entries():
        families.setdefault(one.family, []).append(one)
    return "errors", {"families": list(families.items()), "total": len(catalogue.entries())}


@described(
    Deed(
        "getDescription",
        "This description",
        {200: Answer("OpenAPI 3.1", {"type": "object", "required": ["openapi", "paths"]})},
        tag="developers",
    )
)
@access.screen(**_PUBLIC)
def see_openapi(request):
    """The OpenAPI description of what is not FHIR."""
    return JsonResponse(openapi.document(_base(request)))
