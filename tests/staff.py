"""Members of staff for tests, with what their role allows."""

from haidang.engines.access import api as access
from haidang.kernel import actor


def member(name, role, org):
    roles = frozenset({role})
    return actor.Actor(
        ref=f"Practitioner/{name}",
        name=name,
        kind="staff",
        org=org,
        roles=roles,
        permissions=access.of_roles(roles),
    )
