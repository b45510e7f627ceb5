"""Addresses of the room."""

from django.urls import path

from haidang.rooms.reporting.views import catalogue, report, review, unit

app_name = "reporting"

urlpatterns = [
    path("bao-cao/", unit.home, name="home"),
    path("bao-cao/don-vi/", unit.see_own, name="see_own"),
    path("bao-cao/duyet/", review.see_matrix, name="see_matrix"),
    path("bao-cao/duyet/mo-ky/", review.open_period, name="open_period"),
    path("bao-cao/duyet/khoa/", review.lock_approved, name="lock_approved"),
    path("bao-cao/bieu-mau/", catalogue.see_forms, name="see_forms"),
    path("bao-cao/bieu-mau/<slug:code>/", catalogue.see_form, name="see_form"),
    path("bao-cao/<int:report_id>/", report.see_report, name="see_report"),
    path("bao-cao/<int:report_id>/lay-so/", report.fill, name="fill"),
    path("bao-cao/<int:report_id>/ghi/", report.write, name="write"),
    path("bao-cao/<int:report_id>/nop/", report.submit, name="submit"),
    path("bao-cao/<int:report_id>/o/<str:cell>/", report.see_cell, name="see_cell"),
    path("bao-cao/<int:report_id>/o/<str:cell>/sua/", report.correct, name="correct"),
    path("bao-cao/<int:report_id>/tai/<slug:form>/", report.export, name="export"),
    path("bao-cao/<int:report_id>/tra-lai/", review.send_back, name="send_back"),
    path("bao-cao/<int:report_id>/duyet/", review.approve, name="approve"),
    path("bao-cao/<int:report_id>/khoa/", review.lock, name="lock"),
]
