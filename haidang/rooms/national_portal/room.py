"""What the room is called, who may do what in it, and what it announces."""

from haidang.kernel.room import MenuItem, Permission, Room

ROOM = Room(
    name="national_portal",
    title="Cổng Dịch vụ công quốc gia",
    title_en="National portal",
    wing="government",
    permissions={
        "see_exchange": Permission(
            "Xem trao đổi với Cổng quốc gia", ("it_officer", "administrator", "director")
        ),
        "replay": Permission("Gửi lại, nhận lại và đối soát", ("it_officer", "administrator")),
    },
    events={
        "message.refused": "Cổng quốc gia từ chối một tin gửi đi",
        "message.parked": "Một tin từ Cổng quốc gia chờ người xử lý",
        "message.turned_down": "Không nhận một tin từ Cổng quốc gia vì tệp kèm theo",
        "message.replayed": "Đã cho gửi hoặc nhận lại một tin",
        "day.reconciled": "Đã đối soát một ngày với Cổng quốc gia",
    },
    menu=[
        MenuItem(
            "Cổng quốc gia",
            "national_portal:see_exchange",
            "national_portal.see_exchange",
            "office",
            "globe",
            order=84,
        ),
    ],
)
