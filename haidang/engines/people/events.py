"""What the ledger records about people, for the page that lists all events."""

EVENTS = {
    "people.person.created": "Đã lập hồ sơ cho một người mới",
    "people.person.saved": "Đã cập nhật thông tin hành chính của một người",
    "people.person.retired": "Đã ngừng dùng một hồ sơ lập nhầm mà nơi gửi đã sửa",
    "people.person.revived": "Đã dùng lại một hồ sơ từng ngừng dùng",
    "people.person.merged": "Đã gộp hai hồ sơ của một người",
    "people.person.gathered": "Đã chuyển phần ghi muộn về hồ sơ được giữ lại",
    "people.person.unmerged": "Đã tách lại hai hồ sơ từng gộp",
    "people.review.opened": "Đã đưa một cặp hồ sơ nghi trùng vào danh sách chờ xem",
    "people.review.closed": "Đã kết luận một cặp hồ sơ nghi trùng",
    "people.household.saved": "Đã ghi một hộ và các thành viên",
    "people.guardian.set": "Đã ghi người giám hộ",
    "people.guardian.ended": "Đã chấm dứt giám hộ",
}
