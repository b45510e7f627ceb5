"""What the room is called, who may do what in it, and what it announces."""

from haidang.kernel.room import MenuItem, Permission, Room

_HEADS = ("station_head", "unit_head", "director")
_MAKERS = (*_HEADS, "records_clerk", "officer", "epidemiologist")

ROOM = Room(
    name="reporting",
    title="Báo cáo thống kê định kỳ",
    title_en="Periodic statistical reports",
    wing="government",
    permissions={
        "see_reports": Permission(
            "Xem báo cáo định kỳ của đơn vị mình", (*_MAKERS, "inspector")
        ),
        "fill": Permission("Lấy số liệu, nhập và sửa ô của báo cáo", _MAKERS),
        "submit": Permission("Nộp báo cáo định kỳ của đơn vị", (*_HEADS, "epidemiologist")),
        "review": Permission(
            "Duyệt và trả lại báo cáo định kỳ", ("officer", "unit_head", "director", "epidemiologist")
        ),
        "lock": Permission("Khóa báo cáo định kỳ", ("unit_head", "director", "epidemiologist")),
        "open_period": Permission("Mở kỳ báo cáo định kỳ", ("officer", "unit_head", "director")),
    },
    events={
        "period.opened": "Đã mở một kỳ báo cáo của một biểu",
        "report.filled": "Đã lấy số liệu vào báo cáo",
        "report.typed": "Đã nhập số vào báo cáo",
        "cell.corrected": "Đã sửa một ô của báo cáo",
        "report.submitted": "Đã nộp báo cáo",
        "report.returned": "Đã trả lại báo cáo",
        "report.approved": "Đã duyệt báo cáo",
        "report.locked": "Đã khóa báo cáo",
        "report.exported": "Đã tải báo cáo ra tệp",
    },
    menu=[
        MenuItem("Báo cáo định kỳ", "reporting:home", "reporting.see_reports", "office", "file-check", order=14),
        MenuItem("Báo cáo định kỳ", "reporting:home", "reporting.fill", "staff", "file-check", order=82),
    ],
)  # fmt: skip
