"""What this engine writes in the ledger."""

EVENTS = {
    "analytics.indicator.computed": "Đã tính chỉ tiêu",
    "analytics.sql.exported": "Đã xuất dữ liệu phân tích",
    "analytics.sql.run": "Đã chạy truy vấn phân tích",
}
