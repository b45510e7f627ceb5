"""Addresses of the citizen portal."""

from django.urls import path

from haidang.portals.citizen import views

app_name = "citizen"
urlpatterns = [
    path("cong-dan/", views.home, name="home"),
    path("cong-dan/tin-bao/", views.news, name="news"),
    path("cong-dan/tin-bao/da-doc/", views.mark_read, name="mark_read"),
]
