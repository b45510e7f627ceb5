"""What a room says of itself (room.py); config and the portals find rooms by it."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

# Set when the worker process is to end: a loop that does long work looks at it in between.
STOPPING = threading.Event()

ROLES = {
    "citizen": "Người dân",
    "nurse": "Điều dưỡng",
    "midwife": "Hộ sinh",
    "doctor": "Bác sĩ",
    "pharmacist": "Dược sĩ",
    "cashier": "Thu ngân",
    "records_clerk": "Nhân viên hồ sơ bệnh án",
    "station_head": "Trạm trưởng trạm y tế",
    "epidemiologist": "Cán bộ dịch tễ",
    "inspector": "Thanh tra viên",
    "unit_head": "Trưởng khoa, phòng",
    "director": "Lãnh đạo đơn vị",
    "officer": "Công chức",
    "it_officer": "Cán bộ công nghệ thông tin",
    "privacy_officer": "Cán bộ bảo vệ dữ liệu cá nhân",
    "administrator": "Quản trị hệ thống",
    "client": "Hệ thống kết nối",
}


@dataclass(frozen=True)
class Permission:
    """One thing that a person may do; `roles` hold it by default."""

    title: str
    roles: Sequence[str] = ()

    def __post_init__(self):
        unknown = set(self.roles) - set(ROLES)
        if unknown:
            raise ValueError(f"no such role: {', '.join(sorted(unknown))}")


@dataclass(frozen=True)
class MenuItem:
    """One line of a portal's menu, shown to who holds the permission.

    permission  `room.name`, "signed_in" or "public"
    portal      "staff", "office", "citizen" or "public"
    org         code of the organisation whose page it is: a role held elsewhere does not open it
    context     told to who translates, where the same word means something else elsewhere
    """

    label: str
    url_name: str
    permission: str
    portal: str = "staff"
    icon: str = "circle"
    order: int = 50
    org: str = ""
    context: str = ""


@dataclass(frozen=True)
class Room:
    """One service of the city (phòng): its name, permissions, events and menu."""

    name: str
    title: str
    wing: str
    title_en: str = ""
    permissions: Mapping[str, Permission] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    menu: Sequence[MenuItem] = ()


@dataclass(frozen=True)
class Loop:
    """Work that the worker process does again and again.

    function  does one batch and returns how many items it did; called again at once while
              that is above zero
    every_s   pause when there is nothing to do
    channel   PostgreSQL NOTIFY channel that ends the pause early
    """

    name: str
    function: Callable[[], int]
    every_s: float = 5.0
    channel: str | None = None
