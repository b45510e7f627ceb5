"""States, channels and severities in words, each with how grave it is."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# state -> (kind of badge, words), in the order of a message's life
MESSAGE_STATES = {
    "received": ("info", _("Đang chờ xử lý")),
    "unpacked": ("info", _("Gói đã mở")),
    "waiting": ("warn", _("Sẽ thử lại")),
    "accepted": ("ok", _("Đã ghi")),
    "partly": ("warn", _("Một phần có lỗi")),
    "rejected": ("bad", _("Có lỗi, trả lại")),
    "refused": ("bad", _("Bị từ chối")),
    "failed": ("bad", _("Cần người xử lý")),
}
DOSSIER_STATES = {
    "accepted": ("ok", _("Đã ghi")),
    "rejected": ("bad", _("Có lỗi, trả lại")),
    "superseded": ("neutral", _("Đã có bản mới hơn")),
    "waiting": ("warn", _("Sẽ thử lại")),
    "failed": ("bad", _("Cần người xử lý")),
}
# What is safe, and what to do, for a reader who sees that not all is well.
AFTER_MESSAGE = {
    "waiting": _("Tệp đã được giữ nguyên và sẽ được thử lại; không cần gửi lại."),
    "partly": _(
        "Hồ sơ đúng đã được ghi; hồ sơ có lỗi thì chưa. Mở từng hồ sơ có lỗi, sửa trong phần mềm của cơ sở rồi gửi lại."
        " Gửi lại cả tệp cũng được: hồ sơ đã ghi không bị ghi hai lần."
    ),
    "rejected": _(
        "Chưa hồ sơ nào trong tệp được ghi; hồ sơ sức khỏe không thay đổi. Mở từng hồ sơ để xem mọi lỗi, sửa trong"
        " phần mềm của cơ sở rồi gửi lại."
    ),
    "refused": _(
        "Chưa hồ sơ nào trong tệp được ghi; hồ sơ sức khỏe không thay đổi. Làm theo cột Cần làm gì rồi gửi lại cả tệp."
    ),
    "failed": _(
        "Tệp đã được giữ nguyên nhưng chưa ghi hết; không cần gửi lại. Báo mã tiếp nhận dưới đây cho bộ phận công nghệ"
        " thông tin của Sở Y tế."
    ),
}
AFTER_DOSSIER = {
    "superseded": _(
        "Lượt khám này đã có bản gửi mới hơn; bản mới nhất đứng đầu danh sách ở cuối trang."
    ),
    "waiting": _("Hồ sơ đã được giữ nguyên và sẽ được thử lại; không cần gửi lại."),
    "rejected": _(
        "Hồ sơ này chưa được ghi; hồ sơ sức khỏe không thay đổi. Sửa các lỗi dưới đây trong phần mềm của cơ sở rồi gửi"
        " lại với cùng mã liên kết (MA_LK)."
    ),
    "failed": _(
        "Hồ sơ đã được giữ nguyên nhưng chưa được ghi; không cần gửi lại. Báo mã tiếp nhận dưới đây cho bộ phận công"
        " nghệ thông tin của Sở Y tế."
    ),
}
CHANNELS = {
    "upload": _("Tải lên"),
    "folder": _("Thư mục"),
    "gateway": _("Cổng kết nối"),
    "console": _("Dòng lệnh"),
}
# The signature of a message: never a reason to send it back, so none is worse than a warning.
SIGNATURES = {
    "waiting": ("info", _("Đang chờ kiểm tra")),
    "valid": ("ok", _("Hợp lệ")),
    "invalid": ("warn", _("Không hợp lệ")),
    "unknown": ("warn", _("Không xác nhận được người ký")),
    "partial": ("warn", _("Không bao trùm hết tệp")),
    "unreadable": ("warn", _("Không đọc được")),
    "failed": ("warn", _("Chưa kiểm tra được")),
}
SEVERITIES = {"error": ("bad", _("Lỗi")), "warning": ("warn", _("Cảnh báo"))}


@dataclass(frozen=True)
class Badge:
    """A state as a coloured word."""

    kind: str
    label: str


def badge(words, state, count=None):
    """The badge of a state, with a number before it where one is given."""
    kind, label = words.get(state, ("neutral", state))
    return Badge(kind, str(label) if count is None else f"{count} · {label}")


def is_vietnamese():
    """Whether the reader reads Vietnamese; English otherwise."""
    return (get_language() or "vi").startswith("vi")
