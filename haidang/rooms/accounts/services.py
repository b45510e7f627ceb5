"""What a keeper of accounts does: one function per thing."""

from django.db import transaction
from django.utils.translation import gettext as _

from haidang.engines.access import api as access
from haidang.kernel import errors
from haidang.rooms.accounts import selectors


@transaction.atomic
def create_account(*, by, username, name, email, role, org):
    """Create an account with its first role (tạo tài khoản); return (account id, password).

    The temporary password is shown once; the first sign-in asks for a new one.

    Raises    NotAllowed `access.role_out_of_scope`; Conflict `access.username_taken`;
              Incorrect `access.bad_username`, `access.unknown_role` or `access.unknown_org`
    Records   event `access.account.created`
    """
    access.require(by, "accounts.create_account")
    org = org or ("" if access.is_city_wide(by) else by.org)
    access.check_grantable(by, role, org)
    password = access.new_password()
    account = access.create_account(
        username,
        password=password,
        name=name,
        email=email,
        roles=[(role, org)],
        by=by,
        temporary=True,
    )
    return account.pk, password


def give_role(account_id, *, by, role, org):
    """Give a role in an organisation (phân quyền). Records `access.role.granted`."""
    access.require(by, "accounts.change_roles")
    org = org or ("" if access.is_city_wide(by) else by.org)
    access.change_roles(by, account_id, give=[(role, org)])


def take_role(account_id, *, by, role, org):
    """Take a role back (thu hồi vai trò). Records `access.role.ended`."""
    access.require(by, "accounts.change_roles")
    access.change_roles(by, account_id, take=[(role, org)])


def disable_account(account_id, *, by):
    """Close an account and all its sessions at once (khoá). Records `access.account.disabled`."""
    access.require(by, "accounts.disable_account")
    access.set_active(by, account_id, False)


def enable_account(account_id, *, by):
    """Open a closed account again (mở khoá). Records `access.account.enabled`."""
    access.require(by, "accounts.disable_account")
    access.set_active(by, account_id, True)


def reset_password(account_id, *, by):
    """Set a temporary password and return it, to be told to the person (đặt lại mật khẩu).

    Records   event `access.password.reset`
    """
    access.require(by, "accounts.reset_password")
    return access.reset_password(by, account_id)


def reset_factors(account_id, *, by):
    """Remove lost second factors, after seeing who it is. Records `access.factor.reset`."""
    access.require(by, "accounts.reset_password")
    access.reset_factors(by, account_id)


def connect_system(*, by, name, scopes, org):
    """Register a system and return its token, which is shown once (đăng ký hệ thống).

    Raises    NotAllowed `access.not_permitted` for an organisation out of scope
    Records   event `access.client.created`
    """
    org = org or ("" if access.is_city_wide(by) else by.org)
    access.require(by, "accounts.connect_system", org=org or None)
    _client, token = access.create_client(name, scopes, org, by)
    return token


def disconnect_system(uid, *, by):
    """Close a system's door at once (ngắt kết nối). Records `access.client.ended`.

    Raises    NotFound `access.no_client`, also when it is out of scope
    """
    access.require(by, "accounts.connect_system")
    if uid not in {client.uid for client in selectors.systems(by=by).working}:
        raise errors.NotFound("access.no_client", _("Không có hệ thống này trong đơn vị của bạn."))
    access.end_client(uid, by=by)
