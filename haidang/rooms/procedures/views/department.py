"""Screens of the department alone: a role that is held at a hospital opens none of them."""

import functools

from haidang.engines.access import api as access
from haidang.rooms.procedures.selectors import department


def screen(permission, *, methods=("GET",)):
    """As `access.screen` for the office, for those who hold the permission at the department."""

    def decorate(view):
        @functools.wraps(view)
        def within(request, *args, **kwargs):
            department.check(request.actor, permission)
            return view(request, *args, **kwargs)

        return access.screen(permission, portal="office", methods=methods)(within)

    return decorate
