"""Addresses of the room."""

from django.urls import path

from haidang.rooms.procedures.views import applicant, everybody, officer

app_name = "procedures"

urlpatterns = [
    path("kiem-tra-ket-qua/", everybody.check_result, name="check_result"),
    path("thu-tuc/", applicant.find, name="find"),
    path("thu-tuc/viec/", officer.work, name="work"),
    path("thu-tuc/viec/<str:case_id>/", officer.see_case, name="see_case"),
    path("thu-tuc/viec/<str:case_id>/<str:task_id>/xong/", officer.decide, name="decide"),
    path("thu-tuc/viec/<str:case_id>/tep/<str:sha256>/", officer.case_file, name="case_file"),
    path("thu-tuc/soan/", officer.see_catalogue, name="catalogue"),
    path("thu-tuc/soan/<slug:key>/", officer.edit_procedure, name="edit_procedure"),
    path("thu-tuc/ho-so/<int:dossier_id>/", applicant.see_dossier, name="see_dossier"),
    path("thu-tuc/ho-so/<int:dossier_id>/dien/", applicant.fill_in, name="fill_in"),
    path("thu-tuc/ho-so/<int:dossier_id>/ma-qr/", applicant.payment_code, name="payment_code"),
    path("thu-tuc/ho-so/<int:dossier_id>/tra-thu/", applicant.pay_in_simulator, name="pay_in_simulator"),
    path("thu-tuc/ho-so/<int:dossier_id>/bo-sung/", applicant.supply, name="supply"),
    path("thu-tuc/ho-so/<int:dossier_id>/rut/", applicant.withdraw, name="withdraw"),
    path("thu-tuc/ho-so/<int:dossier_id>/danh-gia/", applicant.rate, name="rate"),
    path("thu-tuc/ho-so/<int:dossier_id>/tep/<str:sha256>/", applicant.own_file, name="own_file"),
    path("thu-tuc/<slug:key>/", applicant.see_procedure, name="see_procedure"),
]  # fmt: skip
