"""Addresses of the room."""

from django.urls import path

from haidang.rooms.intake import views

app_name = "intake"

urlpatterns = [
    path("tiep-nhan-ho-so/", views.see_intake, name="see_intake"),
    path("tiep-nhan-ho-so/gui/", views.send_claims, name="send_claims"),
    path("tiep-nhan-ho-so/kiem-tra/", views.check_claims, name="check_claims"),
    path("tiep-nhan-ho-so/loi/", views.see_problems, name="see_problems"),
    path("tiep-nhan-ho-so/loi/nhom/", views.see_group, name="see_group"),
    path("tiep-nhan-ho-so/loi/xu-ly-lai/", views.replay_group, name="replay_group"),
    path("tiep-nhan-ho-so/can-xu-ly/", views.see_dead_letters, name="see_dead_letters"),
    path("tiep-nhan-ho-so/xu-ly-lai/", views.replay_messages, name="replay_messages"),
    path("tiep-nhan-ho-so/xuat/<str:encounter>/", views.export_visit, name="export_visit"),
    path("tiep-nhan-ho-so/<str:receipt>/", views.see_message, name="see_message"),
    path("tiep-nhan-ho-so/<str:receipt>/ban-goc/", views.download_raw, name="download_raw"),
    path("tiep-nhan-ho-so/<str:receipt>/ho-so/<int:position>/", views.see_dossier, name="see_dossier"),
]  # fmt: skip
