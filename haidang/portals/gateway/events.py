"""What the gateway announces."""

EVENTS = {
    "gateway.record.written": "Hệ thống kết nối ghi một bản ghi",
    "gateway.record.deleted": "Hệ thống kết nối xoá một bản ghi",
}
