"""What this engine writes in the ledger."""

EVENTS = {
    "access.account.created": "Đã tạo tài khoản",
    "access.account.disabled": "Đã khoá tài khoản",
    "access.account.enabled": "Đã mở lại tài khoản",
    "access.client.created": "Đã đăng ký hệ thống kết nối",
    "access.client.ended": "Đã ngắt hệ thống kết nối",
    "access.consent.given": "Đã ghi nhận đồng ý chia sẻ hồ sơ",
    "access.consent.withdrawn": "Đã rút lại đồng ý chia sẻ hồ sơ",
    "access.factor.added": "Đã thêm lớp bảo vệ thứ hai",
    "access.factor.removed": "Đã bỏ lớp bảo vệ thứ hai",
    "access.factor.reset": "Quản trị viên đã gỡ lớp bảo vệ thứ hai",
    "access.glass.broken": "Đã mở khẩn cấp một hồ sơ",
    "access.glass.reviewed": "Đã kết luận một lượt mở khẩn cấp",
    "access.password.changed": "Đã đổi mật khẩu",
    "access.password.reset": "Quản trị viên đã đặt lại mật khẩu",
    "access.role.ended": "Đã thu hồi vai trò",
    "access.role.granted": "Đã phân quyền",
    "access.session.opened": "Đã đăng nhập",
    "access.session.revoked": "Đã kết thúc phiên đăng nhập",
}
