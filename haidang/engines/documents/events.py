"""What the documents engine writes into the ledger."""

EVENTS = {
    "documents.file.kept": "Đã lưu một tệp",
    "documents.file.quarantined": "Một tệp bị cách ly vì có mã độc",
    "documents.paper.issued": "Đã phát hành một văn bản",
    "documents.paper.signed": "Một văn bản đã được ký số",
    "documents.paper.renewed": "Đã gia hạn dấu thời gian lưu trữ của một văn bản",
    "documents.scan.read": "Đã nhận dạng chữ của một bản quét",
    "documents.scan.unread": "Không nhận dạng được chữ của một bản quét",
    "documents.scan.asked_again": "Đã yêu cầu đọc lại một bản quét",
    "documents.hold.placed": "Đã ra lệnh giữ tài liệu của một hồ sơ",
    "documents.hold.lifted": "Đã gỡ lệnh giữ tài liệu",
    "documents.disposal.proposed": "Đã lập danh mục tài liệu hết giá trị",
    "documents.disposal.reviewed": "Đã thẩm định danh mục huỷ tài liệu",
    "documents.disposal.approved": "Đã duyệt danh mục huỷ tài liệu",
    "documents.disposal.refused": "Không duyệt danh mục huỷ tài liệu",
    "documents.disposal.done": "Đã huỷ tài liệu và lập biên bản",
    "documents.file.destroyed": "Một tệp đã bị huỷ theo thời hạn bảo quản",
}
