"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

_CARE = ("nurse", "midwife", "doctor", "pharmacist", "station_head")
_DESK = (*_CARE, "cashier", "records_clerk")

ROOM = Room(
    name="health_record",
    title="Hồ sơ sức khoẻ",
    title_en="Health record",
    wing="public health",
    permissions={
        "find_person": Permission("Tìm người", roles=(*_DESK, "epidemiologist", "privacy_officer")),
        "see_person": Permission("Xem hồ sơ sức khoẻ", roles=(*_CARE, "records_clerk", "epidemiologist")),
        "see_sources": Permission("Xem nguồn và các phiên bản", roles=(*_CARE, "records_clerk")),
        "see_looks": Permission(
            "Xem ai đã mở hồ sơ", roles=("station_head", "records_clerk", "privacy_officer")
        ),
        "break_glass": Permission("Mở khẩn cấp", roles=("nurse", "midwife", "doctor", "station_head")),
        "see_family_record": Permission("Xem hồ sơ của gia đình mình", roles=("citizen",)),
        "deny_sharing": Permission("Đóng hồ sơ của mình với một cơ sở", roles=("citizen",)),
        "lift_denial": Permission("Mở lại phần hồ sơ mình đã đóng", roles=("citizen",)),
    },
    events={
        "denial.made": "Người dân đã đóng hồ sơ với một cơ sở",
        "denial.lifted": "Người dân đã mở lại phần hồ sơ đã đóng",
    },
    menu=[
        MenuItem(
            "Tìm người", "health_record:find_person", "health_record.find_person",
            portal="staff", icon="search", order=10,
        ),
        MenuItem(
            "Hồ sơ", "health_record:see_family", "health_record.see_family_record",
            portal="citizen", icon="heart-pulse", order=20, context="sức khoẻ",
        ),
    ],
)  # fmt: skip
