"""What the records engine announces of itself: work over many records, and what is gone for good."""

IMPORTED, PURGED = "records.set.imported", "records.person.purged"
EVENTS = {
    IMPORTED: "Nhập hàng loạt ghi một tập bản ghi",
    PURGED: "Xoá vĩnh viễn toàn bộ hồ sơ của một người",
}
