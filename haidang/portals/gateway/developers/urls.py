"""Addresses of the pages for developers."""

from django.urls import path

from haidang.portals.gateway.developers import sample, sandbox, views

urlpatterns = [
    path("developers", views.start, name="developers"),
    path("developers/", views.start, name="developers_slash"),  # as people type it
    path("developers/sandbox", views.get_sandbox_token, name="get_sandbox_token"),
    path("developers/examples", views.see_examples, name="developer_examples"),
    path("developers/reference", views.see_reference, name="developer_reference"),
    path("developers/errors", views.see_errors, name="developer_errors"),
    path("developers/openapi.json", views.see_openapi, name="openapi"),
    path("gateway/sandbox", sandbox.get_token, name="get_sandbox"),
    path("gateway/sandbox/dossier.xml", sample.get_dossier, name="get_sample_dossier"),
]
