"""Addresses of the room."""

from django.urls import path

from haidang.rooms.identity_review import views

app_name = "identity_review"

urlpatterns = [
    path("nghi-trung/", views.see_duplicates, name="see_duplicates"),
    path("nghi-trung/da-gop/", views.see_merges, name="see_merges"),
    path("nghi-trung/da-gop/<int:merge_id>/tach/", views.undo_merge, name="undo_merge"),
    path("nghi-trung/<int:review_id>/", views.see_pair, name="see_pair"),
    path("nghi-trung/<int:review_id>/gop/", views.merge_people, name="merge_people"),
    path("nghi-trung/<int:review_id>/khac-nhau/", views.mark_different, name="mark_different"),
]
