"""A quarter from its opening to the signed summary, with what the ledger says of each step."""

import io
from datetime import datetime, timedelta

import docx
import pypdfium2
import pytest
from django.utils import translation

from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.kernel import dates, errors
from haidang.rooms.plan import models, selectors, services
from haidang.rooms.plan.tests import people

pytestmark = pytest.mark.usefixtures("office")

OPENED = datetime(2026, 9, 1, 9, tzinfo=dates.HANOI)
IN_TIME = datetime(2026, 10, 6, 9, tzinfo=dates.HANOI)
LATE = datetime(2026, 10, 20, 9, tzinfo=dates.HANOI)


@pytest.fixture
def quarter():
    return services.open_quarter("2026-Q3", by=people.officer(), at=OPENED)


@pytest.fixture
def report(quarter):
    return models.Report.objects.get(quarter=quarter, unit=people.HOSPITAL)


def write(report, *, tasks=None, revision=0, words="Quý này đơn vị đã làm."):
    tasks = tasks or {"N2": ("on_track", "Đang làm")}
    return services.write(report.pk, words=words, tasks=tasks, revision=revision, by=people.head())


def submit(report, at=IN_TIME):
    write(report, revision=models.Report.objects.get(pk=report.pk).revision)
    services.submit(report.pk, by=people.head(), at=at)
    report.refresh_from_db()


def pdf():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    return out.getvalue()


def said():
    return [event.name for event in ledger.latest_events(60) if event.name.startswith("plan.")]


def test_opening_gives_each_unit_of_the_plan_one_report(quarter):
    units = models.Report.objects.filter(quarter=quarter).values_list("unit", flat=True)

    assert set(units) == {people.HOSPITAL, people.STATION}
    assert said()[0] == "plan.quarter.opened"


def test_a_report_is_due_seven_working_days_after_the_quarter(quarter):
    due = models.Quarter.objects.get(pk=quarter).due_at.astimezone(dates.HANOI)

    assert due.date().isoformat() == "2026-10-09"


def test_a_quarter_is_opened_once(quarter):
    with pytest.raises(errors.Conflict) as why:
        services.open_quarter("2026-Q3", by=people.officer(), at=OPENED)

    assert why.value.code == "plan.quarter_open"


@pytest.mark.parametrize(
    ("label", "code"),
    [("2026", "plan.not_a_quarter"), ("2025-Q2", "plan.before_plan"), ("quý 3", "analytics.period_unreadable")],
)  # fmt: skip
def test_what_is_no_quarter_of_the_plan_is_refused(label, code):
    with pytest.raises(errors.HaidangError) as why:
        services.open_quarter(label, by=people.officer(), at=OPENED)

    assert why.value.code == code


def test_two_writers_do_not_undo_each_other(report):
    write(report)

    with pytest.raises(errors.Conflict) as why:
        write(report, words="Bản khác", revision=0)

    assert why.value.code == "plan.written_meanwhile"
    assert models.Report.objects.get(pk=report.pk).words == "Quý này đơn vị đã làm."


def test_submitting_freezes_every_figure_with_its_version_and_moment(report):
    submit(report)

    figures = models.Figure.objects.filter(report=report)
    _row, plan = selectors.current()
    assert {one.indicator for one in figures} == set(plan.indicators)
    assert all(one.version and one.frozen_at == IN_TIME for one in figures)


def test_a_figure_without_a_source_names_it_and_is_never_zero(report):
    submit(report)

    unmade = models.Figure.objects.get(report=report, indicator="T11")
    assert (unmade.state, unmade.value) == ("no_source", None)
    assert unmade.missing


def test_submitting_twice_is_answered_and_changes_nothing(report):
    submit(report)
    before = models.Figure.objects.count()

    with pytest.raises(errors.Conflict) as why:
        services.submit(report.pk, by=people.head(), at=LATE)

    assert why.value.code == "plan.already_submitted"
    assert models.Figure.objects.count() == before
    assert models.Report.objects.get(pk=report.pk).submitted_at == IN_TIME


def test_a_report_with_nothing_said_is_refused_with_each_gap(report):
    write(report, words="", tasks={"N1": ("done", "")})

    with pytest.raises(errors.RuleBroken) as why:
        services.submit(report.pk, by=people.head(), at=IN_TIME)

    assert [one["field"] for one in why.value.facts["issues"]] == ["words", "state_N1"]
    assert models.Report.objects.get(pk=report.pk).state == "open"


def test_evidence_is_kept_once_and_noted(report):
    given = {"name": "minh-chung.pdf", "pieces": [pdf()], "by": people.head(), "at": IN_TIME}
    first = services.attach(report.pk, "N1", **given)
    services.attach(report.pk, "N1", **given)

    task = models.TaskWords.objects.get(report=report, task="N1")
    assert [one["file"] for one in task.evidence] == [first]
    assert said().count("plan.evidence.attached") == 1


