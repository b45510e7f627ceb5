"""What the payments engine writes into the ledger."""

EVENTS = {
    "payments.receiver.saved": "Đã lưu một tài khoản nhận tiền",
    "payments.order.opened": "Đã lập một khoản phải thu",
    "payments.order.paid": "Một khoản phải thu đã trả đủ",
    "payments.order.cancelled": "Đã huỷ một khoản phải thu",
    "payments.notice.taken": "Đã nhận một báo có của ngân hàng",
    "payments.notice.refused": "Đã từ chối một báo có không hợp lệ",
    "payments.notice.assigned": "Đã gán một báo có cho khoản phải thu",
    "payments.refund.recorded": "Đã ghi một khoản hoàn tiền",
    "payments.statement.reconciled": "Đã đối chiếu sao kê ngân hàng",
}
