"""Feedback: from the applicant or a low rating to the head, answered there, and judged."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.places import api as places
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor, errors
from haidang.rooms.procedures import domain, models
from haidang.rooms.procedures.selectors import complaints as reading
from haidang.rooms.procedures.services import complaints
from haidang.rooms.procedures.tests import lives, people

AT = lives.AT
LATER = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    places.save_facility(domain.DEPARTMENT, name="Sở Y tế thử", kind="other", by=actor.SYSTEM)


@pytest.fixture
def head():
    return _account("truong.phong", "unit_head", domain.DEPARTMENT)


@pytest.fixture
def director():
    return _account("giam.doc", "director", domain.DEPARTMENT)


def _account(name, role, org):
    account = access.create_account(
        name, password="ngọn hải đăng cũ", name=name, roles=[(role, org)], by=actor.SYSTEM
    )
    return access.actor_of(account)


def given(row=None, words="Phải đi lại ba lần", kind="reflection"):
    row = row or lives.submitted()
    return complaints.give_feedback(row.pk, by=people.APPLICANT, kind=kind, words=words, at=AT)


def told(who):
    return [message.kind for message in notify.inbox(who.ref)]


def test_feedback_reaches_the_head_with_a_clock_and_the_answer_comes_back(head):
    row = lives.submitted()
    pk = given(row)

    (line,) = reading.waiting(by=head, at=AT)
    assert (line.id, line.code, line.words) == (pk, row.code, "Phải đi lại ba lần")
    assert line.clock.text == "còn 7 ngày làm việc"
    assert told(head) == ["procedures.feedback"]

    complaints.answer_feedback(pk, by=head, words="Xin lỗi; đã nhắc bộ phận.", at=LATER)

    (own,) = reading.own_feedback(row.pk, by=people.APPLICANT, at=LATER)["listed"]
    assert (own.answers[0].words, own.may_judge) == ("Xin lỗi; đã nhắc bộ phận.", True)
    assert told(people.APPLICANT)[0] == "procedures.feedback_answered"
    assert reading.waiting(by=head, at=LATER) == []
    assert [one.id for one in reading.waiting(by=head, at=LATER, closed=True)] == [pk]
    names = [event.name for event in ledger.events(names=("procedures.feedback.*",))]
    assert names == ["procedures.feedback.given", "procedures.feedback.answered"]


@pytest.mark.parametrize(
    ("rating", "opened"), [("not_satisfied", 1), ("satisfied", 0), ("very_satisfied", 0)]
)
def test_only_a_low_rating_opens_feedback(rating, opened, head):
    lives.returned(rating=rating)

    assert models.Feedback.objects.filter(origin="rating").count() == opened
    assert told(head).count("procedures.feedback") == opened


def test_the_same_rating_told_again_opens_nothing_more(head):
    row = lives.returned(rating="not_satisfied")

    for _time in range(2):
        complaints.from_rating(row.pk, "not_satisfied", at=LATER)

    assert models.Feedback.objects.count() == 1


def test_what_the_applicant_wrote_with_a_low_rating_reaches_the_head(head):
    row = lives.returned()
    lives.rate(row, "not_satisfied", words="Chờ quá lâu")

    assert reading.waiting(by=head, at=LATER)[0].words == "Chờ quá lâu"


def test_one_matter_waits_at_a_time(head):
    row = lives.submitted()
    given(row)

    with pytest.raises(errors.Conflict) as refused:
        given(row, words="Lần nữa")

    assert refused.value.code == "procedures.feedback_open"
    assert models.Feedback.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "kind", "code"),
    [
        ("  ", "reflection", "procedures.feedback_empty"),
        ("Có nội dung", "denunciation", "procedures.feedback_kind"),
    ],
)
def test_feedback_says_something_and_is_of_a_kind(words, kind, code):
    row = lives.submitted()

    with pytest.raises(errors.Incorrect) as refused:
        given(row, words=words, kind=kind)

    assert refused.value.code == code
    assert not models.Feedback.objects.exists()


def test_nobody_speaks_for_another():
    row = lives.submitted()

    with pytest.raises(errors.NotFound):
        complaints.give_feedback(
            row.pk, by=people.SOMEBODY, kind="reflection", words="Không phải của tôi", at=AT
        )


def test_the_head_of_another_unit_neither_sees_nor_answers(head):
    places.save_facility("31Z90", name="Trung tâm thử", kind="other", by=actor.SYSTEM)
    other = _account("truong.khac", "unit_head", "31Z90")
    pk = given()

    assert reading.waiting(by=other, at=AT) == []
    for act in (
        lambda: reading.one(pk, by=other, at=AT),
        lambda: complaints.answer_feedback(pk, by=other, words="Trả lời", at=AT),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert reading.one(pk, by=head, at=AT)["may_answer"]


def test_an_officer_without_the_permission_does_not_answer():
    pk = given()

    with pytest.raises(errors.NotAllowed):
        complaints.answer_feedback(pk, by=people.OFFICER, words="Trả lời", at=AT)
    assert models.Feedback.objects.get(pk=pk).state == "open"


def test_an_answer_is_given_once_and_says_something(head):
    pk = given()

    with pytest.raises(errors.Incorrect):
        complaints.answer_feedback(pk, by=head, words=" ", at=AT)
    complaints.answer_feedback(pk, by=head, words="Đã xem", at=AT)
    with pytest.raises(errors.Conflict):
        complaints.answer_feedback(pk, by=head, words="Lần nữa", at=AT)


def test_who_is_not_content_opens_it_once_more_and_then_has_said_so(head):
    row = lives.submitted()
    pk = given(row)
    complaints.answer_feedback(pk, by=head, words="Đã xem", at=AT)
    complaints.judge_feedback(
        pk, by=people.APPLICANT, satisfied=False, words="Chưa rõ ai chịu trách nhiệm", at=LATER
    )

    kept = models.Feedback.objects.get(pk=pk)
    assert (kept.state, kept.unsatisfied, kept.verdict) == ("open", True, "")
    assert kept.answers[0]["reply"] == "Chưa rõ ai chịu trách nhiệm"
    assert told(head)[0] == "procedures.feedback_again"

    complaints.answer_feedback(pk, by=head, words="Trưởng phòng xin lỗi", at=LATER)
    complaints.judge_feedback(pk, by=people.APPLICANT, satisfied=False, at=LATER)
    kept.refresh_from_db()
    assert (kept.state, kept.verdict, len(kept.answers)) == ("answered", "not_satisfied", 2)
    with pytest.raises(errors.Conflict):
        complaints.judge_feedback(pk, by=people.APPLICANT, satisfied=True, at=LATER)


def test_only_who_gave_it_judges_the_answer(head):
    pk = given()
    complaints.answer_feedback(pk, by=head, words="Đã xem", at=AT)

    with pytest.raises(errors.NotFound):
        complaints.judge_feedback(pk, by=people.SOMEBODY, satisfied=True, at=AT)


def test_a_legal_complaint_is_led_to_its_own_way(head):
    pk = given(words="Tôi khiếu nại quyết định từ chối")

    complaints.redirect_feedback(pk, by=head, words="Gửi đơn tới Thanh tra Sở", at=LATER)

    kept = models.Feedback.objects.get(pk=pk)
    assert (kept.state, kept.answers[0]["words"]) == ("redirected", "Gửi đơn tới Thanh tra Sở")
    assert told(people.APPLICANT)[0] == "procedures.feedback_answered"
    names = {event.name for event in ledger.events(names=("procedures.feedback.*",))}
    assert "procedures.feedback.redirected" in names


@pytest.mark.parametrize(("hours", "late"), [(-1, 0), (1, 1)])
def test_what_waits_past_its_term_is_told_once_to_the_leaders(hours, late, head, director):
    pk = given()
    due_at = models.Feedback.objects.get(pk=pk).due_at

    found = [complaints.tell_late(due_at + timedelta(hours=hours)) for _time in range(2)]

    assert found == [late, 0]
    assert told(director).count("procedures.feedback_late") == late
    assert models.Feedback.objects.get(pk=pk).late is bool(late)


def test_an_answer_after_the_term_stays_late(head):
    pk = given()
    due_at = models.Feedback.objects.get(pk=pk).due_at

    complaints.answer_feedback(pk, by=head, words="Muộn", at=due_at + timedelta(minutes=1))

    assert models.Feedback.objects.get(pk=pk).late is True


def test_a_late_step_reaches_the_head_of_its_unit_once(head):
    row = lives.received()
    (task,) = [t for t in workflow.tasks_of(row.case) if t.state == "open"]
    # As the workflow engine notes it.
    facts = {"element": task.element}
    ledger.record(
        "workflow.task.late", by=actor.SYSTEM, record=f"Case/{row.case}", org=task.org, facts=facts
    )

    for _time in range(2):
        ledger.dispatch()

    (message,) = [one for one in notify.inbox(head.ref) if one.kind == "procedures.step_late"]
    assert row.code in message.title
    assert task.name in message.title
    assert message.url == f"/thu-tuc/viec/{row.case}/"


def test_without_a_head_the_leaders_are_told(director):
    assert complaints.heads_of(domain.DEPARTMENT) == [director.ref]


def test_the_database_keeps_one_open_matter_for_a_dossier():
    row = lives.submitted()
    given(row)
    twin = models.Feedback.objects.get()
    twin.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
