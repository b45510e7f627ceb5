"""The treasury's page: money that waits for somebody is assigned or recorded as gone back."""

import pytest

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.payments import api as payments
from haidang.kernel import actor
from haidang.rooms.procedures import demo, domain, models, services
from haidang.rooms.procedures.tests import lives, people, test_services
from simulators import bank

PAGE = "/thu-tuc/thu-phi/"


@pytest.fixture
def cashier(db, client, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_PAYMENTS_SECRETS = str(tmp_path)
    (tmp_path / domain.RECEIVER).write_text("a secret of the simulated bank")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    demo.open_office()
    made = access.create_account(
        "thu-ngan",
        password="ngọn hải đăng cũ",
        name="Thu ngân",
        roles=[("cashier", domain.DEPARTMENT)],
        by=actor.SYSTEM,
    )
    client.force_login(access.Account.objects.get(pk=made.pk))
    return client


def unpaid():
    pk = test_services.licence()
    services.submit(pk, by=people.APPLICANT, at=lives.AT)
    return models.Dossier.objects.get(pk=pk)


def transfer(row, **changed):
    """The bank tells of a transfer for a dossier's fee, perhaps with another purpose."""
    order = payments.order(row.order)
    raw, headers = bank.notice_of(order, secret=payments.secret_of(order.receiver), **changed)
    payments.receive(order.receiver, raw, headers=headers, query={})
    ledger.dispatch()
    return payments.waiting(domain.RECEIVER)


def test_a_transfer_without_its_number_is_assigned_and_the_dossier_goes_on(cashier):
    row = unpaid()
    (notice,) = transfer(row, purpose="le phi cap phep")
    listed = cashier.get(PAGE).content.decode()

    wrong = cashier.post(f"{PAGE}{notice.id}/gan/", {"number": "KHONGCO"}, follow=True)
    done = cashier.post(f"{PAGE}{notice.id}/gan/", {"number": row.order.lower()}, follow=True)
    ledger.dispatch()

    row.refresh_from_db()
    assert "Chưa rõ nộp cho hồ sơ nào" in listed
    assert row.code in listed
    assert "Không có khoản phải thu" in wrong.content.decode()
    assert "Không khoản nào chờ quyết định" in done.content.decode()
    assert row.state == "submitted"


def test_the_fee_of_a_withdrawn_dossier_waits_to_go_back(cashier):
    row = unpaid()
    services.withdraw(row.pk, by=people.APPLICANT, at=lives.AT, reason="Nộp nhầm")
    (notice,) = transfer(row)  # the applicant pays all the same
    address = f"{PAGE}{notice.id}/hoan/"
    listed = cashier.get(PAGE).content.decode()

    for told in (
        {"amount_vnd": "x"},
        {"amount_vnd": "1"},
        {"amount_vnd": "999999999", "reason": "a"},
    ):
        cashier.post(address, told)
    assert len(payments.waiting(domain.RECEIVER)) == 1
    cashier.post(address, {"amount_vnd": str(notice.owed_back_vnd), "reason": "UNC 01"})

    row.refresh_from_db()
    assert "Hồ sơ đã rút hoặc không được tiếp nhận" in listed
    assert row.state == "withdrawn"
    assert payments.waiting(domain.RECEIVER) == []
    assert cashier.post(address, {"amount_vnd": "1", "reason": "a"}, follow=True).status_code == 200
    assert payments.balances(domain.RECEIVER)["bank"] == 0
