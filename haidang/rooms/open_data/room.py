"""What the room is called, who may do what in it, and what it announces."""

from haidang.kernel.room import MenuItem, Permission, Room

_DESK = ("officer",)

ROOM = Room(
    name="open_data",
    title="Dữ liệu mở",
    title_en="Open data",
    wing="government",
    permissions={
        "contribute": Permission("Đóng góp bộ dữ liệu và báo sai số liệu", ("citizen",)),
        "review": Permission("Duyệt đóng góp cho dữ liệu mở", _DESK),
        "publish": Permission("Phát hành bộ dữ liệu mở", _DESK),
    },
    events={
        "release.made": "Đã phát hành một bản của bộ dữ liệu mở",
        "release.unchanged": "Đã kiểm tra bộ dữ liệu mở, không có gì mới",
        "upload.refused": "Đã từ chối một tệp có lỗi; không giữ nội dung",
        "contribution.drafted": "Đã tải lên một tệp để đóng góp",
        "contribution.submitted": "Đã gửi một đóng góp",
        "contribution.returned": "Đã trả lại một đóng góp để sửa",
        "contribution.accepted": "Đã chấp nhận một đóng góp",
        "contribution.cleared": "Đã xác nhận chỗ nghi là dữ liệu cá nhân không nhận ra ai, kèm lý do",
        "contribution.refused": "Đã từ chối một đóng góp",
        "contribution.withdrawn": "Người gửi đã rút đóng góp",
    },
    menu=[
        MenuItem("Dữ liệu mở", "open_data:catalogue", "public", "public", order=60),
        MenuItem("Dữ liệu mở", "open_data:mine", "open_data.contribute", "citizen", "database", order=70),
        MenuItem("Dữ liệu mở", "open_data:desk", "open_data.review", "office", "database", order=60),
    ],
)  # fmt: skip
