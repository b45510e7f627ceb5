"""Both stores of bulk files keep the same promises; the bucket stands on a folder here."""

import pytest
from pyarrow import fs

from haidang.engines.records.bulk import storage
from haidang.kernel import errors


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    if request.param == "folder":
        return storage.Folder(tmp_path)
    (tmp_path / "city" / "bulk" / "job").mkdir(parents=True)
    return storage.Bucket(fs.SubTreeFileSystem(str(tmp_path), fs.LocalFileSystem()), "city/bulk")


def test_what_is_written_is_read_in_pieces(store):
    content = b"x" * 700_000
    with store.create("job/a.ndjson") as file:
        file.write(content)

    pieces = list(store.pieces("job/a.ndjson"))

    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 256 * 1024


def test_what_is_removed_is_gone_and_removing_it_again_is_no_fault(store):
    with store.create("job/a.ndjson") as file:
        file.write(b"x")

    store.remove("job")
    store.remove("job")

    with pytest.raises(errors.NotFound):
        store.pieces("job/a.ndjson")


def test_what_cannot_be_read_is_not_told_to_be_gone(store):
    with store.create("job/a.ndjson") as file:
        file.write(b"x")

    with pytest.raises(errors.Unavailable) as refused:
        store.pieces("job")  # a folder stands for whatever cannot be opened

    assert refused.value.code == "records.store_unanswered"


def test_a_bucket_that_does_not_answer_is_told_so_and_left_to_the_sweep(settings, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    settings.HAIDANG_FILES = "s3://city/x"

    storage.discard("job")

    with pytest.raises(errors.Unavailable) as refused:
        storage.open_store().pieces("job/a.ndjson")
    assert refused.value.code == "records.store_unanswered"


@pytest.mark.parametrize(
    ("place", "kind"), [("/srv/files", storage.Folder), ("s3://city/x", storage.Bucket)]
)
def test_the_setting_says_which(settings, monkeypatch, place, kind):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    settings.HAIDANG_FILES = place

    assert isinstance(storage.open_store(), kind)
