"""Addresses of the room."""

from django.urls import path

from haidang.rooms.archive import views

app_name = "archive"

urlpatterns = [
    path("luu-tru/huy/", views.see_disposals, name="see_disposals"),
    path("luu-tru/huy/lap/", views.propose_disposal, name="propose_disposal"),
    path("luu-tru/huy/<int:disposal_id>/", views.see_disposal, name="see_disposal"),
    path("luu-tru/huy/<int:disposal_id>/duyet/", views.review_disposal, name="review_disposal"),
    path("luu-tru/huy/<int:disposal_id>/huy/", views.carry_out, name="carry_out"),
    path("luu-tru/huy/<int:disposal_id>/bien-ban.pdf", views.minute, name="minute"),
    path("luu-tru/can-xem/", views.see_troubles, name="see_troubles"),
    path("luu-tru/can-xem/doc-lai/", views.read_again, name="read_again"),
    path("luu-tru/can-xem/gia-han/", views.renew_seal, name="renew_seal"),
]
