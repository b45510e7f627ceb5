"""Signing in and out: the password, then a code or a passkey."""

from django.http import JsonResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.accounts import forms
from haidang.rooms.accounts.views.answers import json_body, next_url, page

HOME = "/"


@access.screen("public", portal="public", methods=("GET", "POST"))
@sensitive_post_parameters("password")
def sign_in(request):
    """Ask for name and password; lead on to the second step or to where the person was going."""
    if request.method == "GET" and request.actor is not None:
        return redirect(next_url(request, HOME))
    form = forms.SignIn(request.POST or None)
    status = None
    if form.is_valid():
        try:
            return _after_password(request, access.check_password(request, **form.cleaned_data))
        except errors.HaidangError as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
    return page(request, "sign_in", form=form, status=status, next=next_url(request, ""))


def _after_password(request, account):
    if access.begin(request, account):
        request.session["accounts.next"] = next_url(request, HOME)
        return redirect("accounts:second_step")
    return redirect(next_url(request, HOME))


@access.screen("public", portal="public", methods=("GET", "POST"))
@sensitive_post_parameters("code")
def second_step(request):
    """Ask for the code of the app or a recovery code, after the password."""
    account = access.pending(request)
    if account is None:
        return redirect("account_login")
    form = forms.Code(request.POST or None)
    status = None
    if form.is_valid():
        target = request.session.get("accounts.next", HOME)
        try:
            access.check_code(request, account, form.cleaned_data["code"])
            return redirect(target)
        except errors.HaidangError as refusal:
            form.add_error("code", refusal.message)
            status = refusal.status
    passkeys = bool(access.factors_of(account).passkeys)
    return page(request, "second_step", form=form, status=status, passkeys=passkeys)


@access.screen("public", portal="public", methods=("POST",))
def passkey_options(request):
    """Tell the browser which challenge its passkey has to answer."""
    return JsonResponse(access.passkey_options())


@access.screen("public", portal="public", methods=("POST",))
def passkey_answer(request):
    """Sign in with the passkey's answer; say where to go, or what went wrong."""
    target = request.session.get("accounts.next") or next_url(request, HOME)
    try:
        access.check_passkey(request, json_body(request))
    except errors.HaidangError as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    return JsonResponse({"url": target})


@access.screen("signed_in", portal="public", methods=("POST",))
def sign_out(request):
    """Close this session."""
    access.sign_out(request)
    return redirect("account_login")
