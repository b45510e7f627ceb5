"""Processing: what an accepted dossier leaves, what a rejected one does not, and resent ones."""

import pytest
from django.db import DatabaseError

from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import batch, faults, models
from haidang.engines.exchange.adapters.claims.tests import examples
from haidang.engines.exchange.tests import snapshots
from haidang.engines.ledger import api as ledger
from tests import messages

pytestmark = pytest.mark.django_db


def states():
    return {row.visit: row.state for row in models.Dossier.objects.order_by("message", "position")}


def test_an_accepted_dossier_becomes_records():
    report = messages.take_in(messages.claim("A"))

    (line,) = report.dossiers
    assert (report.message.state, line.state, line.errors) == ("accepted", "accepted", 0)
    assert snapshots.get(line.encounter).resource["subject"] == {"reference": line.patient}
    assert ledger.events(names=("exchange.dossier.accepted",))[0].about == line.patient


def test_a_rejected_dossier_keeps_every_problem_and_writes_no_record():
    report = messages.take_in(messages.claim("A", MA_BENH_CHINH="", NGAY_RA="202613991000"))

    (line,) = report.dossiers
    assert (report.message.state, line.state) == ("rejected", "rejected")
    assert len({(p.table, p.field) for p in line.problems if p.severity == "error"}) >= 2
    assert all(p.vi and p.en and p.action_vi and p.action_en for p in line.problems)
    assert snapshots.records_now() == {}


def test_a_file_with_good_and_bad_dossiers_is_accepted_in_part():
    good, bad = examples.outpatient("A"), examples.outpatient("B", MA_BENH_CHINH="")

    report = messages.take_in(messages.file_of(good, bad))

    assert report.message.state == "partly"
    assert states() == {"A": "accepted", "B": "rejected"}


def test_a_file_of_another_facility_is_refused_whole():
    content = messages.file_of(examples.outpatient("A"), sender="31T02")

    report = messages.take_in(content)

    assert report.message.state == "refused"
    assert [p.code for p in report.problems] == ["exchange.not_your_facility"]
    assert models.Dossier.objects.count() == 0


