"""What the documents engine writes into the ledger."""

EVENTS = {
    "documents.file.kept": "Đã lưu một tệp",
    "documents.file.quarantined": "Một tệp bị cách ly vì có mã độc",
    "documents.paper.issued": "Đã phát hành một văn bản",
    "documents.paper.signed": "Một văn bản đã được ký số",
}
