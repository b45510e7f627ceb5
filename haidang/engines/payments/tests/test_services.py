"""Orders, notices, refunds and statements against the book, with real concurrency."""

import json
import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from haidang.engines.ledger import api as ledger
from haidang.engines.payments import api as payments
from haidang.engines.payments import book, models
from haidang.engines.payments.providers import told
from haidang.kernel import actor, errors

CASHIER = actor.Actor(ref="Practitioner/thu-ngan", name="Thu ngân", kind="staff", org="31Z01")
SECRET = "khoa-thu-nghiem"
ON = date(2026, 11, 23)


@pytest.fixture
def secrets(settings, tmp_path):
    settings.HAIDANG_PAYMENTS_SECRETS = str(tmp_path)
    (tmp_path / "so-y-te").write_text(f"{SECRET}\n")


@pytest.fixture
def receiver(db, secrets):
    return _receiver()


def _receiver():
    return payments.save_receiver(
        "so-y-te",
        org="31Z01",
        provider="sepay",
        bank="970436",
        account="1234567890",
        name="SO Y TE HAI PHONG",
        prefix="HPSYT",
        by=CASHIER,
    )


@pytest.fixture
def order(receiver):
    return _order()


def _order(about="Case/1"):
    return payments.open_order(
        "so-y-te", amount_vnd=185_000, what="Lệ phí cấp phép", about=about, by=CASHIER
    )


def come(number, amount, purpose):
    """A signed notice arrives."""
    body = {
        "id": number,
        "transactionDate": f"{ON:%Y-%m-%d} 09:15:00",
        "content": purpose,
        "transferType": "in",
        "transferAmount": amount,
        "referenceCode": f"FT{number}",
    }
    raw = json.dumps(body).encode()
    signature = told.digest("sha256", SECRET, b"1." + raw)
    headers = {"X-SePay-Timestamp": "1", "X-SePay-Signature": f"sha256={signature}"}
    return payments.receive("so-y-te", raw, headers=headers, query={})[0]


def balances():
    found = payments.balances("so-y-te")
    assert sum(found.values()) == 0
    return {account: amount for account, amount in found.items() if amount}


def only_notice():
    return payments.notices_of(models.Order.objects.get().number)[0]


def test_an_order_is_paid_by_a_notice_that_names_it(order):
    state = come(1, 185_000, f"CT DEN {order.number[:5]}-{order.number[5:].lower()} cam on")

    assert state == "taken"
    assert payments.order(order.number).state == "paid"
    assert balances() == {"bank": 185_000, "income": -185_000}
    names = [event.name for event in ledger.events(names=("payments.*",))]
    assert names[-2:] == ["payments.order.paid", "payments.notice.taken"]


def test_the_qr_code_asks_for_the_rest(order):
    come(1, 100_000, order.number)

    asked = payments.read_qr(payments.qr_text(order.number))

    assert (asked.amount, asked.purpose) == (85_000, order.number)
    assert only_notice().state == "short"


@pytest.mark.parametrize(
    ("amounts", "states", "paid", "owed_back"),
    [
        ([185_000], ["settled"], 185_000, 0),
        ([100_000, 85_000], ["short", "settled"], 185_000, 0),
        ([100_000, 90_000], ["short", "over"], 185_000, 5_000),
        ([200_000], ["over"], 185_000, 15_000),
        ([185_000, 185_000], ["settled", "double"], 185_000, 185_000),
    ],
)
def test_partial_over_and_double_payments(order, amounts, states, paid, owed_back):
    for number, amount in enumerate(amounts, 1):
        come(number, amount, order.number)

    notices = payments.notices_of(order.number)
    assert [one.state for one in notices] == states
    assert payments.order(order.number).paid_vnd == paid
    assert sum(one.owed_back_vnd for one in payments.waiting()) == owed_back
    assert -balances().get("owed_back", 0) == owed_back


def test_the_same_notice_again_changes_nothing(order):
    come(1, 185_000, order.number)
    before = balances()

    assert come(1, 185_000, order.number) == "repeated"
    assert balances() == before


def test_money_for_a_cancelled_order_goes_back(order):
    come(1, 100_000, order.number)
    payments.cancel_order(order.number, by=CASHIER, reason="Người nộp rút hồ sơ")
    come(2, 85_000, order.number)

    assert balances() == {"bank": 185_000, "owed_back": -185_000}
    assert [one.owed_back_vnd for one in payments.waiting()] == [100_000, 85_000]


def test_a_refund_is_recorded_up_to_what_is_owed(order):
    come(1, 200_000, order.number)
    (over,) = payments.waiting()

    with pytest.raises(errors.RuleBroken) as refused:
        payments.record_refund(over.id, amount_vnd=15_001, by=CASHIER, reason="Trả thừa")
    payments.record_refund(over.id, amount_vnd=15_000, by=CASHIER, reason="Trả thừa")

    assert refused.value.facts["owed_back_vnd"] == 15_000
    assert balances() == {"bank": 185_000, "income": -185_000}
    assert payments.waiting() == []


def test_money_without_an_order_waits_until_somebody_assigns_it(order):
    assert come(1, 185_000, "le phi cap phep") == "unknown"
    assert balances()["unidentified"] == -185_000
    (unknown,) = payments.waiting()

    payments.assign(unknown.id, order.number, by=CASHIER)

    assert payments.order(order.number).state == "paid"
    assert balances() == {"bank": 185_000, "income": -185_000}
    with pytest.raises(errors.Conflict):
        payments.assign(unknown.id, order.number, by=CASHIER)


