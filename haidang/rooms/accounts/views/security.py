"""One's own account: password, second factors, and where one is signed in."""

import functools

import segno
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import errors
from haidang.rooms.accounts import forms
from haidang.rooms.accounts.views.answers import json_body, next_url, page

_TOTP = "accounts.totp"


def proven(view):
    """Ask for the password again before a change of security, unless it was just given."""

    @functools.wraps(view)
    def checked(request, *args, **kwargs):
        if access.is_proven(request):
            return view(request, *args, **kwargs)
        back = request.path if request.method == "GET" else reverse("security")
        return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': back})}")

    return checked


@access.screen("signed_in")
def security(request):
    """Show what protects the account, where it is signed in, and wrong tries."""
    account = request.user
    looks = ledger.looks_by(request.actor.ref, limit=200)
    return page(
        request,
        "security",
        account=account,
        factors=access.factors_of(account),
        sessions=access.sessions_of(account, current_key=request.session.session_key),
        refused=[look for look in looks if look.purpose == "sign_in"][:5],
        organisations=_organisations(account),
    )


def _organisations(account):
    """Return (code, name) of the organisations that the person may act for."""
    codes = dict.fromkeys(grant.org for grant in access.active_grants(account))
    return [(code, access.name_of(code) or code) for code in codes] if len(codes) > 1 else []


@access.screen("signed_in", methods=("POST",))
def choose_organisation(request):
    """Act for another of one's organisations from now on."""
    wanted = request.POST.get("org", "")
    if wanted in {grant.org for grant in access.active_grants(request.user)}:
        request.session[access.ORG_KEY] = wanted
    return redirect(next_url(request, reverse("security")))


@access.screen("signed_in", methods=("GET", "POST"))
@sensitive_post_parameters("password")
def confirm(request):
    """Ask for the password again."""
    form = forms.Password(request.POST or None)
    status = None
    if form.is_valid():
        try:
            access.prove_with_password(request, form.cleaned_data["password"])
            return redirect(next_url(request, reverse("security")))
        except errors.HaidangError as refusal:
            form.add_error("password", refusal.message)
            status = refusal.status
    return page(request, "confirm", form=form, status=status, next=next_url(request, ""))


@access.screen("signed_in", methods=("GET", "POST"))
@sensitive_post_parameters("password", "again")
@proven
def change_password(request):
    """Set a new password; every other session ends."""
    form = forms.NewPassword(request.POST or None)
    if form.is_valid():
        try:
            access.change_password(request.user, form.cleaned_data["password"], by=request.actor)
        except errors.Incorrect as refusal:
            form.add_error("password", refusal.message)
        else:
            access.renew_session(request)
            messages.success(request, _("Đã đổi mật khẩu. Các thiết bị khác đã được đăng xuất."))
            return redirect("security")
    return page(request, "change_password", form=form)


@access.screen("signed_in", methods=("GET", "POST"))
@proven
def add_totp(request):
    """Show the QR code for the app; a first right code switches it on."""
    secret = request.session.get(_TOTP) or access.new_totp_secret()
    request.session[_TOTP] = secret
    form = forms.Code(request.POST or None)
    if form.is_valid():
        try:
            codes = access.add_totp(request.user, secret, form.cleaned_data["code"].strip())
        except errors.HaidangError as refusal:
            form.add_error("code", refusal.message)
        else:
            del request.session[_TOTP]
            return page(request, "recovery_codes", codes=codes)
    uri = access.totp_uri(request.user, secret)
    picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=2, light="#fff")
    return page(request, "add_totp", form=form, picture=picture, secret=_in_fours(secret))


def _in_fours(secret):
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


@access.screen("signed_in", methods=("POST",))
@proven
def remove_totp(request):
    """Switch the codes of the app off."""
    access.remove_totp(request.user)
    messages.success(request, _("Đã tắt mã xác thực."))
    return redirect("security")


@access.screen("signed_in", methods=("POST",))
@proven
def recovery_codes(request):
    """Make fresh recovery codes and show them once."""
    if not access.has_second(request.user):
        return redirect("security")
    return page(request, "recovery_codes", codes=access.new_recovery_codes(request.user))


@access.screen("signed_in")
@proven
def add_passkey(request):
    """Explain passkeys and let the browser make one."""
    return page(request, "add_passkey")


@access.screen("signed_in", methods=("POST",))
@proven
def passkey_begin(request):
    """Tell the browser what passkey to make."""
    return JsonResponse(access.passkey_options_to_add(request.user))


@access.screen("signed_in", methods=("POST",))
@proven
def passkey_keep(request):
    """Keep the passkey that the browser has made; recovery codes come with the first."""
    try:
        body = json_body(request)
        codes = access.add_passkey(request.user, str(body["name"]), body["credential"])
    except KeyError:
        return JsonResponse(
            {"message": _("Khoá truy cập chưa dùng được. Hãy thử lại.")}, status=400
        )
    except errors.HaidangError as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    messages.success(request, _("Đã thêm khoá truy cập."))
    return JsonResponse({"url": reverse("security"), "codes": codes})


@access.screen("signed_in", methods=("POST",))
@proven
def remove_passkey(request, passkey_id):
    """Forget one passkey."""
    access.remove_passkey(request.user, passkey_id)
    messages.success(request, _("Đã xoá khoá truy cập."))
    return redirect("security")


@access.screen("signed_in", methods=("POST",))
def end_session(request, session_id):
    """End one session, wherever it is."""
    access.end_session(request.user, session_id)
    messages.success(request, _("Đã kết thúc phiên đăng nhập."))
    return redirect("security")


@access.screen("signed_in", methods=("POST",))
def end_other_sessions(request):
    """End every session but this one."""
    key = request.session.session_key
    ended = access.end_sessions(request.user, by=request.actor, keep_key=key)
    messages.success(request, _("Đã kết thúc %(n)d phiên đăng nhập khác.") % {"n": ended})
    return redirect("security")
