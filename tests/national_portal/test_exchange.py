"""Dossiers, states, payments and results both ways, when everything goes well."""

from datetime import timedelta

import pytest

from haidang.engines.documents import api as documents
from haidang.engines.payments import api as payments
from haidang.rooms.national_portal import models, services
from haidang.rooms.procedures import domain
from haidang.rooms.procedures import models as procedures
from haidang.rooms.procedures import services as desk
from haidang.rooms.procedures.tests import lives, people, test_services
from tests.national_portal.conftest import (
    dossier,
    filed_and_paid,
    filing,
    held,
    papers,
    states,
    take_all,
    tell_all,
)

pytestmark = pytest.mark.usefixtures("office")


def test_a_dossier_is_told_from_filing_to_result(portal, clock):
    row = lives.returned()

    tell_all(clock)

    assert states(portal, row.code) == [1, 6, 2, 4, 9, 10]
    there = held(portal, row.code)
    assert (there["body"]["MaTTHC"], there["body"]["ChuHoSo"]) == ("SYT.01", "Trần Thị Thử")
    assert there["result"]["SoKyHieu"] == "0001/2026/SYT.01"
    (paper,) = there["result"]["DanhSachGiayToKetQua"]
    _name, content = portal.portal.store.file(paper["IdTepTin"])
    with documents.open_file(row.result_file) as ours:
        assert content == ours.read()
    assert procedures.Shared.objects.get(dossier=row).state == 10


def test_no_answer_of_the_form_leaves_the_house(portal, clock):
    row = lives.submitted()

    tell_all(clock)

    told = str(held(portal, row.code)["body"])
    assert people.KNOWN["person.citizen_id"] not in told
    assert people.KNOWN["person.address"] not in told


def test_a_fee_and_its_payment_are_told(portal, clock):
    row = filed_and_paid()

    tell_all(clock)

    there = held(portal, row.code)
    assert (there["paid"]["TrangThaiThanhToan"], there["paid"]["Gia"]) == (1, 360_000)
    assert states(portal, row.code) == [1, 6, 1]


def test_a_supplement_and_its_answer_are_told(portal, clock):
    row = lives.received()
    test_services.step(
        row, "verify", people.OFFICER, "supplement", items=["Ảnh 4x6"], reason="Ảnh mờ"
    )
    desk.supply(row.pk, [], words="Ảnh mới", by=people.APPLICANT, at=lives.AT)

    tell_all(clock)

    assert states(portal, row.code) == [1, 6, 2, 4, 5, 4]
    asked = models.Outgoing.objects.get(national_state=5).body["DanhSachHoSoBoSung"]
    assert (asked[0]["NoiDungBoSung"], asked[0]["LyDo"]) == ("Ảnh 4x6", "Ảnh mờ")


def test_a_refusal_is_told_with_its_reason(portal, clock):
    row = filed_and_paid()
    test_services.step(row, "receive", people.OFFICER, "refuse", reason="Không thuộc thẩm quyền")

    tell_all(clock)

    assert states(portal, row.code) == [1, 6, 1, 3]
    assert models.Outgoing.objects.get(national_state=3).body["NoiDungXuLy"] == row.refusal


def test_a_dossier_filed_on_the_portal_goes_the_same_way(portal, clock):
    portal.portal.file_dossier(filing(ThanhPhanHoSo=papers(portal)))

    take_all(clock)

    row = dossier("000.00.00.G22-261125-0001")
    assert (row.state, row.channel, row.order) == ("submitted", "online", "")
    assert f"{row.submitted_at:%Y%m%d}" == "20261123"
    for element, by in lives.TO_SIGN:
        test_services.step(row, element, by, "accept")
    test_services.step(row, "deliver", people.OFFICER)
    tell_all(clock)
    assert states(portal, row.code) == [1, 2, 4, 9, 10]
    assert held(portal, row.code)["result"]["SoKyHieu"] == row.result_number
    assert not models.Outgoing.objects.filter(kind="dossier").exists()


def test_a_person_known_here_keeps_one_file_of_dossiers(portal, clock):
    for number in (1, 2):
        code = f"000.00.00.G22-261125-000{number}"
        portal.portal.file_dossier(filing(code, ThanhPhanHoSo=papers(portal)))
    take_all(clock)

    applicants = set(procedures.Dossier.objects.values_list("applicant", flat=True))

    assert len(applicants) == 1


