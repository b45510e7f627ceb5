"""Addresses of the room. Three names are known to the whole house, without a prefix."""

from django.urls import include, path

from haidang.rooms.accounts.views import keeping, security, signing_in

_pages = [
    path("dang-nhap/ma/", signing_in.second_step, name="second_step"),
    path("dang-nhap/khoa/", signing_in.passkey_options, name="passkey_options"),
    path("dang-nhap/khoa/tra-loi/", signing_in.passkey_answer, name="passkey_answer"),
    path("tai-khoan/xac-nhan/", security.confirm, name="confirm"),
    path("tai-khoan/don-vi/", security.choose_organisation, name="choose_organisation"),
    path("tai-khoan/mat-khau/", security.change_password, name="change_password"),
    path("tai-khoan/ma-xac-thuc/", security.add_totp, name="add_totp"),
    path("tai-khoan/ma-xac-thuc/tat/", security.remove_totp, name="remove_totp"),
    path("tai-khoan/ma-du-phong/", security.recovery_codes, name="recovery_codes"),
    path("tai-khoan/khoa/", security.add_passkey, name="add_passkey"),
    path("tai-khoan/khoa/tao/", security.passkey_begin, name="passkey_begin"),
    path("tai-khoan/khoa/luu/", security.passkey_keep, name="passkey_keep"),
    path("tai-khoan/khoa/<int:passkey_id>/xoa/", security.remove_passkey, name="remove_passkey"),
    path("tai-khoan/phien/", security.end_other_sessions, name="end_other_sessions"),
    path("tai-khoan/phien/<int:session_id>/", security.end_session, name="end_session"),
    path("quan-tri/tai-khoan/", keeping.see_accounts, name="see_accounts"),
    path("quan-tri/tai-khoan/moi/", keeping.create_account, name="create_account"),
    path("quan-tri/tai-khoan/<int:account_id>/", keeping.see_account, name="see_account"),
    path("quan-tri/tai-khoan/<int:account_id>/vai-tro/", keeping.give_role, name="give_role"),
    path("quan-tri/tai-khoan/<int:account_id>/bo-vai-tro/", keeping.take_role, name="take_role"),
    path("quan-tri/tai-khoan/<int:account_id>/khoa/", keeping.disable_account, name="disable_account"),
    path("quan-tri/tai-khoan/<int:account_id>/mo/", keeping.enable_account, name="enable_account"),
    path("quan-tri/tai-khoan/<int:account_id>/mat-khau/", keeping.reset_password, name="reset_password"),
    path("quan-tri/tai-khoan/<int:account_id>/lop-bao-ve/", keeping.reset_factors, name="reset_factors"),
    path("quan-tri/he-thong/", keeping.see_systems, name="see_systems"),
    path("quan-tri/he-thong/moi/", keeping.connect_system, name="connect_system"),
    path("quan-tri/he-thong/<str:uid>/ngat/", keeping.disconnect_system, name="disconnect_system"),
]  # fmt: skip

urlpatterns = [
    path("dang-nhap/", signing_in.sign_in, name="account_login"),
    path("dang-xuat/", signing_in.sign_out, name="account_logout"),
    path("tai-khoan/bao-mat/", security.security, name="security"),
    path("", include((_pages, "accounts"))),
]
