"""What units and those above them are told."""

from haidang.engines.notify.api import Kind

MESSAGES = [
    Kind(
        "reporting.opened",
        "Báo cáo {form} kỳ {period} đã mở",
        "Hạn nộp là {due}. Hệ thống điền sẵn những ô có nguồn; đơn vị kiểm tra, nhập phần còn lại rồi nộp.",
        "Report {form} of {period} is open",
        "It is due on {due}. Cells with a source are filled in; check them, type the rest and submit.",
    ),
    Kind(
        "reporting.due_soon",
        "Báo cáo {form} kỳ {period} sắp đến hạn",
        "Hạn nộp là {due}; còn {days} ngày làm việc.",
        "Report {form} of {period} is due soon",
        "It is due on {due}; {days} working days are left.",
    ),
    Kind(
        "reporting.overdue",
        "Báo cáo {form} kỳ {period} đã quá hạn",
        "Hạn nộp là {due}, đã qua {days} ngày làm việc. Báo cáo nộp muộn vẫn được nhận và ghi là muộn.",
        "Report {form} of {period} is overdue",
        "It was due on {due}, {days} working days ago. A late report is still taken, and marked as late.",
    ),
    Kind(
        "reporting.submitted",
        "{unit} đã nộp báo cáo {form} kỳ {period}",
        "Mở báo cáo để duyệt hoặc trả lại.",
        "{unit} submitted report {form} of {period}",
        "Open the report to approve or return it.",
    ),
    Kind(
        "reporting.returned",
        "Báo cáo {form} kỳ {period} bị trả lại",
        "Mở báo cáo để xem lý do, sửa rồi nộp lại.",
        "Report {form} of {period} came back",
        "Open the report to read why, correct it and submit it again.",
    ),
    Kind(
        "reporting.locked",
        "Báo cáo {form} kỳ {period} đã khóa",
        "Báo cáo đã được duyệt và khóa; số liệu không thay đổi nữa.",
        "Report {form} of {period} is locked",
        "The report is approved and locked; its figures do not change any more.",
    ),
]
