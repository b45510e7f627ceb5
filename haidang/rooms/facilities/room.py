"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

_READERS = (
    "administrator", "it_officer", "director", "officer", "unit_head", "station_head", "inspector",
    "epidemiologist", "privacy_officer", "records_clerk", "doctor", "nurse",
)  # fmt: skip
_KEEPERS = ("administrator", "it_officer")

ROOM = Room(
    name="facilities",
    title="Cơ sở y tế",
    title_en="Facilities",
    wing="government",
    permissions={
        "see_facilities": Permission("Xem danh mục cơ sở y tế", roles=_READERS),
        "save_facility": Permission("Thêm và sửa cơ sở y tế", roles=_KEEPERS),
        "save_department": Permission("Thêm và sửa khoa, phòng", roles=_KEEPERS),
    },
    menu=[
        MenuItem(
            "Cơ sở y tế", "facilities:see_facilities", "facilities.see_facilities",
            portal="office", icon="hospital", order=70,
        ),
        MenuItem(
            "Cơ sở y tế", "facilities:see_facilities", "facilities.see_facilities",
            portal="staff", icon="hospital", order=70,
        ),
    ],
)  # fmt: skip
