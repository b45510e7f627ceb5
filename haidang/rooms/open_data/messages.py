"""What contributors are told."""

from haidang.engines.notify.api import Kind

MESSAGES = [
    Kind(
        "open_data.accepted",
        "Đóng góp dữ liệu được chấp nhận",
        "«{title}» đã được Sở chấp nhận và công bố ở trang Dữ liệu mở. Cảm ơn bạn.",
        "Your data contribution is accepted",
        "“{title}” was accepted and is published on the open data pages. Thank you.",
    ),
    Kind(
        "open_data.returned",
        "Đóng góp dữ liệu cần sửa",
        "Mở «{title}» để xem lý do, sửa rồi gửi lại.",
        "Your data contribution needs a change",
        "Open “{title}” to read why, correct it and send it again.",
    ),
    Kind(
        "open_data.refused",
        "Đóng góp dữ liệu không được công bố",
        "Mở «{title}» để xem lý do.",
        "Your data contribution is not published",
        "Open “{title}” to read why.",
    ),
]
