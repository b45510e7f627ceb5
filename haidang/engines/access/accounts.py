"""Accounts and their roles, and the Actor that an account becomes."""

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import permissions
from haidang.engines.access.models import Account, RoleGrant
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors, ids
from haidang.kernel import room as rooms

CITIZEN = "citizen"
# In our words: Django has some of its own in Vietnamese and others not.
_WEAK = {
    "password_too_short": gettext_noop("Mật khẩu quá ngắn; hãy đặt một câu từ {min_length} ký tự."),
    "password_too_similar": gettext_noop("Mật khẩu quá giống họ tên hoặc tên đăng nhập."),
    "password_too_common": gettext_noop("Mật khẩu này có quá nhiều người dùng."),
}


def actor_of(account, *, org=None):
    """Return the Actor of an account, acting for one of its organisations.

    org       the organisation chosen; without it, or when no role is held there, the first one
              in which a role was given. Roles for the whole city come along everywhere.
    """
    grants = list(active_grants(account))
    acting_for = _choose(grants, org)
    roles = frozenset(g.role for g in grants if g.org in (acting_for, ""))
    if account.patient:
        roles |= {CITIZEN}
    return actors.Actor(
        ref=account.ref,
        name=account.name,
        kind=actors.STAFF if grants else actors.CITIZEN,
        org=acting_for or None,
        roles=roles,
        permissions=permissions.of_roles(roles),
        patient=account.patient,
        account=account.pk,
    )


def active_grants(account):
    """Return the role grants of an account that are in force now, oldest first."""
    in_force = Q(until__isnull=True) | Q(until__gt=timezone.now())
    return account.grants.filter(in_force).order_by("since", "pk")


def _choose(grants, org):
    orgs = [grant.org for grant in grants]
    if org is not None and org in orgs:
        return org
    return next((found for found in orgs if found), "")


@transaction.atomic
def create_account(
    username, *, password, name, by, roles=(), patient=None, ref=None, email="", temporary=False
):
    """Create an account (tạo tài khoản) and return it.

    roles       pairs (role, org); org empty or None for the whole city
    patient     id of the own Patient, for a citizen
    ref         `Practitioner/<id>` when the person is already in the records
    temporary   the password must be changed at the first sign-in

    Raises    Conflict `access.username_taken`, Incorrect `access.weak_password`
    Records   event `access.account.created`
    """
    account = Account(
        username=clean_username(username),
        name=name.strip(),
        email=email,
        ref=ref or _ref(roles, patient),
        patient=patient,
        must_change_password=temporary,
    )
    set_password(account, password)
    _insert(account)
    for role, org in roles:
        _grant(account, role, org, by)
    facts = {"account": account.pk, "roles": [[role, org or ""] for role, org in roles]}
    ledger.record("access.account.created", by=by, facts=facts)
    return account


def clean_username(username):
    """Return a sign-in name as we keep it: lower case, no spaces around.

    Raises    Incorrect `access.bad_username`
    """
    cleaned = username.strip().lower()
    if not 3 <= len(cleaned) <= 80 or any(c.isspace() for c in cleaned):
        raise errors.Incorrect(
            "access.bad_username", _("Tên đăng nhập dài từ 3 đến 80 ký tự và không có dấu cách.")
        )
    return cleaned


def set_password(account, password):
    """Set a password on an account not yet saved, after the house's rules for passwords.

    Raises    Incorrect `access.weak_password`
    """
    try:
        password_validation.validate_password(password, account)
    except ValidationError as why:
        raise errors.Incorrect("access.weak_password", " ".join(_weak(why))) from why
    account.set_password(password)


def _weak(why):
    for one in why.error_list:
        told = _WEAK.get(one.code)
        yield _(told).format(**one.params or {}) if told else one.messages[0]


def _ref(roles, patient):
    if patient and not roles:
        return f"Patient/{patient}"
    return f"Practitioner/{ids.new_id()}"


def _insert(account):
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as why:
        raise errors.Conflict(
            "access.username_taken", _("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.")
        ) from why


@transaction.atomic
def grant_role(account, role, org, *, by):
    """Give an account a role in an organisation (phân quyền); giving it twice changes nothing.

    Records   event `access.role.granted`
    """
    if _grant(account, role, org, by):
        facts = {"account": account.pk, "role": role}
        ledger.record("access.role.granted", by=by, org=org or None, facts=facts)


def _grant(account, role, org, by):
    if role not in rooms.ROLES:
        raise errors.Incorrect(
            "access.unknown_role", _("Vai trò này không có trong danh mục."), role=role
        )
    _grant_row, created = RoleGrant.objects.get_or_create(
        account=account, role=role, org=org or "", until=None, defaults={"by_ref": by.ref}
    )
    return created


@transaction.atomic
def end_role(account, role, org, *, by):
    """Take a role back (thu hồi vai trò).

    Records   event `access.role.ended`
    """
    held = RoleGrant.objects.filter(account=account, role=role, org=org or "", until=None)
    if held.update(until=timezone.now()):
        facts = {"account": account.pk, "role": role}
        ledger.record("access.role.ended", by=by, org=org or None, facts=facts)
