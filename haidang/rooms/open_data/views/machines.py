"""The action API in CKAN's envelope: {help, success, result}, errors as CKAN tells them."""

import json

from django.http import HttpResponse
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.kernel.described import WHOLE, Answer, Deed, described, record
from haidang.rooms.open_data.selectors import actions
from haidang.rooms.open_data.views import bounds, shapes
from haidang.rooms.open_data.views.everybody import base_of

_LARGEST = 100_000
_JSON = "application/json;charset=utf-8"


@described(
    Deed(
        "getOpenDataVersion",
        "What version of the API this is",
        {200: Answer("3", record("ApiVersion", {"version": WHOLE}))},
        tag="open data",
        codes=("access.too_many",),
    )
)
@access.screen("public", portal="gateway")
def version(request):
    """What version of the API this is."""
    bounds.spend(request, "api")
    return _answer({"version": 3})


@described(*shapes.actions_described())
@access.screen("public", portal="gateway", methods=("GET", "POST"))
def action(request, name):
    """One action, with parameters in the address or as a JSON object."""
    told = {"help": request.build_absolute_uri(reverse("open_data:action", args=["help_show"]) + f"?name={name}")}  # fmt: skip
    try:
        bounds.spend(request, "api")
        if name in actions.REFUSED:
            return _error(told, 403, "Authorization Error", message="Access denied: this catalogue is read-only")  # fmt: skip
        if name != "help_show" and name not in actions.ACTIONS:
            return _answer(f"Bad request - Action name not known: {name}", 400)
        given = _given(request)
        result = _help(given) if name == "help_show" else actions.answer(name, given, base_of(request))  # fmt: skip
    except actions.Missing as why:
        return _error(told, 409, "Validation Error", **why.facts)
    except errors.NotFound:
        return _error(told, 404, "Not Found Error", message="Not found")
    except errors.TooMany as why:
        answer = _error(told, 429, "Rate Limit Error", message=why.message)
        answer.headers["Retry-After"] = "60"
        return answer
    except errors.Incorrect:
        return _answer("Bad request - JSON Error: No request body data", 400)
    return _answer(told | {"success": True, "result": result})


def _given(request):
    """The parameters of a request: a JSON object, a form, or the address."""
    if request.method == "GET":
        return {k: v[0] if len(v) == 1 else v for k, v in dict(request.GET.lists()).items()} | _read_filters(request.GET)  # fmt: skip
    body = request.body
    if len(body) > _LARGEST:
        raise errors.Incorrect("open_data.body_unreadable", "")
    if not body:
        return {}
    if request.content_type == "application/x-www-form-urlencoded" and not body.lstrip().startswith(b"{"):  # fmt: skip
        return request.POST.dict()
    try:
        found = _read(body)
    except (ValueError, RecursionError) as why:
        raise errors.Incorrect("open_data.body_unreadable", "") from why
    if not isinstance(found, dict):
        raise errors.Incorrect("open_data.body_unreadable", "")
    return found


def _read(text):
    """The value of a JSON text.

    Raises    ValueError, also for half a character, which no answer could repeat; RecursionError
    """
    found = json.loads(text)
    json.dumps(found, ensure_ascii=False).encode()
    return found


def _read_filters(asked):
    """`filters` comes as JSON in an address."""
    if "filters" not in asked:
        return {}
    try:
        return {"filters": _read(asked["filters"])}
    except (ValueError, RecursionError):
        return {"filters": asked["filters"]}


def _help(given):
    """The words of an action.

    Raises    NotFound `open_data.action_unknown`
    """
    name = given.get("name")
    function = actions.ACTIONS.get(name) if isinstance(name, str) else None
    if function is None:
        raise errors.NotFound("open_data.action_unknown", "")
    return function.__doc__


def _error(told, status, kind, **facts):
    return _answer(told | {"success": False, "error": {"__type": kind, **facts}}, status)


def _answer(body, status=200):
    answer = HttpResponse(json.dumps(body, ensure_ascii=False), content_type=_JSON, status=status)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
