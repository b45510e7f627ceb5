"""Figures of the plan equal a count made by hand: T5, T6, T9, T10 and what stands below them."""

import pytest

from haidang.engines.analytics import api as analytics
from haidang.engines.documents import api as documents
from haidang.engines.payments import api as payments
from haidang.kernel import actor
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import facts, figures
from haidang.rooms.procedures.services import quality
from haidang.rooms.procedures.tests import lives, people, test_services
from simulators import bank

NOVEMBER = analytics.period("2026-11")


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_TRUST = str(tmp_path / "trust")
    settings.HAIDANG_LAKE = str(tmp_path / "lake")
    settings.HAIDANG_TSA, settings.HAIDANG_SIGNATURE_LEVEL = "", "B-T"
    (tmp_path / domain.RECEIVER).write_text("a secret of the simulated bank")
    settings.HAIDANG_PAYMENTS_SECRETS = str(tmp_path)


@pytest.fixture
def signers():
    documents.make_synthetic_signers(
        org=domain.DEPARTMENT,
        organisation="Sở Y tế mô phỏng",
        people=[("director", people.DIRECTOR.ref, "Giám đốc mô phỏng", "Giám đốc")],
    )


@pytest.fixture
def month():
    """Two returned, one of them rated low; one received, waiting, refused, withdrawn; one draft."""
    lives.returned(rating="satisfied")
    lives.returned(rating="not_satisfied", days=40)
    lives.received()
    lives.submitted()
    lives.refused()
    lives.withdrawn()
    test_services.licence()


def figure(code):
    analytics.compute(code, NOVEMBER, by=actor.SYSTEM)
    found = analytics.figure(code, NOVEMBER, exact=True)
    return found.numerator, found.denominator


def test_dossiers_fully_online_are_those_filed_and_not_sent_away(month):
    rows = models.Dossier.objects.exclude(state__in=["draft", "unpaid", "refused", "withdrawn"])
    by_hand = [row for row in rows if row.channel == row.return_way == "online"]

    assert figure("T6") == (len(by_hand), len(by_hand)) == (4, 4)


def test_a_dossier_that_came_by_the_counter_counts_below_only(month):
    models.Dossier.objects.filter(state="processing").update(channel="counter")

    assert figure("T6") == (3, 4)


def test_settled_in_time_is_by_the_deadline_of_the_case(month):
    (in_time, late) = models.Dossier.objects.filter(state="returned").order_by("ended_at")

    assert figure("T6.1") == (1, 1)  # the other one closed in January
    found = {one.id: one.late for one in facts.of(facts.counted(), at=lives.AT)}
    assert (found[in_time.pk], found[late.pk]) == (False, True)


def test_results_without_valid_signatures_are_not_digitised(month):
    assert figure("T9") == (0, 1)


def test_signed_results_are_digitised(signers, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        row = lives.submitted()
        for element, by in lives.TO_SIGN:
            test_services.step(row, element, by, "accept")

    assert figure("T9") == (1, 1)


def test_every_rating_counts_once(month):
    models.Dossier.objects.exclude(rating="").update(rated_at=lives.AT)

    assert figure("T10") == (1, 2)
    assert figure("T10.1") == (1, 1)


def test_procedures_offered_in_full(db):
    full = [one for one in figures.service_rows(at=lives.AT) if one["full_online"]]
    every = models.Version.objects.filter(valid_to=None)
    by_hand = sum(row.definition.get("level", "full") == "full" for row in every)

    assert figure("T5") == (len(full), every.count())
    assert len(full) == by_hand < every.count()


def test_fees_paid_online_are_orders_that_the_bank_told_of(month):
    row = models.Dossier.objects.exclude(order="").filter(state="submitted").first()

    assert figure("T6.2") == (0, 4)  # the tests let dossiers go on without a transfer
    _pay(row)
    assert figure("T6.2") == (1, 4)


def _pay(row):
    order = payments.order(row.order)
    raw, headers = bank.notice_of(order, secret=payments.secret_of(order.receiver))
    payments.receive(order.receiver, raw, headers=headers, query={})


def test_counting_costs_a_query_for_each_kind_of_thing(month, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert len(list(figures.case_rows(at=lives.AT))) == 4


def test_a_rating_has_the_day_on_which_it_was_given(month):
    (first, _second) = models.Dossier.objects.exclude(rating="").order_by("pk")

    assert first.rated_at is not None
    before = first.rated_at
    quality.rated(first.pk, at=lives.day("2030-01-01"))
    first.refresh_from_db()
    assert first.rated_at == before
