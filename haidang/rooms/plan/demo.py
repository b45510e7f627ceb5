"""This room's life in the demo city, made through its services: two quarters, reports at every stage."""

import functools
from datetime import datetime, time, timedelta

import typst

from haidang.engines.analytics import api as analytics
from haidang.kernel import actor, dates
from haidang.rooms.plan import models, selectors, services

HOSPITAL, STATION = "31Z01", "31Z14"
_WORDS = "Đơn vị đã triển khai các nhiệm vụ của quý; số liệu do hệ thống tính từ hồ sơ mô phỏng."
_TASKS = {
    "N2": ("on_track", "Nhân viên dùng phần mềm hằng ngày."),
    "N3": ("on_track", "Hồ sơ được mở khi khám."),
    "N8": ("late", "Chờ duyệt hồ sơ cấp độ; dự kiến xong trong quý sau."),
    "N12": ("done", "Mọi đơn được kê trên hệ thống."),
}
#: What becomes of each unit's report in the running round; others have not begun.
_STAGES = {
    HOSPITAL: "open",
    "31Z02": "accepted",
    "31Z03": "returned",
    "31Z11": "late",
    "31Z12": "submitted",
    "31Z90": "accepted",
}
_SILENT = "31Z13"  # has not reported in the signed quarter


def live(staff, *, now):
    """The plan, a signed quarter, and one whose reports are on their way.

    staff    an Actor for each role of the department (officer, director), and for the units
             HOSPITAL and STATION
    """
    services.load_files(by=actor.SYSTEM)
    if selectors.quarter():
        return
    analytics.catch_up()
    today = now.astimezone(dates.HANOI).date()
    running = analytics.period(f"{today.year}-Q{(today.month + 2) // 3}").before()
    _signed(running.before(), staff, now=now)
    _on_its_way(running, staff)


def _moment(period, days):
    return datetime.combine(period.end + timedelta(days=days), time(9), tzinfo=dates.HANOI)


def _reports(quarter):
    return {row.unit: row for row in models.Report.objects.filter(quarter=quarter)}


def _signed(period, staff, *, now):
    quarter = services.open_quarter(period.label, by=staff["officer"], at=_moment(period, -20))
    for number, (unit, row) in enumerate(sorted(_reports(quarter).items())):
        if unit == _SILENT:
            continue
        at = _moment(period, 2 + number)
        _submit(row, staff, at=at)
        if unit == STATION:
            services.send_back(
                row.pk,
                reason="Nhiệm vụ N8 chưa nêu ngày hoàn thành.",
                by=staff["officer"],
                at=at + timedelta(hours=3),
            )
            _submit(row, staff, at=at + timedelta(days=1))
        services.accept(row.pk, by=staff["officer"], at=at + timedelta(days=1, hours=2))
    words = (
        "Các đơn vị cơ bản thực hiện đúng kế hoạch.\n"
        "Đề nghị các đơn vị còn chậm hoàn thành hồ sơ cấp độ an toàn thông tin."
    )
    services.sign_summary(quarter, words=words, by=staff["director"], at=now)


def _on_its_way(period, staff):
    quarter = services.open_quarter(period.label, by=staff["officer"], at=_moment(period, -20))
    for unit, row in sorted(_reports(quarter).items()):
        stage = _STAGES.get(unit, "open")
        if stage == "open":
            continue
        at = _moment(period, 30 if stage == "late" else 5)
        _submit(row, staff, at=at)
        if stage == "accepted":
            services.accept(row.pk, by=staff["officer"], at=at + timedelta(hours=4))
        if stage == "returned":
            services.send_back(
                row.pk,
                reason="Nhận xét chưa nói gì về đơn thuốc điện tử.",
                by=staff["officer"],
                at=at + timedelta(hours=4),
            )


def _submit(row, staff, *, at):
    by = staff.get(row.unit, actor.SYSTEM)
    row.refresh_from_db()
    services.write(row.pk, words=_WORDS, tasks=_TASKS, revision=row.revision, by=by)
    services.attach(row.pk, "N12", name="minh-chung-n12.pdf", pieces=[_paper()], by=by, at=at)
    services.submit(row.pk, by=by, at=at)


@functools.cache
def _paper():
    """A page that says that it is a sample."""
    text = "#set page(width: 120mm, height: 80mm)\nMinh chứng mô phỏng, không có giá trị sử dụng."
    return typst.compile(text.encode(), format="pdf", timestamp=0)
