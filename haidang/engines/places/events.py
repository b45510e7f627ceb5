"""What the places engine writes into the ledger."""

EVENTS = {
    "places.units.loaded": "Đã nạp danh mục đơn vị hành chính",
    "places.facility.saved": "Đã lưu một cơ sở y tế",
    "places.department.saved": "Đã lưu một khoa, phòng của cơ sở",
}
