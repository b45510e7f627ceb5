"""The states of a message and of a dossier, in the order of their life, and how grave they are."""

# state -> (kind of badge, words)
MESSAGE_STATES = {
    "received": ("info", "Đang chờ xử lý"),
    "unpacked": ("info", "Gói đã mở"),
    "waiting": ("warn", "Sẽ thử lại"),
    "accepted": ("ok", "Đã ghi"),
    "partly": ("warn", "Một phần có lỗi"),
    "rejected": ("bad", "Có lỗi, trả lại"),
    "refused": ("bad", "Bị từ chối"),
    "failed": ("bad", "Cần người xử lý"),
}
DOSSIER_STATES = {
    "accepted": ("ok", "Đã ghi"),
    "rejected": ("bad", "Có lỗi, trả lại"),
    "superseded": ("neutral", "Đã có bản mới hơn"),
    "waiting": ("warn", "Sẽ thử lại"),
    "failed": ("bad", "Cần người xử lý"),
}
CHANNELS = {
    "upload": "Tải lên",
    "folder": "Thư mục",
    "gateway": "Cổng kết nối",
    "console": "Dòng lệnh",
}
SEVERITIES = {"error": ("bad", "Lỗi"), "warning": ("warn", "Cảnh báo")}


def is_open(state):
    """True while a message is still on its way, so that a page should look again."""
    return state in ("received", "waiting")


def reaches(senders, org, sender):
    """Whether a message of `sender`, sent by `org`, concerns who looks after `senders`.

    senders   facility codes, or None for the whole city
    """
    return senders is None or sender in senders or (not sender and org in senders)
