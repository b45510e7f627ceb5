"""People of the tests: who applies and who decides."""

from haidang.kernel import actor
from haidang.rooms.procedures import domain


def _staff(name, role, org=domain.DEPARTMENT):
    return actor.Actor(
        ref=f"Practitioner/{name}", name=name, kind="staff", org=org, roles=frozenset({role})
    )


APPLICANT = actor.Actor(ref="Person/nguoi-nop", name="Trần Thị Thử", kind="citizen")
SOMEBODY = actor.Actor(ref="Person/nguoi-khac", name="Người khác", kind="citizen")
OFFICER = _staff("chuyen-vien", "officer")
HEAD = _staff("truong-phong", "unit_head")
DIRECTOR = _staff("giam-doc", "director")
INSPECTOR = _staff("thanh-tra", "inspector")
CONTROL_CENTRE = _staff("kiem-soat-benh-tat", "epidemiologist", "31Z90")
KNOWN = {
    "person.name": "Trần Thị Thử",
    "person.citizen_id": "031190000016",
    "person.born": "1990-05-20",
    "person.phone": "0912345678",
    "person.address": "Số 1 đường Mô Phỏng",
}
