"""What the room is called, who may do what in it, and where it stands in the menu."""

from haidang.kernel.room import MenuItem, Permission, Room

_FACILITY = ("records_clerk", "station_head", "it_officer")

ROOM = Room(
    name="intake",
    title="Tiếp nhận hồ sơ",
    title_en="Intake of dossiers",
    wing="care",
    permissions={
        "send_claims": Permission("Gửi hồ sơ khám bệnh, chữa bệnh", (*_FACILITY, "client")),
        "check_claims": Permission("Kiểm tra thử hồ sơ trước khi gửi", (*_FACILITY, "cashier")),
        "see_intake": Permission(
            "Xem tình hình tiếp nhận hồ sơ", (*_FACILITY, "officer", "unit_head", "administrator")
        ),
        "see_dossier": Permission("Xem báo cáo và bản gốc của một hồ sơ", _FACILITY),
        "replay_messages": Permission("Cho xử lý lại hồ sơ", ("it_officer", "administrator")),
        "export_visit": Permission("Xuất một lượt khám ra tệp XML", _FACILITY),
    },
    menu=[
        MenuItem(
            "Tiếp nhận hồ sơ", "intake:see_intake", "intake.see_intake", icon="inbox", order=60
        ),
        MenuItem(
            "Tiếp nhận hồ sơ", "intake:see_intake", "intake.see_intake", "office", "inbox", order=60
        ),
        MenuItem("Gửi hồ sơ", "intake:send_claims", "intake.send_claims", icon="upload", order=61),
        MenuItem(
            "Kiểm tra hồ sơ",
            "intake:check_claims",
            "intake.check_claims",
            icon="list-checks",
            order=62,
        ),
    ],
)
