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
        "edit_catalogue": Permission("Soạn và ban hành thủ tục", ("officer", "unit_head")),
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
        "dossier.rated": "Người nộp đã đánh giá",
    },
    menu=[
        MenuItem(
            "Dịch vụ", "procedures:find", "procedures.apply", "citizen", "file-text", order=40
        ),
        MenuItem(
            "Hồ sơ thủ tục", "procedures:work", "procedures.process", "office", "inbox", order=20
        ),
        MenuItem(
            "Soạn thủ tục",
            "procedures:catalogue",
            "procedures.edit_catalogue",
            "office",
            "list-checks",
            order=30,
        ),
    ],
)
