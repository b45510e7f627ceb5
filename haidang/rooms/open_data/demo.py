"""This room's life in the demo city, made through its services: releases, contributions at every stage."""

from datetime import timedelta

from haidang.engines.analytics import api as analytics
from haidang.rooms.open_data import selectors, services

#: Released at once; the worker makes the others within its first minutes.
FIRST = ("xa-phuong", "co-so-y-te", "danh-muc-chi-so", "thu-tuc-hanh-chinh", "luot-kham-theo-xa", "nguyen-nhan-kham")  # fmt: skip
_PHARMACIES = (
    "Tên nhà thuốc,Phường,Mở sau 22 giờ\n"
    "Nhà thuốc mô phỏng số 1,Phường Hồng Bàng,có\n"
    "Nhà thuốc mô phỏng số 2,Phường Lê Chân,có\n"
    "Nhà thuốc mô phỏng số 3,Phường Kiến An,không\n"
)
_WALKS = "Đường,Phường,Chiều dài (m)\nVen sông mô phỏng,Phường Hồng Bàng,1200\nCông viên mô phỏng,Phường Lê Chân,850\n"  # fmt: skip
_WATER = "Điểm nước uống,Năm\nCông viên mô phỏng,2025\n"


def live(citizen, officer, *, now):
    """Releases of the city's own sets, and what a citizen contributed.

    citizen, officer    Actors: who sends and who decides
    """
    if selectors.newest():
        return
    analytics.catch_up()
    for key in FIRST:
        services.release(key, by=officer, at=now)
    accepted = _sent(citizen, "Nhà thuốc mở cửa ban đêm", _PHARMACIES, "organisation", "Hội Dược học mô phỏng", now - timedelta(days=6))  # fmt: skip
    services.accept(accepted, by=officer, at=now - timedelta(days=4))
    returned = _sent(citizen, "Đường đi bộ gần trạm y tế", _WALKS, "name", "", now - timedelta(days=3))  # fmt: skip
    services.send_back(
        returned,
        reason="Hãy cho biết số đo lấy từ đâu.",
        by=officer,
        at=now - timedelta(days=2),
    )
    _sent(citizen, "Điểm nước uống công cộng", _WATER, "anonymous", "", now - timedelta(hours=5))
    _observed(citizen, officer, now)


def _sent(citizen, title, table, shown_as, organisation, at):
    pk = services.upload(
        table.encode(), name="bang.csv", title=title, description="Số liệu mô phỏng của thành phố thử, tự khảo sát.",
        licence="cc-by-4.0", shown_as=shown_as, organisation=organisation, by=citizen, at=at,
    )  # fmt: skip
    columns = selectors.own(pk, by=citizen)["row"].columns
    meanings = {one["name"]: f"{one['heading']}, theo khảo sát" for one in columns}
    services.submit(pk, meanings=meanings, by=citizen, at=at)
    return pk


def _observed(citizen, officer, now):
    given = {"proposed": "", "shown_as": "name", "organisation": "", "evidence": None}
    seen = services.report(
        "co-so-y-te", row_words="Trạm y tế mô phỏng", column="facility",
        words="Trạm đã đổi tên từ đầu năm.", by=citizen, at=now - timedelta(days=2), **given,
    )  # fmt: skip
    services.accept(seen, by=officer, at=now - timedelta(days=1))
    services.report(
        "xa-phuong", row_words="Đặc khu Bạch Long Vĩ", column="population",
        words="Dân số thấp hơn số tôi đọc ở nơi khác.", by=citizen, at=now - timedelta(hours=2), **given,
    )  # fmt: skip
