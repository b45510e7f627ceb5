"""Addresses of the room."""

from django.urls import path

from haidang.rooms.facilities import views

app_name = "facilities"
urlpatterns = [
    path("co-so/", views.see_facilities, name="see_facilities"),
    path("co-so/moi/", views.add_facility, name="add_facility"),
    path("co-so/<str:code>/", views.see_facility, name="see_facility"),
    path("co-so/<str:code>/sua/", views.save_facility, name="save_facility"),
    path("co-so/<str:code>/khoa/", views.save_department, name="save_department"),
]
