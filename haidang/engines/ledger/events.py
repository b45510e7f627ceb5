"""What this engine writes in the ledger about itself."""

EVENTS = {
    "ledger.check.asked": "Đã yêu cầu kiểm tra sổ",
    "ledger.check.failed": "Kiểm tra sổ thấy sai lệch",
    "ledger.check.passed": "Kiểm tra sổ không thấy sai lệch",
    "ledger.parked.retried": "Đã xử lý lại một tin bị gác",
}
