"""Papers sealed for the long term: renewed before the last timestamp ends, and never half."""

import hashlib
import shutil
import subprocess
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization

from haidang.engines.documents import api as documents
from haidang.engines.documents import models, seals
from haidang.engines.documents.signing import authority, timestamps
from haidang.engines.documents.tests import house, test_papers
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors

pytestmark = pytest.mark.django_db
HEAD = actor.Actor(ref="Practitioner/head", name="Lưu trữ", kind="staff")
CODE = "ABCD-EFGH-JKLM"


@pytest.fixture
def folder(settings, tmp_path):
    folder = house.open_in(settings, tmp_path)
    settings.HAIDANG_SIGNATURE_LEVEL = "B-LTA"
    return folder


@pytest.fixture
def paper(folder):
    """A paper of the house, signed by its seal and sealed for the long term."""
    documents.issue(
        test_papers.made(),
        code=CODE,
        number="01/QĐ-SYT",
        title="Quyết định",
        org=house.ORG,
        about="Dossier/1",
        by=actor.SYSTEM,
        at=house.NOW,
    )
    return documents.sign_now(CODE)


def content(sha256):
    with documents.open_file(sha256) as file:
        return file.read()


def due():
    models.Seal.objects.filter(superseded=False).update(next_try_at=house.NOW)


def test_a_sealed_paper_is_looked_at_before_its_timestamp_ends(paper):
    row = models.Seal.objects.get()

    end = house.made().tsa.certificate.not_valid_after_utc
    assert (row.file, row.until) == (paper.file, end)
    assert row.next_try_at == end - seals.MARGIN
    assert seals.renew_due() == 0, "it is far from its end"


def test_papers_below_that_level_have_no_seal(folder, settings):
    settings.HAIDANG_SIGNATURE_LEVEL = "B-LT"
    documents.issue(
        test_papers.made(), code=CODE, number="2", title="", org=house.ORG, about="Dossier/2",
        by=actor.SYSTEM, at=house.NOW,
    )  # fmt: skip
    documents.sign_now(CODE)

    with pytest.raises(errors.NotFound):
        documents.renew_seal(CODE, by=HEAD)


def test_a_renewal_adds_a_timestamp_and_keeps_every_byte(paper, folder):
    given_out = content(paper.file)
    due()

    assert seals.renew_due() == 1
    assert seals.renew_due() == 0, "it is done, and the next is far"

    found = documents.seal_of(CODE)
    renewed = content(found.file)
    assert renewed.startswith(given_out)
    assert documents.issued(CODE).file == paper.file, "what was given out stays"
    assert documents.issued(hashlib.sha256(renewed).hexdigest()).code == CODE
    report = documents.check(renewed)
    assert (report.verdict, report.signatures[0].level) == ("valid", "B-LTA")
    assert report.sealed_at >= documents.check(given_out).sealed_at
    (event,) = ledger.events(names=("documents.paper.renewed",))
    assert (event.record, event.facts["file"]) == ("Dossier/1", found.file)


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler is not installed")
def test_others_find_it_true_after_two_renewals(paper, tmp_path):
    for _again in range(2):
        documents.renew_seal(CODE, by=HEAD)
    (tmp_path / "a.pdf").write_bytes(content(documents.seal_of(CODE).file))

    told = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "a.pdf"], capture_output=True, check=True
    )

    # poppler judges the signature; of timestamps over the document it tells that they are there.
    assert told.stdout.count(b"Signature is Valid") == 1
    assert told.stdout.count(b"Field Name: Timestamp-") == 3
    assert b"Invalid" not in told.stdout
    assert models.Seal.objects.count() == 3


def test_a_service_that_is_away_leaves_the_last_seal_and_says_why(paper, settings):
    settings.HAIDANG_TSA = "http://127.0.0.1:9/tsa"
    due()

    assert seals.renew_due() == 0

    (found,) = documents.seals_in_trouble()
    assert found.file == paper.file
    assert "không trả lời" in found.problem
    assert found.next_try_at > house.NOW
    assert models.File.objects.filter(pk=found.file, destroyed_at=None).exists()

    settings.HAIDANG_TSA = ""
    assert documents.renew_seal(CODE, by=HEAD).problem == ""
    assert documents.seals_in_trouble() == []


def test_a_seal_that_ended_is_left_to_a_person(paper, folder):
    """Its service is not trusted any more: a further timestamp would prove nothing."""
    (folder / "trust" / "root.pem").write_bytes(house.made().strange_root.pem())
    models.Seal.objects.update(until=house.NOW - timedelta(days=1), next_try_at=house.NOW)

    seals.renew_due()

    (found,) = documents.seals_in_trouble()
    assert found.next_try_at is None
    assert "không còn chứng minh được" in found.problem


def test_the_next_timestamp_may_be_of_a_new_service(paper, folder):
    it = house.made()
    new = authority.issue(it.root, "Dấu thời gian mới mô phỏng", at=house.NOW, timestamps=True)
    certificate, key = (folder / "signers" / name for name in timestamps.LOCAL)
    key.write_bytes(
        new.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate.write_bytes(new.pem())

    found = documents.renew_seal(CODE, by=HEAD)

    assert documents.check(content(found.file)).verdict == "valid"
