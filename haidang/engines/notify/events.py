"""What the notify engine writes into the ledger."""

EVENTS = {
    "notify.message.sent": "Đã gửi một tin cho người nhận",
    "notify.delivery.failed": "Một tin không gửi được sau mọi lần thử",
    "notify.address.saved": "Đã lưu một địa chỉ nhận tin",
}
