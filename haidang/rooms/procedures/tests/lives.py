"""Dossiers of the tests in the states that figures tell apart, made through services."""

from datetime import datetime, timedelta

from haidang.engines.ledger import api as ledger
from haidang.kernel import dates
from haidang.rooms.procedures import models, services
from haidang.rooms.procedures.tests import people, test_services

AT = test_services.AT
TO_SIGN = (
    ("receive", people.OFFICER),
    ("verify", people.OFFICER),
    ("check", people.HEAD),
    ("sign", people.DIRECTOR),
)
QUICK = "hoi-thao-gioi-thieu-thuoc"


def submitted(at=AT):
    """A licence that somebody applied for and paid."""
    return test_services.submitted(test_services.licence(), at=at)


def received(at=AT):
    row = submitted(at)
    return test_services.step(row, "receive", people.OFFICER, "accept", at=at)


def returned(at=AT, days=1, rating=""):
    """A licence decided and returned so many days after it was filed, and perhaps rated."""
    row = submitted(at)
    end = at + timedelta(days=days)
    for element, by in TO_SIGN:
        test_services.step(row, element, by, "accept", at=end)
    test_services.step(row, "deliver", people.OFFICER, at=end)
    if rating:
        rate(row, rating)
    return row


def rate(row, rating, words=""):
    """A rating, and the news of it as the worker hears it."""
    services.rate(row.pk, by=people.APPLICANT, rating=rating, words=words)
    ledger.dispatch()
    row.refresh_from_db()


def refused(at=AT):
    row = submitted(at)
    return test_services.step(
        row, "receive", people.OFFICER, "refuse", at=at, reason="Không thuộc thẩm quyền"
    )


def withdrawn(at=AT):
    row = submitted(at)
    services.withdraw(row.pk, by=people.APPLICANT, at=at, reason="Nộp nhầm")
    row.refresh_from_db()
    return row


def day(text, hour=9):
    """A moment of a day in Hà Nội."""
    return datetime.fromisoformat(text).replace(hour=hour, tzinfo=dates.HANOI)


def all_rows():
    return models.Dossier.objects.order_by("pk")


def consulted(at=AT):
    """A dossier of which another agency is asked its opinion."""
    pk = test_services.filled(
        "cong-bo-co-so-tiem-chung",
        test_services.ORGANISATION | {"capacity": ["50"], "truthful": ["true"]},
        ("self", "people"),
    )
    row = test_services.submitted(pk, at=at)
    return test_services.step(row, "receive", people.OFFICER, "accept", at=at)
