"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

_CARE = ("nurse", "midwife", "doctor", "pharmacist", "station_head")

ROOM = Room(
    name="connections",
    title="Ứng dụng",
    title_en="Apps",
    wing="government",
    permissions={
        "see_apps": Permission("Xem ứng dụng đã đăng ký", roles=("administrator", "it_officer")),
        "register_app": Permission("Đăng ký ứng dụng", roles=("administrator",)),
        "end_app": Permission("Ngắt ứng dụng", roles=("administrator",)),
        "open_app": Permission("Mở ứng dụng cho một người bệnh", roles=_CARE),
        "see_allowed": Permission("Xem và thu hồi ứng dụng đã cho phép", roles=("citizen", *_CARE)),
    },
    menu=[
        MenuItem(
            "Ứng dụng", "connections:see_apps", "connections.see_apps",
            portal="office", icon="grid-2x2", order=83,
        ),
        MenuItem(
            "Ứng dụng", "connections:open_app", "connections.open_app",
            portal="staff", icon="grid-2x2", order=85,
        ),
        MenuItem(
            "Ứng dụng", "connections:see_allowed", "connections.see_allowed",
            portal="citizen", icon="grid-2x2", order=95,
        ),
    ],
)  # fmt: skip
