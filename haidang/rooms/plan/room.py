"""What the room is called, who may do what in it, and what it announces."""

from haidang.kernel.room import MenuItem, Permission, Room

_UNIT = ("unit_head", "station_head", "director")
_DESK = ("officer", "unit_head", "director")

ROOM = Room(
    name="plan",
    title="Kế hoạch chuyển đổi số",
    title_en="Digital transformation plan",
    wing="government",
    permissions={
        "see_plan": Permission(
            "Xem kế hoạch và báo cáo của đơn vị mình", (*_UNIT, "officer", "inspector")
        ),
        "report": Permission("Lập và nộp báo cáo quý của đơn vị", _UNIT),
        "review": Permission("Mở kỳ, duyệt và trả lại báo cáo quý", _DESK),
        "sign": Permission("Ký báo cáo tổng hợp của ngành", ("director",)),
        "see_city": Permission(
            "Xem sức khỏe thành phố", ("director", "officer", "unit_head", "epidemiologist")
        ),
        "see_facility": Permission("Xem trang số liệu của cơ sở", (*_UNIT, "officer", "inspector")),
    },
    events={
        "plan.published": "Đã ban hành một bản kế hoạch",
        "quarter.opened": "Đã mở kỳ báo cáo quý",
        "report.written": "Đơn vị đã lưu báo cáo",
        "report.submitted": "Đơn vị đã nộp báo cáo, số liệu được chốt",
        "report.returned": "Sở đã trả lại báo cáo",
        "report.accepted": "Sở đã chấp nhận báo cáo",
        "evidence.attached": "Đã đính kèm minh chứng",
        "summary.signed": "Đã ký báo cáo tổng hợp của quý",
    },
    menu=[
        MenuItem("Kế hoạch", "plan:home", "plan.see_plan", "office", "target", order=10),
        MenuItem("Báo cáo kế hoạch", "plan:home", "plan.report", "staff", "target", order=80),
        MenuItem(
            "Số liệu cơ sở",
            "plan:see_facilities",
            "plan.see_facility",
            "office",
            "hospital",
            order=13,
        ),
        MenuItem(
            "Số liệu cơ sở",
            "plan:see_facilities",
            "plan.see_facility",
            "staff",
            "hospital",
            order=82,
        ),
        MenuItem("Sức khỏe thành phố", "plan:see_city", "plan.see_city", "office", "map", order=12),
    ],
)