def test_a_returned_report_is_corrected_and_keeps_both_sets_of_figures(report):
    submit(report)
    services.send_back(report.pk, reason="Thiếu số liệu N2", by=people.officer(), at=IN_TIME)
    write(report, revision=1, words="Đã bổ sung")
    services.submit(report.pk, by=people.head(), at=IN_TIME + timedelta(days=1))
    services.accept(report.pk, by=people.officer(), at=IN_TIME + timedelta(days=2))

    report.refresh_from_db()
    assert (report.state, report.round) == ("accepted", 2)
    assert report.first_submitted_at == IN_TIME
    assert set(models.Figure.objects.filter(report=report).values_list("round", flat=True)) == {
        1,
        2,
    }
    assert {"plan.report.returned", "plan.report.submitted", "plan.report.accepted"} <= set(said())


def test_returning_needs_a_reason(report):
    submit(report)

    with pytest.raises(errors.RuleBroken) as why:
        services.send_back(report.pk, reason=" ", by=people.officer(), at=IN_TIME)

    assert why.value.code == "plan.reason_missing"


def test_a_late_report_is_taken_and_marked(report):
    submit(report, at=LATE)

    line = next(x for x in selectors.lines(report.quarter_id, at=LATE) if x.unit == people.HOSPITAL)
    assert line.late
    assert ledger.latest_events(1)[0].facts["late"] is True


def test_an_unreviewed_report_holds_up_the_signature(report):
    submit(report)

    with pytest.raises(errors.RuleBroken) as why:
        services.sign_summary(report.quarter_id, words="Tốt", by=people.director(), at=LATE)

    assert why.value.code == "plan.reports_unreviewed"
    assert not models.Figure.objects.filter(report=None).exists()


def test_the_signed_summary_is_a_numbered_pdf_and_a_docx(report):
    submit(report)
    services.accept(report.pk, by=people.officer(), at=IN_TIME)

    with translation.override("en"):  # the paper is Vietnamese, whatever its signer reads
        services.sign_summary(
            report.quarter_id, words="Ngành đã làm tốt.", by=people.director(), at=LATE
        )

    quarter = models.Quarter.objects.get(pk=report.quarter_id)
    report.refresh_from_db()
    assert (quarter.state, report.state) == ("signed", "signed")
    assert quarter.number == "01/BC-SYT"
    with documents.open_file(documents.issued(quarter.paper).file) as file:
        assert file.read(4) == b"%PDF"
    with documents.open_file(quarter.docx) as file:
        text = docx.Document(io.BytesIO(file.read()))
    cells = {cell.text for table in text.tables for row in table.rows for cell in row.cells}
    assert {"Trạm y tế thử", "Chưa nộp", "Bệnh viện thử"} <= cells
    assert any("Nguồn chưa có" in cell for cell in cells)
    assert said()[0] == "plan.summary.signed"


def test_a_quarter_is_signed_once(report):
    submit(report)
    services.accept(report.pk, by=people.officer(), at=IN_TIME)
    services.sign_summary(report.quarter_id, words="Tốt", by=people.director(), at=LATE)

    with pytest.raises(errors.Conflict) as why:
        services.sign_summary(report.quarter_id, words="Tốt", by=people.director(), at=LATE)

    assert why.value.code == "plan.quarter_signed"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (datetime(2026, 10, 5, 9, tzinfo=dates.HANOI), None),
        (datetime(2026, 10, 6, 9, tzinfo=dates.HANOI), "plan.due_soon"),
        (datetime(2026, 10, 9, 9, tzinfo=dates.HANOI), "plan.due_soon"),
        (datetime(2026, 10, 12, 9, tzinfo=dates.HANOI), "plan.overdue"),
    ],
)
def test_a_unit_is_reminded_before_and_after_its_day(head_account, quarter, day, kind):
    services.remind(day)
    again = services.remind(day)

    kinds = [message.kind for message in notify.inbox(head_account.ref)]
    assert kinds == ([kind] if kind else []) + ["plan.opened"]
    assert again == 0


def test_who_has_submitted_is_not_reminded(head_account, report):
    submit(report)
    services.remind(LATE)

    assert [message.kind for message in notify.inbox(head_account.ref)] == ["plan.opened"]


def test_ranking_puts_the_unit_that_reported_first(report):
    submit(report)

    _criteria, rows = selectors.ranking(report.quarter_id)

    assert [name for _place, name, _points in rows] == ["Bệnh viện thử", "Trạm y tế thử"]


def test_the_same_plan_again_is_no_new_version():
    services.load_files(by=people.officer())

    assert models.Version.objects.count() == 1
