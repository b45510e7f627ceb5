"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

ROOM = Room(
    name="security",
    title="An toàn dữ liệu",
    title_en="Data security",
    wing="government",
    permissions={
        "see_ledger": Permission(
            "Xem tình trạng sổ", roles=("administrator", "it_officer", "privacy_officer", "director")
        ),
        "verify_ledger": Permission(
            "Kiểm tra sổ và lấy bằng chứng",
            roles=("administrator", "it_officer", "privacy_officer"),
        ),
        "retry_parked": Permission(
            "Xử lý lại tin bị gác", roles=("administrator", "it_officer")
        ),
        "review_opening": Permission("Kết luận lượt mở khẩn cấp", roles=("privacy_officer",)),
    },
    menu=[
        MenuItem(
            "Xét lượt mở khẩn cấp", "security:see_openings", "security.review_opening",
            portal="office", icon="shield-alert", order=70,
        ),
        MenuItem(
            "Sổ và bằng chứng", "security:see_ledger", "security.see_ledger",
            portal="office", icon="scroll-text", order=72,
        ),
    ],
)  # fmt: skip
