"""What the room is called, who may do what in it, and what it announces."""

from haidang.kernel.room import MenuItem, Permission, Room

_DESK = ("officer", "unit_head", "director", "inspector")

ROOM = Room(
    name="procedures",
    title="Thủ tục hành chính",
    title_en="Administrative procedures",
    wing="government",
    permissions={
        "apply": Permission("Nộp và theo dõi hồ sơ thủ tục", ("citizen",)),
        "process": Permission("Giải quyết hồ sơ thủ tục", _DESK),
        "see_registers": Permission("Xem sổ đăng ký", _DESK),
        "revoke_result": Permission("Thu hồi một kết quả", ("director",)),
        "receive_paper": Permission("Tiếp nhận hồ sơ tại quầy và qua bưu điện", ("officer",)),
        "edit_catalogue": Permission("Soạn và ban hành thủ tục", ("officer", "unit_head")),
        "answer_feedback": Permission("Trả lời phản ánh, kiến nghị", ("unit_head", "director")),
        "see_quality": Permission("Xem chất lượng phục vụ", ("unit_head", "director")),
    },
    events={
        "procedure.published": "Đã ban hành một thủ tục",
        "dossier.submitted": "Đã nộp một hồ sơ",
        "dossier.received": "Đã tiếp nhận một hồ sơ",
        "dossier.refused": "Đã từ chối tiếp nhận một hồ sơ",
        "supplement.asked": "Đã yêu cầu bổ sung hồ sơ",
        "supplement.given": "Người nộp đã bổ sung hồ sơ",
        "dossier.withdrawn": "Người nộp đã rút hồ sơ",
        "dossier.decided": "Đã có kết quả của một hồ sơ",
        "dossier.returned": "Đã trả kết quả cho người nộp",
        "dossier.put_off": "Đã xin lỗi và hẹn lại ngày trả kết quả",
        "paper.taken": "Đã nhận một hồ sơ giấy",
        "slip.made": "Đã lập một phiếu",
        "entry.made": "Một kết quả đã vào sổ đăng ký",
        "entry.revoked": "Đã thu hồi một kết quả",
        "entry.expired": "Một kết quả đã hết hạn",
        "authorisation.given": "Đã uỷ quyền, hoặc đề nghị đại diện",
        "authorisation.confirmed": "Bộ phận một cửa đã xem người đại diện",
        "authorisation.revoked": "Đã chấm dứt một uỷ quyền",
        "dossier.rated": "Người nộp đã đánh giá",
        "feedback.given": "Người nộp đã phản ánh hoặc kiến nghị",
        "feedback.answered": "Đơn vị đã trả lời phản ánh",
        "feedback.redirected": "Đã hướng dẫn nơi giải quyết đơn",
        "feedback.judged": "Người nộp đã đánh giá câu trả lời",
        "feedback.late": "Một phản ánh quá hạn trả lời",
    },
    menu=[
        MenuItem(
            "Dịch vụ", "procedures:find", "procedures.apply", "citizen", "file-text", order=40
        ),
        MenuItem(
            "Hồ sơ thủ tục", "procedures:work", "procedures.process", "office", "inbox", order=20
        ),
        MenuItem(
            "Sổ đăng ký",
            "procedures:registers",
            "procedures.see_registers",
            "office",
            "stamp",
            order=23,
        ),
        MenuItem(
            "Quầy tiếp nhận",
            "procedures:counter",
            "procedures.receive_paper",
            "office",
            "clipboard-list",
            order=21,
        ),
        MenuItem(
            "Sổ theo dõi hồ sơ",
            "procedures:book",
            "procedures.process",
            "office",
            "book-open",
            order=22,
        ),
        MenuItem(
            "Soạn thủ tục",
            "procedures:catalogue",
            "procedures.edit_catalogue",
            "office",
            "list-checks",
            order=30,
        ),
        MenuItem(
            "Phản ánh, kiến nghị",
            "procedures:feedback",
            "procedures.answer_feedback",
            "office",
            "message-square",
            order=32,
        ),
        MenuItem(
            "Chất lượng phục vụ",
            "procedures:quality",
            "procedures.see_quality",
            "office",
            "chart-column",
            order=34,
        ),
    ],
)
