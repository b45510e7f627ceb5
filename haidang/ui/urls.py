"""Addresses of the look itself: language, light or dark, and the gallery."""

from django.urls import path

from haidang.ui import views

app_name = "ui"
urlpatterns = [
    path("ngon-ngu/", views.language, name="language"),
    path("giao-dien/", views.theme, name="theme"),
    path("cong-dan/ung-dung.webmanifest", views.manifest, name="manifest"),
    path("ban-luu.js", views.keeper, name="keeper"),
    path("ngoai-tuyen/", views.offline_page, name="offline"),
    path("gallery/", views.gallery, name="gallery"),
    path("gallery/<str:shell>/", views.gallery_shell, name="gallery_shell"),
]
