"""The door of the demo city, for bin/run and for tests."""

from haidang.demo import plan
from haidang.demo.building import Built, build, is_built
from haidang.kernel.room import ROLES
from haidang.ui import context

__all__ = ["Built", "accounts", "build", "is_built"]


def accounts():
    """The demo accounts as rows (username, password, who it is, address of the home page)."""
    password = plan.city()["password"]
    staff = [(one["username"], password, _who(one), _home(one["role"])) for one in plan.accounts()]
    return [
        *staff,
        (plan.city()["citizen"]["username"], password, ROLES["citizen"], _address("citizen")),
    ]


def _who(account):
    names = {facility["code"]: facility["name"] for facility in plan.facilities()}
    where = names.get(account["org"], "toàn thành phố")
    return f"{ROLES[account['role']]}, {where}"


def _home(role):
    return _address("office" if {role} <= context.OFFICE_ROLES else "staff")


def _address(portal):
    return context.address(context.HOMES[portal]) or "/"
