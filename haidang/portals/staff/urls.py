"""Addresses of the staff portal, and the front door."""

from django.urls import path

from haidang.portals.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("lam-viec/", views.home, name="home"),
]
