"""Accounts as an administrator sees and changes them, within the scope of the own organisation."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from axes.utils import reset as unlock_attempts
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.engines.access import accounts, scope, sessions
from haidang.engines.access.models import Account, RoleGrant
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor as actors
from haidang.kernel import errors
from haidang.kernel import room as rooms

#: Roles that only somebody who acts for the whole city may give or take.
CITY_ROLES = frozenset({"administrator", "privacy_officer", "epidemiologist", "inspector"})
#: Roles that only an administrator gives, and whose holders only an administrator looks after:
#: whoever resets a password could otherwise become its owner.
GUARDED_ROLES = frozenset({"administrator", "privacy_officer"})
# Letters and digits that are not taken for one another when read aloud.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Held:
    """One role held in one organisation (vai trò)."""

    role: str
    title: str
    org: str
    org_name: str


@dataclass(frozen=True)
class Card:
    """One account as the administrator's list shows it (tài khoản)."""

    id: int
    username: str
    name: str
    ref: str
    active: bool
    citizen: bool
    roles: list[Held]
    last_login: datetime | None
    second_factor: bool
    must_change_password: bool


def find_accounts(by, *, text="", role="", org="", active=None, after=None, limit=50):
    """Return account cards in the scope of `by`, by name of sign-in.

    text      part of the sign-in name or of the name
    after     sign-in name of the last card already seen
    """
    rows = _in_scope(by).order_by("username")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(name__icontains=text))
    if active is not None:
        rows = rows.filter(is_active=active)
    if role or org:
        rows = rows.filter(pk__in=_holders(role, {org} if org else ()))
    if after:
        rows = rows.filter(username__gt=after)
    return _cards(rows[:limit])


def refs_of_holders(roles, org):
    """The refs of active accounts that hold one of these roles in a unit, for news to them."""
    held = Q(grants__until__isnull=True, grants__role__in=[*roles], grants__org=org)
    return set(Account.objects.filter(held, is_active=True).values_list("ref", flat=True))


def account_card(by, account_id):
    """Return one card.

    Raises    NotFound `access.no_account`, also when it is out of scope
    """
    return _cards([_fetch(by, account_id)])[0]


@transaction.atomic
def change_roles(by, account_id, *, give=(), take=()):
    """Give and take roles, pairs (role, org), in one step (phân quyền).

    Raises    NotAllowed `access.role_out_of_scope`; NotFound `access.no_account`;
              RuleBroken `access.own_role` when administrators would shut themselves out
    Records   events `access.role.granted`, `access.role.ended`
    """
    account = _fetch(by, account_id)
    for role, org in (*give, *take):
        check_grantable(by, role, org)
    if account.pk == by.account and any(role == "administrator" for role, _org in take):
        raise errors.RuleBroken(
            "access.own_role", _("Không tự bỏ quyền quản trị của mình. Hãy nhờ quản trị viên khác.")
        )
    for role, org in give:
        accounts.grant_role(account, role, org, by=by)
    for role, org in take:
        accounts.end_role(account, role, org, by=by)


def check_grantable(by, role, org):
    """Pass silently when `by` may give or take this role there.

    Raises    NotAllowed `access.role_out_of_scope`; Incorrect `access.unknown_role` or
              `access.unknown_org`
    """
    if role not in rooms.ROLES or role in ("client", "citizen"):
        raise errors.Incorrect("access.unknown_role", _("Hãy chọn một vai trò trong danh mục."))
    if org != by.org:
        scope.check_known(org)
    if _outranks(by, role) or not _within(by, role, org):
        raise errors.NotAllowed(
            "access.role_out_of_scope",
            _("Vai trò này do quản trị viên của thành phố cấp. Hãy liên hệ Sở Y tế."),
        )


def _outranks(by, role):
    may_all = by.kind == actors.SYSTEM_KIND or "administrator" in by.roles
    return role in GUARDED_ROLES and not may_all


def _within(by, role, org):
    if is_city_wide(by):
        return True
    return bool(org) and role not in CITY_ROLES and scope.covers(by.org, org)


def is_city_wide(by):
    """Return whether the actor acts for the whole city."""
    return by.kind == actors.SYSTEM_KIND or by.org in (None, scope.CITY)


