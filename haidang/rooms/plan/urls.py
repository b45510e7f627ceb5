"""Addresses of the room."""

from django.urls import path

from haidang.rooms.plan.views import city, director, facility, unit

app_name = "plan"

urlpatterns = [
    path("ke-hoach/", director.home, name="home"),
    path("ke-hoach/chi-tieu/<str:code>/", director.see_target, name="see_target"),
    path("ke-hoach/nhiem-vu/", director.see_tasks, name="see_tasks"),
    path("ke-hoach/bao-cao/", director.see_reports, name="see_reports"),
    path("ke-hoach/bao-cao/mo-ky/", director.open_quarter, name="open_quarter"),
    path("ke-hoach/bao-cao/<int:report_id>/", unit.see_report, name="see_report"),
    path("ke-hoach/bao-cao/<int:report_id>/viet/", unit.write, name="write"),
    path("ke-hoach/bao-cao/<int:report_id>/tra-lai/", unit.send_back, name="send_back"),
    path("ke-hoach/bao-cao/<int:report_id>/chap-nhan/", unit.accept, name="accept"),
    path("ke-hoach/bao-cao/<int:report_id>/tep/<str:sha256>/", unit.evidence, name="evidence"),
    path("ke-hoach/ky/", director.sign_summary, name="sign_summary"),
    path("ke-hoach/van-ban/<str:label>/<str:form>/", director.paper, name="paper"),
    path("ke-hoach/xep-hang/", director.see_ranking, name="see_ranking"),
    path("ke-hoach/suc-khoe-thanh-pho/", city.see_city, name="see_city"),
    path("ke-hoach/co-so/", facility.see_facilities, name="see_facilities"),
    path("ke-hoach/co-so/<str:code>/", facility.see_facility, name="see_facility"),
]  # fmt: skip
