"""Which role holds which permission: read once from the `room.py` of every installed part."""

import importlib
from functools import cache

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from haidang.engines.access import scope
from haidang.kernel import actor as actors
from haidang.kernel import errors

#: For anybody, and for anybody with an account: the two screens' words beside the permissions.
PUBLIC, SIGNED_IN = "public", "signed_in"


@cache
def catalogue():
    """Return every permission as {`room.name`: Permission}."""
    return {
        f"{room.name}.{name}": permission
        for room in _rooms()
        for name, permission in room.permissions.items()
    }


@cache
def of_roles(roles):
    """Return the permissions that a frozenset of roles gives together."""
    return frozenset(
        name for name, permission in catalogue().items() if roles & set(permission.roles)
    )


def may(by, permission, *, org=None):
    """Return whether the actor holds `permission`, and where given, whether it reaches `org`."""
    if by is None:
        return permission == PUBLIC
    if permission in (PUBLIC, SIGNED_IN) or by.kind == actors.SYSTEM_KIND:
        return True
    if permission not in by.permissions:
        return False
    return org is None or (by.kind != actors.CITIZEN and scope.covers(by.org, org))


def require(by, permission, *, org=None):
    """Pass silently when `may` says yes.

    Raises    NotAllowed `access.not_permitted` (facts: permission)
    """
    if not may(by, permission, org=org):
        raise errors.NotAllowed(
            "access.not_permitted",
            _(
                "Tài khoản của bạn chưa được phân quyền làm việc này. "
                "Hãy liên hệ quản trị viên của đơn vị."
            ),
            permission=permission,
        )


def _rooms():
    for config in apps.get_app_configs():
        if config.name.startswith("haidang.") and module_has_submodule(config.module, "room"):
            yield importlib.import_module(f"{config.name}.room").ROOM