@transaction.atomic
def set_active(by, account_id, active):
    """Close an account at once, with all its sessions, or open it again (khoá, mở tài khoản).

    Raises    RuleBroken `access.own_account`; NotFound `access.no_account`
    Records   event `access.account.disabled` or `access.account.enabled`
    """
    account = _fetch_below(by, account_id)
    if account.pk == by.account:
        raise errors.RuleBroken("access.own_account", _("Không tự khoá tài khoản của mình."))
    if account.is_active == active:
        return
    account.is_active = active
    account.save(update_fields=["is_active"])
    if not active:
        sessions.end_sessions(account, by=by)
    event = "access.account.enabled" if active else "access.account.disabled"
    ledger.record(event, by=by, facts={"account": account.pk})


@transaction.atomic
def reset_password(by, account_id):
    """Set a temporary password, end all sessions, lift a lock-out; return the password.

    It is shown once, to be told to the person; the first sign-in asks for a new one.

    Raises    NotAllowed `access.account_above`; NotFound `access.no_account`
    Records   event `access.password.reset`
    """
    account = _fetch_below(by, account_id)
    password = new_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    sessions.end_sessions(account, by=by)
    unlock_attempts(username=account.username)
    ledger.record("access.password.reset", by=by, facts={"account": account.pk})
    return password


@transaction.atomic
def reset_factors(by, account_id):
    """Remove all second factors of somebody who has lost them, after seeing who it is.

    Raises    NotAllowed `access.account_above`; NotFound `access.no_account`
    Records   event `access.factor.reset`
    """
    account = _fetch_below(by, account_id)
    if Authenticator.objects.filter(user=account).delete()[0]:
        ledger.record("access.factor.reset", by=by, facts={"account": account.pk})


@transaction.atomic
def change_password(account, password, *, by):
    """Set the person's own new password (đổi mật khẩu); the caller has checked the old one.

    Raises    Incorrect `access.weak_password`, also when it is the old one again
    Records   event `access.password.changed`
    """
    if account.check_password(password):
        raise errors.Incorrect(
            "access.weak_password", _("Hãy chọn mật khẩu khác mật khẩu đang dùng.")
        )
    accounts.set_password(account, password)
    account.must_change_password = False
    account.save(update_fields=["password", "must_change_password"])
    ledger.record("access.password.changed", by=by)


def new_password():
    """Return a temporary password that can be read aloud: three groups of five."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
    return "-".join(groups)


def _in_scope(by):
    if is_city_wide(by):
        return Account.objects.all()
    return Account.objects.filter(pk__in=_holders("", scope.reached(by.org)))


def _holders(role, orgs):
    held = Q(grants__until__isnull=True, grants__isnull=False)
    if role:
        held &= Q(grants__role=role)
    if orgs:
        held &= Q(grants__org__in=orgs)
    return Account.objects.filter(held).values("pk")


def _fetch(by, account_id):
    account = _in_scope(by).filter(pk=account_id).first()
    if account is None:
        raise errors.NotFound(
            "access.no_account", _("Không có tài khoản này trong đơn vị của bạn.")
        )
    return account


def _fetch_below(by, account_id):
    """Return an account whose password or factors `by` may set: none of its roles is above."""
    account = _fetch(by, account_id)
    for grant in accounts.active_grants(account):
        if _outranks(by, grant.role) or not _within(by, grant.role, grant.org):
            raise errors.NotAllowed(
                "access.account_above",
                _("Tài khoản này còn có vai trò ngoài phạm vi của bạn. Hãy liên hệ Sở Y tế."),
            )
    return account


def _cards(rows):
    rows = list(rows)
    second = set(
        Authenticator.objects.filter(user__in=rows, type__in=("totp", "webauthn")).values_list(
            "user_id", flat=True
        )
    )
    held = _held(rows)
    return [_card(row, held.get(row.pk, []), row.pk in second) for row in rows]


def _held(rows):
    now, names, found = timezone.now(), {}, {}
    grants = RoleGrant.objects.filter(account__in=rows).order_by("since", "pk")
    for grant in grants.filter(Q(until__isnull=True) | Q(until__gt=now)):
        if grant.org not in names:
            names[grant.org] = scope.name_of(grant.org) or grant.org
        title = rooms.ROLES.get(grant.role, grant.role)
        found.setdefault(grant.account_id, []).append(
            Held(grant.role, title, grant.org, names[grant.org])
        )
    return found


def _card(row, held, second_factor):
    return Card(
        id=row.pk,
        username=row.username,
        name=row.name,
        ref=row.ref,
        active=row.is_active,
        citizen=not held,
        roles=held,
        last_login=row.last_login,
        second_factor=second_factor,
        must_change_password=row.must_change_password,
    )