def test_money_that_comes_before_its_order_finds_it_afterwards(receiver):
    first = _order("Case/1").number
    next_number = f"{first[:-5]}{int(first[-5:]) + 1:05d}"
    assert come(1, 185_000, f"Nop {next_number}") == "unknown"
    assert come(2, 185_000, f"Nop {next_number[:-1]}9") == "unknown"
    assert payments.settle_early() == 0

    order = _order("Case/2")
    assert (order.number, payments.settle_early()) == (next_number, 1)

    assert payments.order(order.number).state == "paid"
    assert [one.state for one in payments.notices_of(order.number)] == ["settled"]
    assert len(payments.waiting()) == 1  # what names no order still waits for a person
    assert come(1, 185_000, f"Nop {next_number}") == "repeated"
    assert payments.settle_early() == 0
    assert balances()["unidentified"] == -185_000
    assert [e.record for e in ledger.events(names=("payments.order.paid",))] == [
        f"Order/{order.number}"
    ]


def test_a_forged_notice_leaves_only_its_refusal(order):
    with pytest.raises(errors.NotAllowed):
        payments.receive("so-y-te", b"{}", headers={}, query={})

    assert models.Notice.objects.count() == 0
    assert ledger.events(names=("payments.notice.refused",))[-1].facts["bytes"] == 2


def test_without_a_secret_nothing_is_taken(order, settings):
    settings.HAIDANG_PAYMENTS_SECRETS = ""

    with pytest.raises(errors.Unavailable):
        come(1, 185_000, order.number)


def test_an_order_is_opened_once_for_each_matter(order):
    assert _order() == payments.order(order.number)

    with pytest.raises(errors.Conflict) as refused:
        payments.open_order("so-y-te", amount_vnd=1, what="x", about="Case/1", by=CASHIER)
    assert refused.value.code == "payments.order_differs"


def test_two_receivers_never_share_a_prefix(receiver):
    with pytest.raises(errors.Conflict):
        payments.save_receiver(
            "khac",
            org="31Z02",
            provider="payos",
            bank="970436",
            account="9",
            name="KHAC",
            prefix="HPSYT",
            by=CASHIER,
        )


def test_the_database_refuses_a_book_that_does_not_balance(receiver):
    row = models.Receiver.objects.get()

    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        book.post("order", row.pk, receivable=5, income=-4)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_line_of_the_book_is_never_changed(order):
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        models.Line.objects.update(amount_vnd=0)


def _statement(*rows):
    return "\n".join(["time,reference,amount,purpose", *rows]).encode()


def test_a_clean_day_reconciles(order):
    come(1, 185_000, order.number)
    content = _statement(f"{ON}T09:15:00,FT1,185000,{order.number}", f"{ON}T10:00:00,FT8,-500,phi")

    found = payments.reconcile("so-y-te", ON, content, by=CASHIER)

    assert (found.agreed, found.clean) == (1, True)


def test_a_statement_brings_in_what_nobody_told_and_names_what_differs(order):
    come(1, 185_000, "khong ro")
    come(2, 7_000, "khong ro")
    content = _statement(
        f"{ON}T09:15:00,FT1,180000,khong ro", f"{ON}T11:00:00,FT3,185000,{order.number}"
    )

    found = payments.reconcile("so-y-te", ON, content, by=CASHIER)
    again = payments.reconcile("so-y-te", ON, content, by=CASHIER)

    assert (found.untold, found.unstated, found.differing) == (("FT3",), ("FT2",), ("FT1",))
    assert payments.order(order.number).state == "paid"
    assert again == found
    assert models.Notice.objects.count() == 3


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"a,b\n1,2", b"time,reference,amount,purpose\nhom nay,FT1,5,x",
        b"time,reference,amount,purpose\n2026-11-23T09:15:00," + b"F" * 101 + b",5,x",
    ],
)  # fmt: skip
def test_an_unreadable_statement_changes_nothing(receiver, content):
    with pytest.raises(errors.Incorrect) as refused:
        payments.reconcile("so-y-te", ON, content, by=CASHIER)

    assert refused.value.code == "payments.statement_unreadable"
    assert models.Statement.objects.count() == 0


def test_many_notices_at_once_pay_an_order_once(own_database, secrets):
    _receiver()
    order = _order()

    _together([lambda n=n: come(n % 4, 185_000, order.number) for n in range(12)])

    states = sorted(one.state for one in payments.notices_of(order.number))
    assert states == ["double", "double", "double", "settled"]
    assert balances() == {"bank": 740_000, "income": -185_000, "owed_back": -555_000}
    receipts = sorted(one.receipt for one in payments.notices_of(order.number))
    assert receipts == [f"PT2026/{n:06d}" for n in range(1, 5)]


def test_many_desks_at_once_open_one_order(own_database, secrets):
    _receiver()

    _together([lambda n=n: _order(f"Case/{n % 3}") for n in range(12)])

    assert models.Order.objects.count() == 3
    assert len(set(models.Order.objects.values_list("number", flat=True))) == 3


def _together(acts):
    """Run acts in threads that start in one moment, and raise what any of them raised."""
    start, failures = threading.Barrier(len(acts), timeout=60), []

    def run(act):
        start.wait()
        try:
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
