"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

_KEEPERS = ("records_clerk", "station_head")

ROOM = Room(
    name="identity_review",
    title="Hồ sơ nghi trùng",
    title_en="Possible duplicates",
    wing="public health",
    permissions={
        "see_duplicates": Permission("Xem hồ sơ nghi trùng", roles=(*_KEEPERS, "privacy_officer")),
        "merge_people": Permission("Gộp hồ sơ của một người", roles=_KEEPERS),
        "mark_different": Permission("Kết luận là hai người khác nhau", roles=_KEEPERS),
        "undo_merge": Permission("Tách lại hồ sơ đã gộp", roles=_KEEPERS),
    },
    menu=[
        MenuItem(
            "Hồ sơ nghi trùng", "identity_review:see_duplicates", "identity_review.see_duplicates",
            portal="staff", icon="git-merge", order=40,
        ),
    ],
)  # fmt: skip
