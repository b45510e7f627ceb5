"""People of the tests: who contributes and who decides."""

from haidang.engines.access import api as access
from haidang.kernel import actor
from haidang.rooms.open_data.domain import datasets

DEPARTMENT = datasets.DEPARTMENT


def _actor(name, role, kind, org=None):
    roles = frozenset({role})
    ref = f"Practitioner/{name}" if kind == "staff" else f"Person/{name}"
    return actor.Actor(
        ref=ref, name=name, kind=kind, org=org, roles=roles, permissions=access.of_roles(roles)
    )


def contributor():
    return _actor("nguoi-gui", "citizen", "citizen")


def somebody():
    return _actor("nguoi-khac", "citizen", "citizen")


def officer():
    return _actor("chuyen-vien", "officer", "staff", DEPARTMENT)


def officer_elsewhere():
    return _actor("chuyen-vien-xa", "officer", "staff", "31Z14")


def doctor():
    return _actor("bac-si", "doctor", "staff", "31Z01")
