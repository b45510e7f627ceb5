"""Accounts and systems as their keepers see them."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.accounts import forms, selectors, services
from haidang.rooms.accounts.views.answers import page

OFFICE = "ui/office.html"
_STATES = {"active": True, "closed": False}


@access.screen("accounts.see_accounts", portal="office")
def see_accounts(request):
    """List the accounts of the keeper's organisation; filters stand in the address."""
    form = forms.Filter(request.GET or None, roles=selectors.roles(by=request.actor))
    wanted = form.cleaned_data if form.is_valid() else {}
    cards, after = selectors.accounts(
        by=request.actor,
        text=wanted.get("q", ""),
        role=wanted.get("role", ""),
        active=_STATES.get(wanted.get("state")),
        after=request.GET.get("sau"),
    )
    return page(
        request, "accounts", layout=OFFICE, cards=cards, filter=form, pages=_pages(request, after)
    )


def _pages(request, after):
    """Return the neighbours of a page as the pagination component wants them."""
    query = request.GET.copy()
    query.pop("sau", None)
    first = f"?{query.urlencode()}"
    forward = f"?{urlencode({**query.dict(), 'sau': after})}" if after else ""
    return {"next_url": forward, "previous_url": first if "sau" in request.GET else ""}


@access.screen("accounts.create_account", portal="office", methods=("GET", "POST"))
def create_account(request):
    """Create an account; its temporary password is shown once."""
    roles = selectors.roles(by=request.actor)
    form = forms.NewAccount(request.POST or None, roles=roles)
    if form.is_valid():
        try:
            pk, password = services.create_account(by=request.actor, **form.cleaned_data)
            return _show_password(request, pk, password)
        except errors.HaidangError as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.message)
    offered = selectors.organisations(by=request.actor)
    return page(request, "new_account", layout=OFFICE, form=form, organisations=offered)


_FIELD_OF = {
    "access.username_taken": "username",
    "access.bad_username": "username",
    "access.unknown_role": "role",
    "access.role_out_of_scope": "role",
    "access.unknown_org": "org",
}


def _show_password(request, account_id, password):
    card = selectors.account(account_id, by=request.actor)
    return page(request, "temporary_password", layout=OFFICE, card=card, password=password)


@access.screen("accounts.see_accounts", portal="office")
def see_account(request, account_id):
    """Show one account with its roles and what may be done."""
    return _account(request, account_id)


def _account(request, account_id, form=None):
    card = selectors.account(account_id, by=request.actor)
    form = form or forms.Role(roles=selectors.roles(by=request.actor))
    own = card.id == request.actor.account
    offered = selectors.organisations(by=request.actor)
    return page(
        request, "account", layout=OFFICE, form=form, card=card, own=own, organisations=offered
    )


@access.screen("accounts.change_roles", portal="office", methods=("POST",))
def give_role(request, account_id):
    """Give a role."""
    form = forms.Role(request.POST, roles=selectors.roles(by=request.actor))
    if form.is_valid():
        try:
            services.give_role(account_id, by=request.actor, **form.cleaned_data)
        except (errors.Incorrect, errors.NotAllowed) as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.message)
        else:
            return _done(request, account_id, _("Đã phân quyền."))
    return _account(request, account_id, form)


@access.screen("accounts.change_roles", portal="office", methods=("POST",))
def take_role(request, account_id):
    """Take a role back."""
    role, org = request.POST.get("role", ""), request.POST.get("org", "")
    services.take_role(account_id, by=request.actor, role=role, org=org)
    return _done(request, account_id, _("Đã thu hồi vai trò."))


@access.screen("accounts.disable_account", portal="office", methods=("POST",))
def disable_account(request, account_id):
    """Close an account."""
    services.disable_account(account_id, by=request.actor)
    return _done(request, account_id, _("Đã khoá tài khoản và kết thúc mọi phiên đăng nhập."))


@access.screen("accounts.disable_account", portal="office", methods=("POST",))
def enable_account(request, account_id):
    """Open a closed account."""
    services.enable_account(account_id, by=request.actor)
    return _done(request, account_id, _("Đã mở lại tài khoản."))


@access.screen("accounts.reset_password", portal="office", methods=("POST",))
def reset_password(request, account_id):
    """Set a temporary password and show it once."""
    password = services.reset_password(account_id, by=request.actor)
    return _show_password(request, account_id, password)


@access.screen("accounts.reset_password", portal="office", methods=("POST",))
def reset_factors(request, account_id):
    """Remove lost second factors."""
    services.reset_factors(account_id, by=request.actor)
    return _done(request, account_id, _("Đã gỡ lớp bảo vệ thứ hai. Người dùng cần bật lại."))


def _done(request, account_id, sentence):
    messages.success(request, sentence)
    return redirect(reverse("accounts:see_account", args=[account_id]))


@access.screen("accounts.see_systems", portal="office")
def see_systems(request):
    """List the systems that connect."""
    found = selectors.systems(by=request.actor)
    return page(request, "systems", layout=OFFICE, systems=found)


@access.screen("accounts.connect_system", portal="office", methods=("GET", "POST"))
def connect_system(request):
    """Register a system; its token is shown once."""
    form = forms.NewSystem(request.POST or None, scopes=selectors.scopes())
    if form.is_valid():
        try:
            token = services.connect_system(by=request.actor, **form.cleaned_data)
            name = form.cleaned_data["name"]
            return page(request, "token", layout=OFFICE, token=token, name=name)
        except errors.HaidangError as refusal:
            form.add_error(None, refusal.message)
    offered = selectors.organisations(by=request.actor)
    return page(request, "new_system", layout=OFFICE, form=form, organisations=offered)


@access.screen("accounts.connect_system", portal="office", methods=("POST",))
def disconnect_system(request, uid):
    """Close a system's door."""
    services.disconnect_system(uid, by=request.actor)
    messages.success(request, _("Đã ngắt kết nối hệ thống."))
    return redirect("accounts:see_systems")
