"""Language, light or dark, and the gallery of components."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware import csrf
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.ui import context, examples, offline
from haidang.ui.templatetags import ui as static_files

A_YEAR_S = 365 * 24 * 3600
THEMES = {"light", "dark"}
SHELLS = {"staff": "ui/staff.html", "office": "ui/office.html", "citizen": "ui/citizen.html"}


@access.screen("public", portal="public", methods=("POST",))
def language(request):
    """Remember the language in a cookie and go back to the page."""
    wanted = request.POST.get("language")
    known = wanted in dict(settings.LANGUAGES)
    return _remember(request, settings.LANGUAGE_COOKIE_NAME, wanted if known else "")


@access.screen("public", portal="public", methods=("POST",))
def theme(request):
    """Remember light or dark in a cookie; without one the device decides."""
    wanted = request.POST.get("theme")
    return _remember(request, context.THEME_COOKIE, wanted if wanted in THEMES else "")


@access.screen("public", portal="public")
def manifest(request):
    """What a phone needs to put the citizen portal on its home screen."""
    facts = {
        "name": _("Hải Đăng, sức khoẻ cả nhà"),
        "short_name": "Hải Đăng",
        "lang": context.Shell(request).language,
        "start_url": context.address("citizen:home") or "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#14304f",
        "theme_color": "#14304f",
        "icons": [
            {"src": static_files.asset("ui/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}
        ],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@access.screen("public", portal="public")
def keeper(request):
    """The service worker that keeps pages for when there is no network; the root is its reach."""
    answer = HttpResponse(offline.script(), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@access.screen("public", portal="public")
def offline_page(request):
    """What a phone shows for a page that it has not kept, when there is no network."""
    return render(request, "ui/offline.html")


@access.screen("public", portal="public")
def gallery(request):
    """Every component with its parameters and examples."""
    _only_where_open(request)
    components = examples.components(csrf_token=csrf.get_token(request))
    return render(request, "ui/gallery.html", {"components": components, "shells": SHELLS})


@access.screen("public", portal="public")
def gallery_shell(request, shell):
    """One shell with a page of examples inside."""
    _only_where_open(request)
    if shell not in SHELLS:
        raise errors.NotFound("ui.no_such_shell", _("Không có khung này."))
    facts = {"layout": SHELLS[shell], **examples.page()}
    return render(request, "ui/gallery_shell.html", facts)


def _only_where_open(request):
    """The gallery is open in the demo city; elsewhere it is for the administrator."""
    actor = getattr(request, "actor", None)
    if settings.HAIDANG_SYNTHETIC or (actor and "administrator" in actor.roles):
        return
    raise errors.NotFound("address.unknown", _("Không có địa chỉ này."))


def _remember(request, cookie, value):
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if safe else "/")
    if value:
        response.set_cookie(
            cookie, value, max_age=A_YEAR_S, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response
