"""Of a bulk job that nobody may fetch from, no file stays: what it holds tells of people."""

from datetime import timedelta

import pytest

from haidang.engines.records import api as records
from haidang.engines.records.models import BulkJob
from haidang.engines.records.tests.bulk_jobs import (
    BY,
    MANNER,
    city,
    everything,
    export,
    status,
)

_FOLDERS = "files/bulk/*"


@pytest.fixture(autouse=True)
def home(own_database, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    city()
    return tmp_path


class _Fails:
    """Opens what the actor may see, and fails when the files have been written."""

    def __init__(self, home):
        self.home, self.seen = home, 0

    def __call__(self, by):
        return self

    def __enter__(self):
        self.reach = everything()
        return self.reach.__enter__()

    def __exit__(self, *_why):
        self.reach.__exit__(None, None, None)
        self.seen = len(list(self.home.glob(f"{_FOLDERS}/*.ndjson")))
        raise ValueError("broken")


def _asked():
    return records.bulk.ask_for_export(records.bulk.wish_of(), by=BY)


def _left_by_a_killed_worker(home):
    """A job that a worker had begun, with what it had written by then."""
    job = _asked()
    BulkJob.objects.filter(pk=job.number).update(state="running", starts=1)
    folder = home / "files" / "bulk" / job.uid.replace("-", "")
    folder.mkdir(parents=True)
    (folder / "Patient-1.ndjson").write_text("{}")
    return job


def test_an_export_that_fails_leaves_no_file(home):
    job, fails = _asked(), _Fails(home)

    records.bulk.run(job.number, records.bulk.Manner(opened=fails))

    assert records.bulk.status(job.uid, by=BY).state == "failed"
    assert fails.seen
    assert list(home.glob(_FOLDERS)) == []


def test_an_export_that_is_cancelled_and_fails_leaves_no_file(home):
    job, fails = _asked(), _Fails(home)

    def opened(by):
        records.bulk.cancel(job.uid, by=BY)
        return fails

    records.bulk.run(job.number, records.bulk.Manner(opened=opened))

    assert BulkJob.objects.get().state == "cancelled"
    assert list(home.glob(_FOLDERS)) == []


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_what_a_killed_worker_left_is_swept(home, state):
    job = _left_by_a_killed_worker(home)
    BulkJob.objects.filter(pk=job.number).update(state=state, ended_at=job.asked_at)

    assert [records.bulk.sweep(), records.bulk.sweep()] == [1, 0]
    assert list(home.glob(_FOLDERS)) == []


def test_a_job_that_will_be_taken_up_again_is_not_swept(home):
    job = _left_by_a_killed_worker(home)

    assert records.bulk.sweep() == 0
    assert len(list(home.glob(_FOLDERS))) == 1
    assert records.bulk.run(job.number, MANNER)
    assert status(job).state == "done"


def test_a_cancelled_job_waits_for_the_worker_that_holds_it(home):
    job, swept = _asked(), []

    def opened(by):
        records.bulk.cancel(job.uid, by=BY)
        swept.append(records.bulk.sweep())
        return everything()

    records.bulk.run(job.number, records.bulk.Manner(opened=opened))

    assert (swept, records.bulk.sweep()) == ([0], 1)
    assert list(home.glob(_FOLDERS)) == []


def test_a_month_old_job_goes_after_its_files(home):
    job = export()
    long_ago = job.asked_at - timedelta(days=31)
    BulkJob.objects.update(ended_at=long_ago)

    assert records.bulk.sweep() == 0  # it may still be fetched
    BulkJob.objects.update(expires_at=long_ago)
    records.bulk.sweep()

    assert not BulkJob.objects.exists()
    assert list(home.glob(_FOLDERS)) == []
