"""What the workflow engine writes into the ledger."""

EVENTS = {
    "workflow.model.published": "Đã ban hành một quy trình",
    "workflow.day.declared": "Đã công bố một ngày nghỉ hoặc ngày làm bù",
    "workflow.case.started": "Đã mở một hồ sơ công việc",
    "workflow.case.paused": "Đã tạm dừng tính thời hạn",
    "workflow.case.resumed": "Đã tính tiếp thời hạn",
    "workflow.case.extended": "Đã hẹn lại ngày trả kết quả",
    "workflow.case.stopped": "Đã dừng một hồ sơ công việc",
    "workflow.case.ended": "Một hồ sơ công việc đã xong",
    "workflow.case.migrated": "Một hồ sơ công việc chuyển sang quy trình mới",
    "workflow.cases.migrated": "Đã chuyển nhiều hồ sơ sang quy trình mới",
    "workflow.absence.set": "Đã giao người làm thay khi vắng mặt",
    "workflow.absence.ended": "Đã kết thúc việc làm thay",
    "workflow.task.handed_back": "Một việc trở lại người đã vắng mặt",
    "workflow.task.claimed": "Đã nhận một việc",
    "workflow.task.released": "Đã trả lại một việc",
    "workflow.task.delegated": "Đã giao lại một việc",
    "workflow.task.done": "Đã xong một việc",
    "workflow.task.late": "Một việc đã quá hạn",
}
