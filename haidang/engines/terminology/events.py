"""What the terminology engine writes into the ledger."""

EVENTS = {"terminology.release.loaded": "Đã nạp một bản phát hành danh mục"}
