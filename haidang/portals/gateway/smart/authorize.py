"""The authorisation endpoint: who is it for, what does the app see, yes or no.

What the app asked for stands in the query and is judged anew at every step; what the person says
is posted, so that no record's name enters an address.
"""

import functools
from urllib.parse import urlsplit

from django.db import transaction
from django.shortcuts import render

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor as actors
from haidang.kernel import errors, smart
from haidang.kernel.described import TEXT, URI, Answer, Deed, described
from haidang.portals.gateway.smart import persons
from haidang.rooms.connections import api as connections


def _silent(view):
    """With `prompt=none`, tell the app at its address that a page is needed, and show none.

    Source: OpenID Connect Core 1.0, 3.1.2.1 and 3.1.2.6.
    """

    @functools.wraps(view)
    def answer(request):
        if request.method == "GET" and "none" in request.GET.get("prompt", "").split():
            try:
                _wish(request)
            except access.Returned as told:
                return access.returned(told)
            except errors.Incorrect:
                return view(request)  # no app of ours: told on a page, and to nobody else
        return view(request)

    return answer


_ASKED = {
    "response_type": ("", {"const": "code"}),
    "client_id": ("As it was registered", TEXT),
    "redirect_uri": ("One of those that were registered, to the letter", URI),
    "scope": ("SMART scopes, separated by spaces", TEXT),
    "state": ("Comes back as it is; 122 bits of chance at least", TEXT),
    "aud": ("Address of the FHIR service, from which the app means to read", URI),
    "code_challenge": ("PKCE (RFC 7636)", TEXT | {"pattern": r"^[A-Za-z0-9._~-]{43,128}$"}),
    "code_challenge_method": ("", {"const": "S256"}),
    "launch": ("Of an EHR launch: what came with `launch` and `iss`", TEXT),
    "nonce": ("Comes back in the ID token", TEXT),
    "prompt": ("With `none` the app is told at once when a page would be needed", TEXT),
}  # fmt: skip


@described(
    Deed(
        "authorizeApp",
        "Ask somebody whether the app may act for them",
        {
            200: Answer(
                "A page for the person: for whom, and what the app may see", TEXT, "text/html"
            ),
            302: Answer(
                "To the page to sign in; or back to the app, with `error` and `state`",
                headers={"Location": "Where the browser goes on"},
            ),
        },
        text="Sent to in a browser, never called. After a yes the browser comes to `redirect_uri` with `code` and `state`.",
        tag="oauth",
        query=_ASKED,
        needed=tuple(_ASKED)[:8],
        codes=("access.app_unknown", "access.not_permitted"),
    )
)
@_silent
@access.screen("gateway.authorize_app", portal="public", methods=("GET", "POST"))
def authorize_app(request):
    """Let an app act for whoever has signed in, or send it away."""
    try:
        return _Consent(request, _wish(request)).answer()
    except access.Returned as told:
        return _back(request, told)


def _back(request, told):
    """On to the app with what is wrong.

    Who has just signed in comes here from a form of ours, whose answer may not lead elsewhere
    (CSP `form-action`, which Chromium applies to every redirect): they come by a page of its own.
    """
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "same-origin":
        answer = render(request, "gateway/back_to_app.html", {"uri": told.uri})
        answer["Refresh"] = f"0; url={told.uri}"
        return answer
    return access.returned(told)


def _wish(request):
    return access.wish_of(request, audience=request.build_absolute_uri("/fhir"))


