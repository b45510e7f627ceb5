"""The service-quality index over real dossiers: counted, kept, explained, and for whom."""

from datetime import timedelta

import pytest

from haidang.engines.access import api as access
from haidang.engines.places import api as places
from haidang.kernel import actor, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import quality
from haidang.rooms.procedures.services import complaints
from haidang.rooms.procedures.services import quality as keeping
from haidang.rooms.procedures.tests import lives, people, test_services

MONTH = quality.Month.of(lives.AT.date())
END = lives.day("2026-12-15")
CONTROL_CENTRE = "31Z90"


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_NATIONAL_PORTAL = ""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for code, name in ((domain.DEPARTMENT, "Sở Y tế thử"), (CONTROL_CENTRE, "Trung tâm thử")):
        places.save_facility(code, name=name, kind="other", by=actor.SYSTEM)


def _account(name, role, org):
    account = access.create_account(
        name, password="ngọn hải đăng cũ", name=name, roles=[(role, org)], by=actor.SYSTEM
    )
    return access.actor_of(account)


@pytest.fixture
def director():
    return _account("giam.doc", "director", domain.DEPARTMENT)


@pytest.fixture
def other_head():
    return _account("truong.khac", "unit_head", CONTROL_CENTRE)


@pytest.fixture
def month():
    """Two returned in time and one late, rated; one waiting; feedback that was answered late."""
    lives.returned(rating="very_satisfied")
    lives.returned()
    late = lives.returned(at=lives.day("2026-10-01"), days=50)
    models.Dossier.objects.filter(rated_at__isnull=False).update(rated_at=lives.AT)
    waiting = lives.submitted()
    pk = complaints.give_feedback(
        waiting.pk, by=people.APPLICANT, kind="reflection", words="Chậm", at=lives.AT
    )
    return late, pk


def told(unit=domain.DEPARTMENT, month=MONTH):
    keeping.compute(month, at=END)
    row = models.Score.objects.get(unit=unit, month=month.first)
    return row, {one["code"]: one for one in row.criteria}


def test_the_points_of_a_month_are_those_counted_by_hand(month):
    row, points = told()

    assert (points["in_time"]["numerator"], points["in_time"]["denominator"]) == (2, 3)
    assert points["in_time"]["points"] == pytest.approx(20 * 2 / 3, abs=0.01)
    assert (points["filed_online"]["numerator"], points["filed_online"]["denominator"]) == (3, 3)
    assert (points["satisfied"]["numerator"], points["satisfied"]["denominator"]) == (1, 1)
    assert points["digital_result"]["points"] == 0  # given out without signatures
    scored = [one for one in points.values() if one["points"] is not None]
    assert row.points == pytest.approx(sum(one["points"] for one in scored), abs=0.01)


def test_what_has_no_source_or_no_data_is_named_and_out_of_the_whole(month):
    row, points = told()

    reasons = {code: one["reason"] for code, one in points.items() if one["points"] is None}
    assert set(reasons) == {
        "published_in_time",
        "shared",
        "steps_in_time",
        "feedback_in_time",
        "feedback_satisfied",
    }
    assert "ngày ký" in reasons["published_in_time"]
    assert "Chưa kết nối" in reasons["shared"]
    assert row.scorable == 100 - 4 - 6 - 6 - 6


def test_feedback_answered_late_counts_where_it_was_answered(month, director):
    _late, pk = month
    due_at = models.Feedback.objects.get(pk=pk).due_at
    complaints.answer_feedback(pk, by=director, words="Xin lỗi", at=due_at + timedelta(days=1))
    december = quality.Month.of(due_at.date())

    _row, points = told(month=december)

    counts = (points["feedback_in_time"]["numerator"], points["feedback_in_time"]["denominator"])
    assert counts == (0, 1)
    assert points["feedback_satisfied"]["points"] == 0


