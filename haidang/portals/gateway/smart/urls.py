"""Addresses of the authorisation server, and where apps find them."""

from django.urls import path

from haidang.portals.gateway.smart import authorize, discovery, endpoints

urlpatterns = [
    path("fhir/.well-known/smart-configuration", discovery.smart, name="smart_configuration"),
    path("oauth/.well-known/openid-configuration", discovery.openid, name="openid_configuration"),
    path("oauth/keys", discovery.keys, name="oauth_keys"),
    path("oauth/authorize", authorize.authorize_app, name="authorize_app"),
    path("oauth/token", endpoints.token, name="oauth_token"),
    path("oauth/introspect", endpoints.introspect, name="oauth_introspect"),
    path("oauth/revoke", endpoints.revoke, name="oauth_revoke"),
]
