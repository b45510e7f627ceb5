"""Addresses of the room."""

from django.urls import path

from haidang.rooms.connections import views

app_name = "connections"

urlpatterns = [
    path("quan-tri/ung-dung/", views.see_apps, name="see_apps"),
    path("quan-tri/ung-dung/moi/", views.register_app, name="register_app"),
    path("quan-tri/ung-dung/<str:client_id>/", views.see_app, name="see_app"),
    path("quan-tri/ung-dung/<str:client_id>/ngat/", views.end_app, name="end_app"),
    path("ung-dung/mo/", views.open_app, name="open_app"),
    path("ung-dung/", views.see_allowed, name="see_allowed"),
    path("ung-dung/<int:permit_id>/thu-hoi/", views.end_allowed, name="end_allowed"),
]
