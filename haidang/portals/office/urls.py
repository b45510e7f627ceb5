"""Addresses of the office portal."""

from django.urls import path

from haidang.portals.office import views

app_name = "office"
urlpatterns = [path("van-phong/", views.home, name="home")]