def test_half_a_file_leaves_nothing_half_written():
    content = messages.file_of(examples.outpatient("A"), examples.outpatient("B"))

    report = messages.take_in(content[: len(content) * 3 // 4])

    assert report.message.state == "refused"
    assert report.problems[0].severity == "error"
    assert snapshots.records_now() == {}


def test_a_long_half_file_leaves_nothing_either(monkeypatch):
    monkeypatch.setattr("haidang.engines.exchange.judging._SMALL", 0)

    test_half_a_file_leaves_nothing_half_written()


def test_a_resent_dossier_replaces_what_it_said_before():
    first = messages.take_in(messages.claim("A", LY_DO_VV="Đau đầu"))
    second = messages.take_in(messages.claim("A", LY_DO_VV="Chóng mặt"))

    encounter = snapshots.get(second.dossiers[0].encounter)
    assert first.dossiers[0].encounter == second.dossiers[0].encounter
    assert encounter.version == 2
    assert encounter.resource["reasonCode"][0]["text"] == "Chóng mặt"
    assert [row.state for row in models.Dossier.objects.order_by("pk")] == [
        "superseded",
        "accepted",
    ]


def test_what_vanished_from_a_dossier_is_deleted_and_its_history_kept():
    longer = examples.outpatient("A")
    messages.take_in(messages.file_of(longer))
    before = set(models.Dossier.objects.get().refs)
    shorter = examples.outpatient("A")
    del shorter.tables["XML4"]
    shorter.tables["XML1"][0]["GHI_CHU"] = "Tái khám"

    messages.take_in(messages.file_of(shorter))

    gone = before - set(models.Dossier.objects.get(state="accepted").refs)
    assert gone
    assert all(snapshots.versions_of(ref)[0].deleted for ref in gone)
    assert set(snapshots.records_now()) & gone == set()


def test_an_older_copy_that_arrives_late_changes_nothing():
    messages.take_in(messages.claim("A", made_on="20260305", LY_DO_VV="Chóng mặt"))
    before = snapshots.records_now()

    late = messages.take_in(messages.claim("A", made_on="20260304", LY_DO_VV="Đau đầu"))

    assert late.dossiers[0].state == "superseded"
    assert snapshots.records_now() == before


def test_a_rejected_correction_leaves_the_earlier_telling_in_force():
    messages.take_in(messages.claim("A"))
    before = snapshots.records_now()

    messages.take_in(messages.claim("A", MA_BENH_CHINH=""))

    assert snapshots.records_now() == before
    assert [row.state for row in models.Dossier.objects.order_by("pk")] == ["accepted", "rejected"]


def test_a_correction_takes_the_problems_of_the_refused_copy_off_the_list():
    messages.take_in(messages.claim("A", MA_BENH_CHINH=""))
    assert any(group.severity == "error" for group in exchange.groups())

    messages.take_in(messages.claim("A"))

    assert not any(group.severity == "error" for group in exchange.groups())


def test_two_copies_in_one_batch_settle_like_two_batches():
    for reason in ("Đau đầu", "Chóng mặt"):
        messages.send(messages.claim("A", LY_DO_VV=reason))

    while exchange.process_pending():
        pass

    accepted = models.Dossier.objects.get(state="accepted")
    assert snapshots.get(accepted.encounter).resource["reasonCode"][0]["text"] == "Chóng mặt"
    assert models.Dossier.objects.filter(state="superseded").count() == 1


def test_doing_a_message_again_changes_nothing():
    report = messages.take_in(messages.claim("A"))
    messages.take_in(messages.claim("B", MA_BENH_CHINH=""))
    before = snapshots.everything_now()
    events = len(ledger.events(names=("exchange.dossier.*", "people.*"), limit=1000))

    exchange.replay([each.id for each in exchange.messages()], by=messages.CLERK)
    while exchange.process_pending():
        pass

    assert snapshots.everything_now() == before
    assert len(ledger.events(names=("exchange.dossier.*", "people.*"), limit=1000)) == events
    assert exchange.report(report.message.id).message.state == "accepted"


@pytest.mark.parametrize("visit", ["", "V" * 101])
def test_a_dossier_that_does_not_name_its_visit_is_rejected(visit):
    report = messages.take_in(messages.claim(visit))

    (line,) = report.dossiers
    assert (line.state, report.message.state) == ("rejected", "rejected")
    assert "exchange.visit_unnamed" in {problem.code for problem in line.problems}


def test_a_correction_answers_a_dossier_that_forgot_its_facility():
    dossier = examples.outpatient("A", MA_CSKCB="")
    forgot = messages.take_in(messages.file_of(dossier))
    assert forgot.dossiers[0].state == "rejected"
    assert {group.facility for group in exchange.groups()} == {messages.FACILITY}

    messages.take_in(messages.claim("A"))

    assert [row.state for row in models.Dossier.objects.order_by("pk")] == [
        "superseded",
        "accepted",
    ]


def test_what_was_accepted_is_not_taken_back_when_rules_have_grown_stricter(monkeypatch):
    report = messages.take_in(messages.claim("A"))
    before = snapshots.records_now()
    stricter = faults.problem("exchange.visit_unnamed")
    monkeypatch.setattr(
        "haidang.engines.exchange.judging.validate.check", lambda *_, **__: [stricter]
    )

    exchange.replay([report.message.id], by=messages.CLERK)
    exchange.process_pending()

    again = exchange.report(report.message.id, with_problems=True)
    assert (again.message.state, again.dossiers[0].state) == ("accepted", "accepted")
    assert [problem.code for problem in again.dossiers[0].problems] == [stricter.code]
    assert snapshots.records_now() == before


def test_a_poisoned_dossier_harms_nobody_else(monkeypatch):
    poison(monkeypatch, "B")
    receipts = [messages.send(messages.claim(visit)) for visit in "ABC"]

    while exchange.process_pending():
        pass

    assert states() == {"A": "accepted", "B": "waiting", "C": "accepted"}
    poisoned = exchange.report(receipts[1].message_id)
    assert poisoned.message.state == "waiting"
    assert poisoned.dossiers[0].fault.startswith("DatabaseError")
    assert "bí mật" not in poisoned.dossiers[0].fault


def test_a_dossier_that_keeps_failing_ends_as_a_dead_letter_and_can_be_done_again(monkeypatch):
    cure = poison(monkeypatch, "B")
    report = messages.take_in(messages.claim("B"))

    for _ in range(10):
        models.Dossier.objects.update(next_try_at=None)
        exchange.process_pending()

    (letter,) = exchange.dead_letters()
    assert (letter.state, exchange.report(report.message.id).message.state) == ("failed", "failed")
    told = exchange.report(report.message.id, with_problems=True).dossiers[0].problems
    assert [p.code for p in told] == ["exchange.not_processed"]
    cure()
    exchange.replay([report.message.id], by=messages.CLERK)
    exchange.process_pending()
    assert states() == {"B": "accepted"}


def test_a_message_that_cannot_even_be_read_is_put_off_and_then_given_up(monkeypatch):
    def breaks(content):
        raise RuntimeError("bí mật của người bệnh")

    monkeypatch.setattr("haidang.engines.exchange.adapters.claims.reader.read", breaks)
    good = messages.send(messages.claim("A"))

    for _ in range(10):
        models.Message.objects.update(next_try_at=None)
        exchange.process_pending()

    report = exchange.report(good.message_id)
    assert report.message.state == "failed"
    assert report.message.fault.startswith("RuntimeError")
    assert [p.code for p in report.problems] == ["exchange.not_processed"]


def test_a_long_file_is_worked_off_in_batches(monkeypatch):
    monkeypatch.setattr("haidang.engines.exchange.pipeline.BATCH", 2)
    visits = [examples.outpatient(f"V{number}") for number in range(5)]
    receipt = messages.send(messages.file_of(*visits))

    seen = []
    while exchange.process_pending(2):
        seen.append(exchange.report(receipt.message_id).message.judged)

    assert seen == [2, 4, 5]
    assert set(states().values()) == {"accepted"}


def test_a_check_in_gives_way_to_the_dossier_of_its_visit():
    messages.take_in(messages.claim("A"))
    before = snapshots.records_now()

    late = messages.take_in(messages.check_in("A"))

    assert late.dossiers[0].state == "superseded"
    assert snapshots.records_now() == before


def poison(monkeypatch, visit):
    """Make the writing of one visit fail; returns the cure."""
    true = batch._write_records

    def poisoned(cases, rows, rivals):
        if any(case.dossier.ma_lk == visit for case in cases):
            raise DatabaseError("bí mật của người bệnh")
        true(cases, rows, rivals)

    monkeypatch.setattr(batch, "_write_records", poisoned)
    return lambda: monkeypatch.setattr(batch, "_write_records", true)
