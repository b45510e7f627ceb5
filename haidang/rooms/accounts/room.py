"""What the room is called, who may do what in it, and where it stands in the menus."""

from haidang.kernel.room import MenuItem, Permission, Room

_KEEPERS = ("administrator", "it_officer")

ROOM = Room(
    name="accounts",
    title="Tài khoản",
    title_en="Accounts",
    wing="government",
    permissions={
        "see_accounts": Permission("Xem tài khoản của đơn vị", roles=_KEEPERS),
        "create_account": Permission("Tạo tài khoản", roles=_KEEPERS),
        "change_roles": Permission("Phân quyền", roles=_KEEPERS),
        "disable_account": Permission("Khoá và mở tài khoản", roles=_KEEPERS),
        "reset_password": Permission("Đặt lại mật khẩu và lớp bảo vệ thứ hai", roles=_KEEPERS),
        "see_systems": Permission("Xem hệ thống kết nối", roles=_KEEPERS),
        "connect_system": Permission("Đăng ký và ngắt hệ thống kết nối", roles=_KEEPERS),
    },
    menu=[
        MenuItem(
            "Tài khoản", "accounts:see_accounts", "accounts.see_accounts",
            portal="office", icon="users", order=80,
        ),
        MenuItem(
            "Hệ thống kết nối", "accounts:see_systems", "accounts.see_systems",
            portal="office", icon="plug", order=82,
        ),
        MenuItem("Tôi", "security", "signed_in", portal="citizen", icon="user", order=90),
    ],
)  # fmt: skip
