"""A destruction meets somebody who needs the same content: it goes whole, or it stays whole."""

from datetime import date, datetime

import pytest

from haidang.engines.documents import api as documents
from haidang.engines.documents import disposals, models
from haidang.engines.documents.tests import test_retention
from haidang.kernel import dates, errors
from tests import threads

KEEPER = test_retention.KEEPER
PAST = datetime(2026, 11, 25, 9, tzinfo=dates.HANOI)
ROUNDS = 6


@pytest.fixture(autouse=True)
def folder(own_database, settings, tmp_path):
    settings.HAIDANG_FILES, settings.HAIDANG_OCR = str(tmp_path), False
    return tmp_path


def approved(number):
    """A list with one content, its matter long ended."""
    content = test_retention.pdf() + b"%% %d" % number
    matter = (f"Dossier/{number}", "dossier")
    sha256 = documents.keep([content], name="a.pdf", by=KEEPER, into=matter).sha256
    documents.matter_ended(f"Dossier/{number}", on=date(2016, 1, 1))
    found = documents.propose_disposal(org="SYT", by=KEEPER, at=PAST)
    for reviewer in (test_retention.BOARD, test_retention.HEAD):
        documents.decide_disposal(found.id, approve=True, by=reviewer, at=PAST)
    return content, sha256, found.id


def outcome(function, *args, **more):
    """What came of it: its result, or the error of somebody who came too late."""
    try:
        return function(*args, **more)
    except (errors.Gone, errors.Conflict) as why:
        return why


def test_a_content_that_another_matter_files_at_that_moment_goes_or_stays_whole(folder):
    for number in range(ROUNDS):
        content, sha256, disposal = approved(number)
        done, filed = threads.at_once(
            lambda act: act(),
            [
                lambda: outcome(documents.carry_out, disposal, by=KEEPER, at=PAST),  # noqa: B023
                lambda: outcome(documents.hold, [sha256], about="Dossier/new", kind="dossier"),  # noqa: B023
            ],
        )

        (line,) = [one for one in done.lines if one.file == sha256]
        if isinstance(filed, errors.Gone):
            assert line.destroyed
            disposals.sweep()  # whoever came too late may have held the lock: then the worker does it
            assert not (folder / sha256[:2] / sha256).exists()
        else:
            assert "chưa kết thúc" in line.kept_because
            assert documents.open_file(sha256).read() == content


def test_a_content_that_is_sent_again_at_that_moment_is_never_half_there(folder):
    for number in range(ROUNDS):
        content, sha256, disposal = approved(number)

        threads.at_once(
            lambda act: act(),
            [
                lambda: outcome(documents.carry_out, disposal, by=KEEPER, at=PAST),  # noqa: B023
                lambda: documents.keep([content], name="a.pdf", by=KEEPER),  # noqa: B023
            ],
        )

        row = models.File.objects.get(pk=sha256)
        if row.destroyed_at:
            disposals.sweep()
            assert not (folder / sha256[:2] / sha256).exists()
        else:
            assert documents.open_file(sha256).read() == content


def test_a_list_is_carried_out_once_whoever_begins():
    _content, _sha256, disposal = approved(1)

    ended = threads.at_once(
        lambda _who: outcome(documents.carry_out, disposal, by=KEEPER, at=PAST), range(2)
    )

    assert sum(isinstance(one, errors.Conflict) for one in ended) == 1
    assert models.Register.objects.get(kind="minutes").last == 1
