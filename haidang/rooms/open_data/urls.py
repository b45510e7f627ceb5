"""Addresses of the room."""

from django.urls import path

from haidang.rooms.open_data.views import contributor, everybody, machines, officer

app_name = "open_data"

urlpatterns = [
    path("du-lieu-mo/", everybody.catalogue, name="catalogue"),
    path("du-lieu-mo/catalog.jsonld", everybody.catalogue_graph, name="catalogue_graph"),
    path("du-lieu-mo/bo/<slug:key>/", everybody.see_dataset, name="see_dataset"),
    path("du-lieu-mo/bo/<slug:key>.jsonld", everybody.dataset_graph, name="dataset_graph"),
    path("du-lieu-mo/bo/<slug:key>/moi-nhat/<slug:form>", everybody.download_newest, name="download_newest"),
    path("du-lieu-mo/bo/<slug:key>/ban/<int:number>/", everybody.see_release, name="see_release"),
    path("du-lieu-mo/bo/<slug:key>/ban/<int:number>/<str:name>", everybody.download, name="download"),
    path("du-lieu-mo/api/3/", machines.version, name="version"),
    path("du-lieu-mo/api/3/action/<str:name>", machines.action, name="action"),
    path("du-lieu-mo/api/action/<str:name>", machines.action, name="action_bare"),
    path("du-lieu-mo/quan-ly/", officer.desk, name="desk"),
    path("du-lieu-mo/quan-ly/bo/", officer.see_sets, name="see_sets"),
    path("du-lieu-mo/quan-ly/bo/<slug:key>/phat-hanh/", officer.release, name="release"),
    path("du-lieu-mo/quan-ly/bo/<slug:key>/dinh-chinh/", officer.revise, name="revise"),
    path("du-lieu-mo/quan-ly/dong-gop/<int:contribution_id>/", officer.review, name="review"),
    path("du-lieu-mo/quan-ly/dong-gop/<int:contribution_id>/tep/", officer.contribution_file, name="contribution_file"),
    path("dong-gop-du-lieu/", contributor.mine, name="mine"),
    path("dong-gop-du-lieu/moi/", contributor.upload, name="upload"),
    path("dong-gop-du-lieu/bao-sai/<slug:key>/", contributor.report, name="report"),
    path("dong-gop-du-lieu/<int:contribution_id>/", contributor.see_own, name="see_own"),
    path("dong-gop-du-lieu/<int:contribution_id>/tep-moi/", contributor.upload, name="upload_again"),
    path("dong-gop-du-lieu/<int:contribution_id>/tep/", contributor.own_file, name="own_file"),
    path("dong-gop-du-lieu/<int:contribution_id>/rut/", contributor.withdraw, name="withdraw"),
]  # fmt: skip
