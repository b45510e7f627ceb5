"""Screens of the room: the list, one facility, and its forms."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.facilities import forms, selectors, services
from haidang.ui import context as shell

_STATES = {"active": True, "closed": False}
_FIELD_OF = {
    "facilities.code_taken": "code",
    "places.facility_code_shape": "code",
    "places.facility_name_missing": "name",
    "places.facility_kind_unknown": "kind",
    "places.facility_level_unknown": "level",
    "places.unit_unknown": "commune",
    "places.unit_former": "commune",
    "places.facility_unknown": "successor",
    "places.facility_own_successor": "successor",
}


@access.screen("facilities.see_facilities", portal="office")
def see_facilities(request):
    """List facilities; filters stand in the address."""
    form = forms.Filter(request.GET or None, communes=selectors.communes())
    wanted = form.cleaned_data if form.is_valid() else {}
    found = selectors.facilities(
        by=request.actor,
        query=wanted.get("q", ""),
        kind=wanted.get("kind", ""),
        commune=wanted.get("commune", ""),
        active=_STATES.get(wanted.get("state")),
        number=_page_number(request),
    )
    may_add = access.may(request.actor, "facilities.save_facility") and access.is_city_wide(
        request.actor
    )
    context = {"found": found, "filter": form, "may_add": may_add, "pages": _pages(request, found)}
    return _page(request, "facilities", context)


def _page_number(request):
    asked = request.GET.get("trang", "")
    return min(int(asked), 10_000) if asked.isdecimal() and int(asked) else 1


def _pages(request, found):
    """The neighbours of a page as the pagination component wants them."""

    def address(number):
        query = request.GET.copy()
        query["trang"] = number
        return f"?{query.urlencode()}"

    return {
        "total": found.total,
        "next_url": address(found.number + 1) if found.has_next else "",
        "previous_url": address(found.number - 1) if found.number > 1 else "",
    }


@access.screen("facilities.see_facilities", portal="office")
def see_facility(request, code):
    """Show one facility with departments and past."""
    return _facility(request, code)


def _facility(request, code, form=None):
    page = selectors.facility(code, by=request.actor)
    context = {"page": page, "form": form or forms.Department(), "errors": _errors(form)}
    return _page(request, "facility", context)


@access.screen("facilities.save_facility", portal="office", methods=("GET", "POST"))
def add_facility(request):
    """Enter a new facility."""
    form = forms.NewFacility(request.POST or None, communes=selectors.communes())
    if form.is_valid():
        try:
            saved = services.add_facility(by=request.actor, **form.cleaned_data)
        except errors.NotAllowed:
            raise
        except errors.HaidangError as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.message)
        else:
            return _done(request, saved.code, _("Đã thêm cơ sở vào danh mục."))
    return _form(
        request, form, title=_("Thêm cơ sở y tế"), back=reverse("facilities:see_facilities")
    )


@access.screen("facilities.save_facility", portal="office", methods=("GET", "POST"))
def save_facility(request, code):
    """Change a facility."""
    facility = selectors.facility(code, by=request.actor).facility
    access.require(request.actor, "facilities.save_facility", org=code)
    initial = {name: getattr(facility, name) for name in forms.Facility.base_fields}
    form = forms.Facility(request.POST or None, initial=initial, communes=selectors.communes())
    if form.is_valid():
        try:
            services.save_facility(code, by=request.actor, **form.cleaned_data)
        except errors.NotAllowed:
            raise
        except errors.HaidangError as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.message)
        else:
            return _done(request, code, _("Đã lưu thông tin cơ sở."))
    back = reverse("facilities:see_facility", args=[code])
    return _form(request, form, title=_("Sửa cơ sở y tế"), back=back)


@access.screen("facilities.save_department", portal="office", methods=("POST",))
def save_department(request, code):
    """Add or change a department."""
    form = forms.Department(request.POST)
    if form.is_valid():
        try:
            saved = services.save_department(code, by=request.actor, **form.cleaned_data)
        except errors.Incorrect as refusal:
            form.add_error("name", refusal.message)
        else:
            return _done(request, code, _("Đã lưu khoa %(name)s.") % {"name": saved.name})
    return _facility(request, code, form)


def _form(request, form, **context):
    return _page(request, "form", context | {"form": form, "errors": _errors(form)})


def _page(request, template, context):
    """Render in the shell where the asker belongs; a form that came back is 422."""
    layout = f"ui/{shell.portal_of(request.actor)}.html"
    status = 422 if context.get("errors") else 200
    return render(
        request, f"facilities/{template}.html", context | {"layout": layout}, status=status
    )


def _errors(form):
    """The form's errors as the error summary wants them."""
    if form is None or not form.is_bound:
        return []
    return [
        {"field_id": form[name].id_for_label if name in form.fields else "", "message": message}
        for name, sentences in form.errors.items()
        for message in sentences
    ]


def _done(request, code, sentence):
    messages.success(request, sentence)
    return redirect("facilities:see_facility", code=code)
