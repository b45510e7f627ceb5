"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

ROOM = Room(
    name="archive",
    title="Lưu trữ",
    title_en="Archive",
    wing="government",
    permissions={
        "see_disposals": Permission(
            "Xem danh mục huỷ tài liệu", roles=("officer", "unit_head", "director")
        ),
        "propose_disposal": Permission("Lập danh mục huỷ và huỷ tài liệu", roles=("officer",)),
        "review_disposal": Permission(
            "Thẩm định và duyệt danh mục huỷ", roles=("unit_head", "director")
        ),
        "mend": Permission("Xử lý bản quét, dấu lưu trữ bị vướng", roles=("officer", "it_officer")),
    },
    menu=[
        MenuItem(
            "Huỷ tài liệu hết giá trị", "archive:see_disposals", "archive.see_disposals",
            portal="office", icon="archive", order=64,
        ),
        MenuItem(
            "Tài liệu cần người xem", "archive:see_troubles", "archive.mend",
            portal="office", icon="file-warning", order=65,
        ),
    ],
)  # fmt: skip