class _Consent:
    """One step on the way to a yes or a no."""

    def __init__(self, request, wish):
        self.request, self.wish, self.by = request, wish, request.actor
        self.step = request.POST.get("step", "")
        self.launch = self._launch()

    def answer(self):
        self._check_scopes()
        if self.step == "refuse":
            return access.refused(self.wish)
        person, fault = self._person()
        if person is None and self._needs_person():
            return self._choose(fault)
        if person is not None and self._needs_visit():
            return self._choose_visit(person)
        visit = self._visit(person)
        return self._allow(person, visit) if self.step == "allow" else self._ask(person, visit)

    # ── For whom ───────────────────────────────────────────────────────────────────────────

    def _launch(self):
        if not self.wish.launch:
            return None
        found = access.launch_of(self.wish.launch, app=self.wish.app, account=self.by.account)
        if found is None:
            raise access.tell(self.wish, "invalid_request", "launch is unknown or has passed")
        return found

    def _needs_person(self):
        return self.launch is None and access.for_a_person(self.wish.scopes)

    def _person(self):
        """(the person the app is opened for or None, what is wrong with the choice)."""
        try:
            if self.launch is not None:
                found = self.launch.patient
                return persons.opened_for(found, by=self.by) if found else None, ""
            if not self._needs_person():
                return None, ""
            chosen = self.request.POST.get("patient", "")
            if not chosen and len(own := persons.own(self.by)) == 1 and self._is_citizen:
                return own[0], ""
            return persons.opened_for(chosen, by=self.by) if chosen else None, ""
        except (errors.NotAllowed, errors.NotFound) as why:
            if self.launch is not None:
                raise
            return None, why.message

    @property
    def _is_citizen(self):
        return self.by.kind == actors.CITIZEN

    def _choose(self, fault):
        query = self.request.POST.get("q", "")
        found, misread = persons.found(query, by=self.by)
        return self._page(
            "choose_person",
            own=persons.own(self.by),
            found=found,
            q=query,
            fault=fault or misread,
            staff=not self._is_citizen,
        )

    # ── For which visit ────────────────────────────────────────────────────────────────────

    def _needs_visit(self):
        asked = access.LAUNCH_ENCOUNTER in self.wish.scopes
        return asked and self.launch is None and not self.request.POST.get("encounter")

    def _choose_visit(self, person):
        ref = f"Patient/{person.id}"
        found = connections.visits_of(ref, person.rid, by=self.by)
        return self._page("choose_visit", person=person, visits=found, none=_NO_VISIT)

    def _visit(self, person):
        """The visit of the launch, or the one that was chosen; None for none."""
        if self.launch is not None:
            found = self.launch.encounter
        else:
            asked = access.LAUNCH_ENCOUNTER in self.wish.scopes
            found = self.request.POST.get("encounter", "") if asked else ""
        if person is None or found in ("", _NO_VISIT):
            return None
        return connections.visit_of(found, f"Patient/{person.id}", person.rid, by=self.by)

    # ── What, and yes ──────────────────────────────────────────────────────────────────────

    def _check_scopes(self):
        try:
            for scope in smart.of(self.wish.scopes):
                records.lens.check(scope)
        except errors.Incorrect as why:
            fault = _FAULTS.get(why.code, "a search here cannot be held")
            raise access.tell(self.wish, "invalid_scope", fault) from why

    def _ask(self, person, visit):
        return self._page(
            "consent",
            person=person,
            visit=visit,
            no_visit=_NO_VISIT if self.request.POST.get("encounter") else "",
            lines=connections.lines(self.wish.scopes, citizen=self._is_citizen),
            tells_identity=bool(_IDENTITY & set(self.wish.scopes)),
        )

    @transaction.atomic
    def _allow(self, person, visit):
        if self.launch is not None and not access.end_launch(self.launch):
            raise access.tell(self.wish, "invalid_request", "launch was used")
        scopes = connections.chosen(self.wish.scopes, self.request.POST.getlist("allow"))
        if visit is None:  # an app is told no more than what it got
            scopes = [one for one in scopes if one != access.LAUNCH_ENCOUNTER]
        if not scopes:
            return access.refused(self.wish)
        person = person and persons.held(person, by=self.by)
        permit = access.give_permit(
            self.wish.app,
            by=self.by,
            account=self.request.user,
            scopes=scopes,
            patient=person.id if person else None,
            patient_rid=person.rid if person else None,
            encounter=visit.id if visit else None,
            ceiling="R" if "sensitive" in scopes else "N",
        )
        return access.allowed(self.request, self.wish, scopes, permit)

    def _page(self, name, **context):
        context |= {
            "app": self.wish.app,
            "publisher": _publisher(self.wish.app),
            "here": self.request.get_full_path(),
            "host": urlsplit(self.wish.redirect_uri).hostname or self.wish.redirect_uri,
            "me": self.by,
        }
        answer = render(self.request, f"gateway/{name}.html", context)
        # A form's answer leads on to the app, which Chromium counts among the form's targets.
        answer._csp_update = {"form-action": [_source(self.wish.redirect_uri)]}
        return answer


#: Chosen by whoever wants the app for the person and for no visit of theirs.
_NO_VISIT = "-"
_FAULTS = {"records.type_unknown": "FHIR R4 has no such resource type"}
_IDENTITY = {"openid", "fhirUser", "profile"}


def _publisher(app):
    return app.publisher or (access.name_of(app.org) if app.org else "")


def _source(uri):
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
