"""What units and the department are told."""

from haidang.engines.notify.api import Kind

MESSAGES = [
    Kind(
        "plan.opened",
        "Đã mở kỳ báo cáo kế hoạch {quarter}",
        "Nộp báo cáo quý {quarter} trước {due}. Số liệu được điền sẵn; đơn vị viết nhận xét và đính kèm minh chứng.",
        "The plan's report of {quarter} is open",
        "Submit the report of {quarter} before {due}. Figures are filled in; write words and attach evidence.",
    ),
    Kind(
        "plan.due_soon",
        "Báo cáo kế hoạch {quarter} sắp đến hạn",
        "Còn {days} ngày làm việc; hạn nộp là {due}.",
        "The plan's report of {quarter} is due soon",
        "{days} working days are left; it is due on {due}.",
    ),
    Kind(
        "plan.overdue",
        "Báo cáo kế hoạch {quarter} đã quá hạn",
        "Hạn nộp là {due}, đã qua {days} ngày làm việc. Báo cáo nộp muộn vẫn được nhận và được ghi là muộn.",
        "The plan's report of {quarter} is overdue",
        "It was due on {due}, {days} working days ago. A late report is still taken, and marked as late.",
    ),
    Kind(
        "plan.returned",
        "Báo cáo kế hoạch {quarter} bị trả lại",
        "Mở báo cáo để xem lý do, sửa rồi nộp lại.",
        "The plan's report of {quarter} came back",
        "Open the report to read why, correct it and submit it again.",
    ),
    Kind(
        "plan.accepted",
        "Báo cáo kế hoạch {quarter} được chấp nhận",
        "Sở đã chấp nhận báo cáo của đơn vị.",
        "The plan's report of {quarter} is accepted",
        "The department accepted the unit's report.",
    ),
]