def test_a_unit_that_takes_part_is_counted_by_its_steps():
    pk = test_services.filled(
        "cong-bo-co-so-tiem-chung",
        test_services.ORGANISATION | {"capacity": ["50"], "truthful": ["true"]},
        ("self", "people"),
    )
    row = test_services.submitted(pk)
    test_services.step(row, "receive", people.OFFICER, "accept")
    test_services.step(row, "consult", people.CONTROL_CENTRE, "agree")

    kept, points = told(CONTROL_CENTRE)

    assert (points["steps_in_time"]["numerator"], points["steps_in_time"]["denominator"]) == (1, 1)
    assert (kept.points, kept.scorable) == (20, 20)
    assert "chỉ phối hợp" in points["in_time"]["reason"]


def test_the_list_behind_a_figure_is_as_long_as_the_figure(month, director):
    late, _pk = month
    found = quality.behind(domain.DEPARTMENT, MONTH, "in_time", by=director, at=END)

    assert (found["point"].numerator, found["point"].denominator) == (2, 3)
    assert len(found["listed"]) == 3
    assert [one.key for one in found["listed"] if not one.counts] == [late.code]


def test_who_gave_which_rating_is_shown_to_nobody(month, director):
    found = quality.behind(domain.DEPARTMENT, MONTH, "satisfied", by=director, at=END)

    assert (found["point"].numerator, found["listed"]) == (1, [])


def test_a_head_of_another_unit_sees_places_and_points_but_no_dossiers(month, other_head):
    keeping.compute(MONTH, at=END)

    (line,) = quality.ranking(MONTH, by=other_head, at=END)["lines"]
    assert (line.unit, line.place) == (domain.DEPARTMENT, 1)
    assert not quality.explained(domain.DEPARTMENT, MONTH, by=other_head)["may_open"]
    with pytest.raises(errors.NotAllowed):
        quality.behind(domain.DEPARTMENT, MONTH, "in_time", by=other_head, at=END)


def test_an_officer_does_not_see_the_index(month):
    keeping.compute(MONTH, at=END)

    with pytest.raises(errors.NotAllowed):
        quality.ranking(MONTH, by=people.OFFICER, at=END)


def test_computing_again_changes_nothing_but_the_moment(month):
    first, points = told()
    again, same = told()

    assert (first.pk, points) == (again.pk, same)


def test_the_worker_keeps_this_month_the_one_before_and_those_never_computed(month):
    keeping.keep_scores(lives.day("2026-11-30"))

    kept = models.Score.objects.filter(unit=domain.DEPARTMENT).order_by("month")
    assert [f"{row.month:%Y-%m}" for row in kept] == ["2026-10", "2026-11"]
    assert len(quality.trend_of(domain.DEPARTMENT, MONTH)) == 2


@pytest.mark.parametrize("text", ["2026-13", "abc", "2019-12", "2027-01", "2026-11-01"])
def test_a_month_that_is_none_is_not_found(text):
    with pytest.raises(errors.NotFound):
        quality.Month.read(text, today=lives.AT.date())


def test_months_follow_each_other_over_the_year():
    january = quality.Month.read("2026-01", today=lives.AT.date())

    assert january.back(1).code == "2025-12"
    assert f"{january.back(1).end}" == "2026-01-01"
    assert january.back(13).code == "2024-12"


def test_what_the_portal_holds_is_the_newest_news():
    row = lives.received()
    keeping.shared(row.code, 4, at=lives.day("2026-11-24"))
    keeping.shared(row.code, 1, at=lives.day("2026-11-23"))

    assert models.Shared.objects.get(dossier=row).state == 4


def test_sharing_counts_once_the_portal_is_connected(settings):
    settings.HAIDANG_NATIONAL_PORTAL = "http://127.0.0.1:1"
    row = lives.received()
    lives.submitted()
    keeping.shared(row.code, domain.STATES[row.state], at=lives.AT)

    _row, points = told()

    assert (points["shared"]["numerator"], points["shared"]["denominator"]) == (1, 2)
