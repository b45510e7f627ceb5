"""The same files on a disk and in a bucket of a real S3 server on this machine."""

import functools
import io
import tempfile

import pypdfium2
import pytest
from moto.server import ThreadedMotoServer

from haidang.engines.documents import api as documents
from haidang.engines.documents import files, models, stores
from haidang.kernel import actor, errors

WHO = actor.Actor(ref="Person/1", name="Người nộp", kind="citizen")


@functools.cache
def _pdf():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def server():
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def bucket(db, settings, monkeypatch, server, request, tmp_path):
    """A bucket of its own for each test, named by the settings as an operator would."""
    monkeypatch.setattr(
        tempfile, "tempdir", str(tmp_path)
    )  # where files come in is this test's own
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    name = request.node.name.replace("_", "-")[:50].strip("-")
    from pyarrow import fs

    scheme, host = server.split("://")
    made = fs.S3FileSystem(
        endpoint_override=host, scheme=scheme, region="us-east-1", allow_bucket_creation=True
    )
    made.create_dir(name)
    settings.HAIDANG_FILES = f"s3://{name}/files"
    return made, name


def test_a_file_goes_to_the_bucket_whole_and_comes_back(bucket):
    kept = documents.keep([_pdf()], name="a.pdf", by=WHO)
    again = documents.keep([_pdf()], name="b.pdf", by=WHO)

    assert kept.sha256 == again.sha256
    with documents.open_file(kept.sha256) as file:
        assert file.read() == _pdf()
    assert list(stores.coming().iterdir()) == []


def test_a_content_that_the_bucket_lost_is_told_so(bucket):
    kept = documents.keep([_pdf()], name="a.pdf", by=WHO)
    stores.store().remove(stores.name_of(kept.sha256))

    with pytest.raises(errors.Unavailable) as refused:
        documents.open_file(kept.sha256)

    assert refused.value.code == "documents.content_lost"


def test_an_infected_content_moves_to_quarantine_in_the_bucket(bucket, settings, monkeypatch):
    settings.HAIDANG_SCANNER = ""
    kept = documents.keep([_pdf()], name="a.pdf", by=WHO)
    monkeypatch.setattr(files.scanner, "is_on", lambda: True)
    monkeypatch.setattr(files.scanner, "scan", lambda path: "Eicar" if path.read_bytes() else "")

    assert files.scan_waiting() == 1

    assert models.File.objects.get().scan == "infected"
    store = stores.store()
    with store.open(stores.name_of(kept.sha256, infected=True)) as file:
        assert file.read(4) == b"%PDF"
    with pytest.raises(FileNotFoundError):
        store.open(stores.name_of(kept.sha256))


def test_a_store_that_is_away_refuses_the_file_and_keeps_no_trace(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    with pytest.raises(errors.Unavailable) as refused:
        documents.keep([_pdf()], name="a.pdf", by=WHO)

    assert refused.value.code == "documents.store_away"
    assert not models.File.objects.exists()
    assert list(stores.coming().iterdir()) == []
