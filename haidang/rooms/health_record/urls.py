"""Addresses of the room; a person's id is opaque and the only thing that they tell."""

from django.urls import path

from haidang.rooms.health_record.views import citizen, denials, staff

app_name = "health_record"

_ONE = "ho-so/<str:patient_id>/"
_OWN = "cong-dan/ho-so/<str:patient_id>/"

urlpatterns = [
    path("tim-nguoi/", staff.find_person, name="find_person"),
    path(_ONE, staff.see_person, name="see_person"),
    path(_ONE + "mo-khan-cap/", staff.break_glass, name="break_glass"),
    path(_ONE + "ban-tom-tat/", staff.see_summary, name="see_summary"),
    path(_ONE + "ban-tom-tat.pdf", staff.print_summary, name="print_summary"),
    path(_ONE + "van-de/", staff.see_problems, name="see_problems"),
    path(_ONE + "thuoc/", staff.see_medicines, name="see_medicines"),
    path(_ONE + "ket-qua/", staff.see_results, name="see_results"),
    path(_ONE + "giay-to/", staff.see_papers, name="see_papers"),
    path(_ONE + "giay-to/<str:kind>/<str:part_id>/", staff.see_paper, name="see_paper"),
    path(
        _ONE + "giay-to/DocumentReference/<str:part_id>/tep/<int:place>/",
        staff.see_file,
        name="see_file",
    ),
    path(_ONE + "luot-kham/", staff.see_visits, name="see_visits"),
    path(_ONE + "luot-kham/<str:visit_id>/", staff.see_visit, name="see_visit"),
    path(_ONE + "nguon/", staff.see_sources, name="see_sources"),
    path(_ONE + "phien-ban/<str:kind>/<str:part_id>/", staff.see_versions, name="see_versions"),
    path(_ONE + "ai-da-xem/", staff.see_looks, name="see_looks"),
    path("cong-dan/ho-so/", citizen.see_family, name="see_family"),
    path(_OWN, citizen.see_family_record, name="see_family_record"),
    path(_OWN + "thuoc/", citizen.see_family_medicines, name="see_family_medicines"),
    path(_OWN + "ket-qua/", citizen.see_family_results, name="see_family_results"),
    path(_OWN + "ban-tom-tat/", citizen.see_family_summary, name="see_family_summary"),
    path(_OWN + "ban-tom-tat.pdf", citizen.print_family_summary, name="print_family_summary"),
    path(_OWN + "ai-da-xem/", citizen.see_family_looks, name="see_family_looks"),
    path(_OWN + "ai-duoc-xem/", denials.see_family_denials, name="see_family_denials"),
    path(_OWN + "ai-duoc-xem/dong/", denials.deny_sharing, name="deny_sharing"),
    path(_OWN + "ai-duoc-xem/<str:consent_id>/mo-lai/", denials.lift_denial, name="lift_denial"),
]
