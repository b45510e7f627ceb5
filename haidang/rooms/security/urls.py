"""Addresses of the room."""

from django.urls import path

from haidang.rooms.security import views

app_name = "security"

urlpatterns = [
    path("an-toan/so/", views.see_ledger, name="see_ledger"),
    path("an-toan/so/kiem-tra/", views.verify_ledger, name="verify_ledger"),
    path("an-toan/so/khoa.pem", views.download_key, name="download_key"),
    path("an-toan/so/checker.py", views.download_checker, name="download_checker"),
    path("an-toan/so/dau-cay/<int:size>.json", views.download_head, name="download_head"),
    path("an-toan/so/tin-bi-gac/", views.retry_parked, name="retry_parked"),
    path("an-toan/so/<str:kind>/<int:seq>/", views.see_entry, name="see_entry"),
    path("an-toan/so/<str:kind>/<int:seq>.json", views.download_proof, name="download_proof"),
    path("an-toan/mo-khan-cap/", views.see_openings, name="see_openings"),
    path("an-toan/mo-khan-cap/<int:opening_id>/", views.review_opening, name="review_opening"),
]
