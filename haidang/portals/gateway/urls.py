"""Addresses of the gateway: one module for each kind of machine that knocks, who knocks most first."""

from django.urls import path

from haidang.portals.gateway import claims, payments
from haidang.portals.gateway.developers import urls as developers
from haidang.portals.gateway.fhir import urls as fhir

app_name = "gateway"

urlpatterns = [
    *fhir.urlpatterns,
    path("gateway/claims", claims.send_claims, name="send_claims"),
    path("gateway/claims/<str:receipt>", claims.see_claims, name="see_claims"),
    path("gateway/payments/<str:receiver>", payments.notice, name="notice_of_payment"),
    *developers.urlpatterns,
]