def test_what_is_not_paid_there_is_asked_for_and_paid_there_later(portal, clock):
    told = filing(ThanhPhanHoSo=papers(portal), TrangThaiThanhToan=0)
    portal.portal.file_dossier(told)
    take_all(clock)
    row = dossier(told["MaHoSo"])
    assert row.state == "unpaid"
    order = row.order
    tell_all(clock)
    assert states(portal, row.code) == [1, 6]
    fees = models.Outgoing.objects.get(national_state=6).body["DanhSachLePhi"]
    assert (fees[0]["Gia"], fees[0]["MaThanhToan"]) == (360_000, order)
    assert payments.read_qr(fees[0]["NoiDungQR"]).amount == 360_000

    portal.portal.tell(row.code, "thanh-toan", {"MaGiaoDich": "GD-1", "SoTien": 360_000})
    take_all(clock)
    assert states(portal, row.code) == [1, 6, 1]

    row.refresh_from_db()
    assert (row.state, row.order) == ("submitted", "")
    assert payments.order(order).state == "cancelled"


def test_a_person_supplements_withdraws_and_rates_on_the_portal(portal, clock):
    told = filing(ThanhPhanHoSo=papers(portal))
    portal.portal.file_dossier(told)
    take_all(clock)
    row = dossier(told["MaHoSo"])
    test_services.step(row, "receive", people.OFFICER, "supplement", items=["Ảnh"], reason="Mờ")
    more = {"NoiDung": "Ảnh mới", "ThanhPhanHoSo": papers(portal, ["photo"])}
    portal.portal.tell(row.code, "bo-sung", more)
    take_all(clock)
    row.refresh_from_db()
    assert (row.state, row.supplements[0]["words"]) == ("submitted", "Ảnh mới")
    assert len(row.supplements[0]["files"]) == 1

    test_services.step(row, "receive", people.OFFICER, "refuse", reason="Không thuộc thẩm quyền")
    portal.portal.tell(row.code, "danh-gia", {"MucDo": 1, "NoiDung": "Không rõ lý do"})
    take_all(clock)

    row.refresh_from_db()
    assert (row.rating, row.rating_words) == ("not_satisfied", "Không rõ lý do")


def test_a_withdrawal_on_the_portal_stops_the_dossier(portal, clock):
    row = lives.received()
    tell_all(clock)
    portal.portal.tell(row.code, "rut", {"LyDo": "Nộp nhầm thủ tục"})

    take_all(clock)
    tell_all(clock)

    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert states(portal, row.code)[-1] == 7


def test_a_day_is_compared_and_what_differs_is_named(portal, clock):
    same, other = lives.received(), lives.received()
    tell_all(clock)
    there = held(portal, other.code)
    portal.portal.store.keep_dossier(there | {"state": 5})
    lost = lives.submitted()

    found = services.compare(lives.AT.date(), at=clock.now)

    ours = domain.STATES
    assert found == [
        {"code": other.code, "ours": ours["processing"], "theirs": 5, "waiting": 0},
        {"code": lost.code, "ours": ours["submitted"], "theirs": None, "waiting": 0},
    ]
    kept = models.Day.objects.get()
    assert (kept.ours, kept.theirs) == ({"4": 2, "1": 1}, {"4": 1, "5": 1})
    assert same.code not in str(kept.differing)


def test_a_day_that_differed_is_compared_again_until_it_agrees(portal, clock):
    row = lives.submitted(at=clock.now - timedelta(days=1))
    services.compare_yesterday(clock.now)
    first = models.Day.objects.get()
    assert [one["code"] for one in first.differing] == [row.code]
    tell_all(clock, most=3)
    models.Outgoing.objects.filter(national_state=6).exclude(state="sent").delete()
    held_there = held(portal, row.code)
    portal.portal.store.keep_dossier(held_there | {"state": 1})

    services.compare_yesterday(first.compared_at + timedelta(minutes=30))
    assert models.Day.objects.get().compared_at == first.compared_at
    services.compare_yesterday(first.compared_at + timedelta(hours=2))

    assert models.Day.objects.get().differing == []


def test_without_the_setting_nothing_is_written_or_asked(settings, clock):
    settings.HAIDANG_NATIONAL_PORTAL = ""
    lives.received()

    tell_all(clock, most=1)

    assert not models.Outgoing.objects.exists()
    assert (services.deliver(clock.now), services.pull(clock.now)) == (0, 0)


def test_a_dossier_from_before_the_exchange_becomes_known_when_something_happens(
    settings, portal, clock
):
    address = settings.HAIDANG_NATIONAL_PORTAL
    settings.HAIDANG_NATIONAL_PORTAL = ""
    row = lives.received()
    tell_all(clock, most=1)
    settings.HAIDANG_NATIONAL_PORTAL = address
    test_services.step(
        row, "verify", people.OFFICER, "supplement", items=["Ảnh 4x6"], reason="Ảnh mờ"
    )

    tell_all(clock)

    assert states(portal, row.code) == [5]
