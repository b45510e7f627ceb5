"""What the exchange engine writes into the ledger."""

EVENTS = {
    "exchange.message.received": "Đã nhận một thông điệp",
    "exchange.message.refused": "Đã từ chối một thông điệp",
    "exchange.message.replayed": "Đã cho xử lý lại một thông điệp",
    "exchange.dossier.accepted": "Đã ghi một hồ sơ vào bệnh án",
    "exchange.dossier.rejected": "Đã trả lại một hồ sơ có lỗi",
    "exchange.dossier.superseded": "Một hồ sơ đã có bản mới hơn",
    "exchange.visit.exported": "Đã xuất một lượt khám ra tệp XML",
}
