"""Files end by rule: listed, approved by somebody else, destroyed with a minute, or kept with a reason."""

import functools
import io
from datetime import date, datetime

import pypdfium2
import pytest

from haidang.engines.documents import api as documents
from haidang.engines.documents import models, retention
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, dates, errors

KEEPER = actor.Actor(ref="Practitioner/luu-tru", name="Người lưu trữ", kind="staff")
HEAD = actor.Actor(ref="Practitioner/truong-phong", name="Trưởng phòng", kind="staff")
BOARD = actor.Actor(ref="Practitioner/hoi-dong", name="Người thẩm định", kind="staff")
ENDED, PAST = date(2016, 11, 24), datetime(2026, 11, 25, 9, tzinfo=dates.HANOI)


@functools.cache
def pdf():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(db, settings, tmp_path):
    settings.HAIDANG_FILES, settings.HAIDANG_OCR = str(tmp_path), False
    return tmp_path


def filed(about="Dossier/1", kind="dossier", ended=ENDED):
    sha256 = documents.keep([pdf()], name="a.pdf", by=KEEPER, into=(about, kind)).sha256
    if ended:
        documents.matter_ended(about, on=ended)
    return sha256


def approved():
    found = documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)
    documents.decide_disposal(found.id, approve=True, by=BOARD, at=PAST)
    return documents.decide_disposal(found.id, approve=True, by=HEAD, at=PAST)


def carried_out(disposal, callbacks):
    with callbacks(execute=True):
        return documents.carry_out(disposal.id, by=KEEPER, at=PAST)


def test_what_came_before_its_matter_goes_on_under_it_and_begins_its_term_there():
    sha256 = filed("Filing/1", ended=None)

    for _again in range(2):
        documents.refile("Filing/1", to="Dossier/7", kind="dossier")
    documents.matter_ended("Filing/1", on=ENDED)
    documents.matter_ended("Dossier/7", on=ENDED)

    assert [(one.about, one.file_id) for one in documents.due(PAST.date())] == [
        ("Dossier/7", sha256)
    ]


def test_the_minute_calls_a_matter_as_it_is_told_to(django_capture_on_commit_callbacks):
    filed()

    with django_capture_on_commit_callbacks(execute=True):
        done = documents.carry_out(
            approved().id, by=KEEPER, at=PAST, named={"Dossier/1": "H24.15 Cấp giấy"}
        )

    with documents.open_file(done.minute) as file:
        told = pypdfium2.PdfDocument(file.read())[0].get_textpage().get_text_bounded()
    assert "H24.15" in told
    assert "Dossier/1" not in told


def test_every_rule_names_its_source():
    for rule in documents.rules().values():
        assert rule.title
        assert rule.title_en.isascii()
        assert "Luật" in rule.source or "Thông tư" in rule.source


@pytest.mark.parametrize(
    ("kind", "ended", "until"),
    [
        ("dossier", date(2016, 11, 25), date(2026, 11, 25)),
        ("dossier", date(2016, 2, 29), date(2026, 3, 1)),
        ("licence", date(2016, 11, 25), None),
    ],
)
def test_a_term_is_counted_from_the_end_of_the_matter(kind, ended, until):
    assert retention.rule(kind).until(ended) == until


@pytest.mark.parametrize(("day", "listed"), [(24, 0), (25, 1), (26, 1)])
def test_a_file_is_due_on_the_day_its_term_ends(day, listed):
    filed(ended=date(2016, 11, 25))

    assert len(documents.due(date(2026, 11, day))) == listed


def test_what_is_past_its_term_is_destroyed_with_a_minute(
    folder, django_capture_on_commit_callbacks
):
    sha256 = filed()

    done = carried_out(approved(), django_capture_on_commit_callbacks)

    assert (done.state, done.lines[0].destroyed) == ("done", True)
    assert not (folder / sha256[:2] / sha256).exists()
    with pytest.raises(errors.Gone):
        documents.open_file(sha256)
    with documents.open_file(done.minute) as file:
        words = pypdfium2.PdfDocument(file.read())[0].get_textpage().get_text_range()
    assert "Người lưu trữ" in words
    assert "Người thẩm định" in words
    assert "Trưởng phòng" in words
    assert sha256[:16] in words
    assert words.index("NGƯỜI THỰC HIỆN") < words.rindex("Người lưu trữ")  # who signs
    told = [
        e.name for e in ledger.events(names=("documents.disposal.*", "documents.file.destroyed"))
    ]
    assert told == [
        "documents.disposal.proposed",
        "documents.disposal.reviewed",
        "documents.disposal.approved",
        "documents.file.destroyed",
        "documents.disposal.done",
    ]
    assert models.Holding.objects.get(about=f"Disposal/{done.id}").until.year == 2046


def test_the_proposer_does_not_approve():
    filed()
    found = documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)

    with pytest.raises(errors.NotAllowed) as refused:
        documents.decide_disposal(found.id, approve=True, by=KEEPER, at=PAST)

    assert refused.value.code == "documents.own_disposal"
    assert documents.disposal(found.id).state == "proposed"


def test_who_reviewed_does_not_approve():
    filed()
    found = documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)
    documents.decide_disposal(found.id, approve=True, by=BOARD, at=PAST)

    for same in (BOARD, KEEPER):
        with pytest.raises(errors.NotAllowed):
            documents.decide_disposal(found.id, approve=True, by=same, at=PAST)
    with pytest.raises(errors.Conflict):
        documents.carry_out(found.id, by=KEEPER, at=PAST)


