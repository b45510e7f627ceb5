"""What the views of this room share: where to go next, and a refused form."""

import json

from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from haidang.kernel import actor as actors
from haidang.kernel import errors

LAYOUTS = {actors.CITIZEN: "ui/citizen.html"}


def next_url(request, default="/"):
    """Return the address asked for in `next`, when it leads within this house."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else default


def json_body(request):
    """Return the JSON object sent by a script of ours; a stranger may send anything.

    Raises    Incorrect `accounts.not_json`
    """
    body = None
    if request.content_type == "application/json":
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
    if not isinstance(body, dict):
        raise errors.Incorrect("accounts.not_json", _("Yêu cầu không đọc được. Hãy tải lại trang."))
    return body


def layout_of(request):
    """Return the shell that fits who asks: the same page serves citizens and staff."""
    return LAYOUTS.get(request.actor.kind, "ui/staff.html") if request.actor else "ui/public.html"


def errors_of(form):
    """Return the form's errors as the error summary wants them."""
    found = []
    for name, messages in form.errors.items():
        field_id = form[name].id_for_label if name in form.fields else ""
        found += [{"field_id": field_id, "message": message} for message in messages]
    return found


def page(request, template, *, form=None, status=None, **context):
    """Render a page of this room; a form that came back is 422 unless told otherwise."""
    if form is not None:
        context |= {"form": form, "errors": errors_of(form) if form.is_bound else []}
        status = status or (422 if context["errors"] else 200)
    context.setdefault("layout", layout_of(request))
    return render(request, f"accounts/{template}.html", context, status=status)
