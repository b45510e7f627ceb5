"""Addresses of the room."""

from django.urls import path

from haidang.rooms.national_portal import views

app_name = "national_portal"

urlpatterns = [
    path("cong-quoc-gia/", views.see_exchange, name="see_exchange"),
    path("cong-quoc-gia/doi-soat/", views.compare, name="compare"),
    path("cong-quoc-gia/<slug:way>/chay-lai/", views.replay, name="replay"),
]