def test_a_refused_list_frees_its_files_for_the_next():
    filed()
    found = documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)
    with pytest.raises(errors.RuleBroken):
        documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)
    with pytest.raises(errors.Incorrect):
        documents.decide_disposal(found.id, approve=False, by=HEAD, at=PAST)

    documents.decide_disposal(found.id, approve=False, by=HEAD, at=PAST, reason="Còn cần")

    assert len(documents.due(PAST.date())) == 1


def test_a_list_is_carried_out_only_when_approved_and_only_once(
    django_capture_on_commit_callbacks,
):
    filed()
    found = documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)
    with pytest.raises(errors.Conflict):
        documents.carry_out(found.id, by=KEEPER, at=PAST)
    documents.decide_disposal(found.id, approve=True, by=BOARD, at=PAST)
    documents.decide_disposal(found.id, approve=True, by=HEAD, at=PAST)
    carried_out(found, django_capture_on_commit_callbacks)

    with pytest.raises(errors.Conflict):
        documents.carry_out(found.id, by=KEEPER, at=PAST)


KEPT = [
    (lambda: filed(about="Dossier/2", ended=None), "chưa kết thúc"),
    (lambda: filed(about="Dossier/2", ended=date(2020, 1, 1)), "còn thời hạn"),
    (lambda: filed(about="Dossier/2", kind="licence"), "còn thời hạn"),
    (
        lambda: documents.stop_disposal("Dossier/1", reason="Thanh tra đang làm việc", by=HEAD),
        "lệnh giữ",
    ),
]


@pytest.mark.parametrize(("meanwhile", "why"), KEPT)
def test_what_somebody_needs_meanwhile_is_left_alone_and_said_so(
    folder, meanwhile, why, django_capture_on_commit_callbacks
):
    sha256 = filed()
    found = approved()
    meanwhile()

    done = carried_out(found, django_capture_on_commit_callbacks)

    assert why in done.lines[0].kept_because
    assert (folder / sha256[:2] / sha256).exists()
    assert documents.open_file(sha256).read() == pdf()


def test_a_legal_hold_keeps_a_matter_off_the_list_until_it_is_lifted():
    filed()
    hold = documents.stop_disposal("Dossier/1", reason="Toà án yêu cầu", by=HEAD)
    assert documents.due(PAST.date()) == []

    documents.lift_hold(hold, by=HEAD, at=PAST)

    assert len(documents.due(PAST.date())) == 1
    with pytest.raises(errors.NotFound):
        documents.lift_hold(hold, by=HEAD, at=PAST)
    with pytest.raises(errors.Incorrect):
        documents.stop_disposal("Dossier/1", reason=" ", by=HEAD)


def test_a_matter_that_goes_on_has_no_term():
    filed()

    documents.matter_reopened("Dossier/1")

    assert documents.due(date(2100, 1, 1)) == []


def test_a_content_that_is_sent_anew_after_its_end_is_kept_anew(
    folder, django_capture_on_commit_callbacks
):
    sha256 = filed()
    carried_out(approved(), django_capture_on_commit_callbacks)

    filed(about="Dossier/9", ended=None)

    assert documents.open_file(sha256).read() == pdf()


def test_a_paper_that_another_matter_gave_out_stays(folder, django_capture_on_commit_callbacks):
    sha256 = filed()
    models.Issued.objects.create(
        code="ABCD-EFGH-JKLM", number="1", title="", org="31000", about="Dossier/2", state="unsigned",
        plain=sha256, file=sha256, issued_at=PAST, by_ref="",
    )  # fmt: skip

    done = carried_out(approved(), django_capture_on_commit_callbacks)

    assert "đã phát hành" in done.lines[0].kept_because


def test_two_matters_that_end_together_let_the_content_go_once(
    folder, django_capture_on_commit_callbacks
):
    sha256 = filed("Dossier/1")
    filed("Dossier/2")

    done = carried_out(approved(), django_capture_on_commit_callbacks)

    assert [(one.destroyed, one.kept_because) for one in done.lines] == [(True, ""), (True, "")]
    assert not (folder / sha256[:2] / sha256).exists()


def test_what_ended_is_not_filed_again_without_its_content(django_capture_on_commit_callbacks):
    sha256 = filed()
    carried_out(approved(), django_capture_on_commit_callbacks)

    with pytest.raises(errors.Gone):
        documents.hold([sha256], about="Dossier/9", kind="dossier")


def test_what_we_make_anew_after_its_end_is_kept_anew(folder, django_capture_on_commit_callbacks):
    sha256 = filed()
    carried_out(approved(), django_capture_on_commit_callbacks)

    documents.keep_made(pdf(), type="application/pdf", by=KEEPER)

    assert documents.open_file(sha256).read() == pdf()


def test_a_content_that_somebody_keeps_without_a_matter_stays(
    folder, django_capture_on_commit_callbacks
):
    sha256 = filed()
    found = approved()
    documents.keep([pdf()], name="b.pdf", by=HEAD)

    done = carried_out(found, django_capture_on_commit_callbacks)

    assert "không đưa vào hồ sơ nào" in done.lines[0].kept_because
    assert documents.open_file(sha256).read() == pdf()
