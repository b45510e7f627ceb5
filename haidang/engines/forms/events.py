"""What the forms engine writes into the ledger."""

EVENTS = {
    "forms.version.saved": "Đã lưu một bản nháp của biểu mẫu",
    "forms.version.published": "Đã ban hành một phiên bản biểu mẫu",
    "forms.sketch.dropped": "Đã bỏ một bản đang soạn",
    "forms.response.completed": "Đã hoàn thành một tờ khai",
}
