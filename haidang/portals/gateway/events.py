"""What the gateway announces."""

EVENTS = {
    "gateway.record.written": "Hệ thống kết nối ghi một bản ghi",
    "gateway.record.deleted": "Hệ thống kết nối xoá một bản ghi",
    "gateway.bulk.asked": "Hệ thống kết nối yêu cầu xuất hoặc nhập dữ liệu hàng loạt",
    "gateway.bulk.cancelled": "Hệ thống kết nối huỷ một yêu cầu hàng loạt",
}
