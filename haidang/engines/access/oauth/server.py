"""The rules of SMART App Launch on top of django-oauth-toolkit.

Source: SMART App Launch 2.2.0; RFC 6749, 7009, 7523, 7636, 9700.
"""

import hashlib
import json
from datetime import timedelta

from django.utils import timezone
from oauth2_provider import oauth2_backends, oauth2_validators
from oauth2_provider.settings import oauth2_settings

from haidang.engines.access.oauth import assertions, words
from haidang.engines.access.oauth.models import AccessToken, Grant, RefreshToken, SpentCode
from haidang.engines.access.oauth.permits import end_permit_of_stolen

SERVICE_TOKEN_S = 300


class Core(oauth2_backends.OAuthLibCore):
    """Tells the rules below under which address this server was reached, and whether by anybody."""

    def extract_headers(self, request):
        known = {
            words.BASE: request.build_absolute_uri("/"),
            words.SIGNED_IN: request.actor is not None,
        }
        return super().extract_headers(request) | known


class Validator(oauth2_validators.OAuth2Validator):
    """What django-oauth-toolkit asks at each step."""

    oidc_claim_scope = {"sub": "openid", "fhirUser": "fhirUser", "name": "profile"}

    # ── Who the client is ──────────────────────────────────────────────────────────────────

    def client_authentication_required(self, request, *args, **kwargs):
        if getattr(request, "client_assertion", None):
            return True
        _named_by_its_token(request)
        return super().client_authentication_required(request, *args, **kwargs)

    def authenticate_client(self, request, *args, **kwargs):
        """By a signed assertion, or by a secret where no key was registered."""
        if getattr(request, "client_assertion", None):
            return self._signed(request)
        return super().authenticate_client(request, *args, **kwargs) and not request.client.signs

    def _signed(self, request):
        if getattr(request, "client_assertion_type", None) != assertions.TYPE:
            return False
        endpoint = words.token_endpoint(request.headers[words.BASE])
        app = assertions.app_of(request.client_assertion, endpoint=endpoint)
        if app is None or request.client_id not in (None, app.client_id):
            return False
        request.client, request.client_id = app, app.client_id
        return True

    # ── What it is given ───────────────────────────────────────────────────────────────────

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs):
        request.scopes = words.granted(scopes, client)
        # Of an app the page of consent says what is wrong; a service is told here.
        return bool(request.scopes) and (not client.is_service or words.are_fit(request.scopes))

    def get_default_scopes(self, client_id, request, *args, **kwargs):
        return list(request.client.scopes) if request.client.is_service else []

    def validate_silent_login(self, request):
        return request.headers[words.SIGNED_IN]

    def validate_silent_authorization(self, request):
        """Never: a person is asked each time, for whom and for what (decision 0004)."""
        return False

    def is_pkce_required(self, client_id, request):
        return True

    # ── Codes ──────────────────────────────────────────────────────────────────────────────

    def _create_authorization_code(self, request, code, expires=None):
        lives = timedelta(seconds=oauth2_settings.AUTHORIZATION_CODE_EXPIRE_SECONDS)
        return Grant.objects.create(
            application=request.client,
            user=request.user,
            permit=request.permit,
            code=code["code"],
            expires=expires or timezone.now() + lives,
            redirect_uri=request.redirect_uri,
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge,
            code_challenge_method=request.code_challenge_method,
            nonce=request.nonce or "",
            claims=json.dumps(request.claims or {}),
        )

    def validate_code(self, client_id, code, client, request, *args, **kwargs):
        """A code works once; its second use ends what came of the first (RFC 6749, 4.1.2)."""
        if not super().validate_code(client_id, code, client, request, *args, **kwargs):
            spent = SpentCode.objects.filter(checksum=_hash(code), permit__app=client)
            end_permit_of_stolen(spent.values_list("permit", flat=True).first())
            return False
        request.permit = Grant.objects.select_related("permit").get(code=code).permit
        return request.permit.ended_at is None

    def invalidate_authorization_code(self, client_id, code, request, *args, **kwargs):
        super().invalidate_authorization_code(client_id, code, request, *args, **kwargs)
        SpentCode.objects.create(checksum=_hash(code), permit=request.permit)

    # ── Tokens ─────────────────────────────────────────────────────────────────────────────

    def validate_refresh_token(self, refresh_token, client, request, *args, **kwargs):
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            return False
        request.permit = request.refresh_token_instance.permit
        return request.permit.ended_at is None and request.user.is_active

    def get_original_scopes(self, refresh_token, request, *args, **kwargs):
        """What the person allowed: an access token of less does not make the next refresh less.

        Source: RFC 6749, 6 (a new refresh token has the scope of the one it replaces).
        """
        return list(request.permit.scopes)

    def is_within_original_scope(self, request_scopes, refresh_token, request, *args, **kwargs):
        """A part of a scope lies within it too: `patient/Patient.r` within `patient/*.rs`."""
        return words.within(request_scopes, request.permit.scopes)

    def _save_bearer_token(self, token, request, *args, **kwargs):
        scopes = token.get("scope", "").split()
        if request.client.is_service:
            token["expires_in"] = SERVICE_TOKEN_S
        elif words.OFFLINE not in scopes:
            token.pop("refresh_token", None)
        super()._save_bearer_token(token, request, *args, **kwargs)
        permit = getattr(request, "permit", None)
        if permit is not None and permit.patient:
            token["patient"] = permit.patient
            token["need_patient_banner"] = True
        if permit is not None and permit.encounter:
            token["encounter"] = permit.encounter

    def _create_access_token(self, *args, **kwargs):
        made = super()._create_access_token(*args, **kwargs)
        return self._with_permit(AccessToken, made, args[1])

    def _create_refresh_token(self, request, *args, **kwargs):
        made = super()._create_refresh_token(request, *args, **kwargs)
        return self._with_permit(RefreshToken, made, request)

    def _with_permit(self, model, made, request):
        made.permit = getattr(request, "permit", None)
        model.objects.filter(pk=made.pk).update(permit=made.permit)
        return made

    # ── What an ID token says ──────────────────────────────────────────────────────────────

    def get_oidc_issuer_endpoint(self, request):
        return words.issuer(request.headers[words.BASE])

    def get_additional_claims(self, request):
        return {
            "fhirUser": f"{request.headers[words.BASE]}fhir/{request.user.ref}",
            "name": request.user.name,
        }


def _named_by_its_token(request):
    """A public app may refresh without saying who it is: the refresh token was given to one app.

    RFC 6749, 6, and SMART list no `client_id` there, and apps leave it out. An app with a secret
    or a key still has to prove itself.
    """
    text = getattr(request, "refresh_token", None)
    if request.grant_type != "refresh_token" or request.client_id or not text:
        return
    rows = RefreshToken.objects.filter(token_checksum=_hash(text)).select_related("application")
    found = rows.first()
    if found is not None and found.application.is_public:
        request.client_id = found.application.client_id


def _hash(code):
    return hashlib.sha256(code.encode()).hexdigest()
