"""Checking: what holds, what was changed, whom nobody trusts, and files that are none of it."""

import io
import shutil
import subprocess
from datetime import timedelta

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign import fields
from pyhanko.sign import signers as pyhanko
from pyhanko.sign.timestamps import DummyTimeStamper

from haidang.engines.documents import api as documents
from haidang.engines.documents.signing import authority, signers, timestamps
from haidang.engines.documents.tests import house, test_papers


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    return house.open_in(settings, tmp_path)


def signed(*names, level="B-LT"):
    paper = test_papers.made()
    names = names or ("director", "department")
    steps = [
        documents.Step(signers.signer(name), paper.places[place])
        for name, place in zip(names, ("person", "organisation"), strict=False)
    ]
    return documents.sign(paper.content, steps, level=level)


def signed_elsewhere(holder, *, subfilter, stamper=None):
    """What another program would have made."""
    signer = pyhanko.SimpleSigner.load_pkcs12_data(holder.packed(house.made().root, "x"), [], b"x")
    writer = IncrementalPdfFileWriter(io.BytesIO(test_papers.made().content))
    metadata = pyhanko.PdfSignatureMetadata(field_name="One", subfilter=subfilter)
    return pyhanko.sign_pdf(writer, metadata, signer, timestamper=stamper).getvalue()


def test_both_signatures_hold_and_are_told_in_words():
    report = documents.check(signed())

    assert (report.verdict, report.kind) == ("valid", "pdf")
    person, seal = report.signatures
    assert (person.signer, person.organisation) == ("Trần Thị Thử", "Sở Y tế mô phỏng")
    assert (person.after, seal.after) == ("signing", "signing")
    assert (person.level, person.stamped, person.revoked) == ("B-LT", True, False)
    assert abs(person.at - house.NOW) < timedelta(hours=1)
    words = " ".join(person.words())
    assert "Nội dung còn nguyên" in words
    assert "Gốc mô phỏng cấp, được tin cậy" in words
    assert "có dấu thời gian tin cậy" in words


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_the_level_is_found_out(level):
    report = documents.check(signed(level=level))

    assert [one.level for one in report.signatures] == [level] * 2
    assert report.signatures[1].after == ("nothing" if level == "B-T" else "signing")
    assert report.verdict == "valid"
    assert (report.sealed_at is not None) == (level == "B-LTA")


@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_one_changed_byte_is_found(level):
    content = bytearray(signed(level=level))
    place = content.index(b"/MediaBox") + 12
    content[place] ^= 1

    report = documents.check(bytes(content))

    assert report.verdict in ("invalid", "broken")
    assert report.verdict == "broken" or "đã bị sửa" in report.signatures[0].words()[0]


def test_a_page_drawn_over_after_signing_is_found():
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    stream = generic.StreamObject(stream_data=b"0 0 200 200 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))
    out = io.BytesIO()
    writer.write(out)

    report = documents.check(out.getvalue())

    assert report.verdict == "invalid"
    assert [one.after for one in report.signatures] == ["changed", "changed"]
    assert all(one.intact for one in report.signatures)
    assert "sửa sau chữ ký" in report.signatures[1].words()[0]


def test_bytes_hung_on_after_the_end_are_found():
    report = documents.check(signed() + b"\n% more\n%%EOF\n")

    assert report.verdict in ("invalid", "irregular", "broken")


def test_a_signer_whom_nobody_here_trusts_is_intact_but_unknown(folder):
    root = folder / "trust" / "root.pem"
    own = root.read_bytes()
    root.write_bytes(own + house.made().strange_root.pem())
    crl = authority.revocations(house.made().strange_root, at=house.NOW - timedelta(hours=1))
    (folder / "trust" / "strange.crl").write_bytes(crl)
    content = signed("stranger")
    root.write_bytes(own)

    report = documents.check(content)

    assert report.verdict == "unknown"
    assert report.signatures[0].problem == "stranger"
    assert "không do tổ chức nào được tin cậy" in " ".join(report.signatures[0].words())


@pytest.mark.parametrize(("hours", "verdict"), [(-2, "invalid"), (2, "valid")])
def test_a_certificate_revoked_before_signing_spoils_it_and_after_does_not(folder, hours, verdict):
    content = signed("director", level="B-T")
    taken_back = authority.revocations(
        house.made().root,
        [house.made().director.certificate],
        at=house.NOW,
        since=house.NOW + timedelta(hours=hours),
    )
    (folder / "trust" / "root.crl").write_bytes(taken_back)

    assert documents.check(content).verdict == verdict


def test_nobody_tells_whether_it_is_revoked(folder):
    content = signed("director", level="B-T")
    (folder / "trust" / "root.crl").unlink()

    (found,) = documents.check(content).signatures

    assert found.revoked is None
    assert not found.stamped  # of the timestamp's certificate nobody tells either
    assert "Không biết chứng thư số có bị thu hồi hay không." in found.words()


def stamper(at):
    certificate, key = (house._template() / "signers" / name for name in timestamps.LOCAL)
    local = timestamps._local(certificate, key, 0)
    return DummyTimeStamper(local.tsa_cert, local.tsa_key, fixed_dt=at)


def test_a_certificate_that_expired_since_is_saved_by_its_timestamp():
    stamped = signed_elsewhere(
        house.made().expired,
        subfilter=fields.SigSeedSubFilter.PADES,
        stamper=stamper(house.NOW - timedelta(days=10)),
    )
    bare = signed_elsewhere(house.made().expired, subfilter=fields.SigSeedSubFilter.PADES)

    assert documents.check(stamped).verdict == "valid"
    (found,) = documents.check(bare).signatures
    assert (found.trusted, found.problem, found.stamped) == (False, "expired", False)


def test_the_older_kind_of_signature_is_understood():
    content = signed_elsewhere(
        house.made().department, subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )

    report = documents.check(content)

    assert (report.verdict, report.signatures[0].level) == ("valid", "CMS")
    assert "theo đồng hồ của người ký" in " ".join(report.signatures[0].words())


def locked():
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(test_papers.made().content)))
    writer.encrypt("chu", "khach")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "verdict", "words"),
    [
        (lambda: test_papers.made().content, "unsigned", "không có chữ ký số"),
        (locked, "locked", "đặt mật khẩu"),
        (lambda: b"%PDF-1.7\nnothing", "broken", "bị hỏng"),
        (lambda: signed()[:5000], "broken", "bị hỏng"),
        (lambda: signed() + b"\n", "valid", "hợp lệ"),
        (lambda: signed() + b"% more\n", "irregular", "bị cắt"),
        (lambda: b"GIF89a", "unsupported", "PDF và XML"),
        (lambda: b"", "unsupported", "PDF và XML"),
        (lambda: b"<a>", "broken", "bị hỏng"),
        (lambda: b"<a/>", "unsigned", "không có chữ ký số"),
    ],
)
def test_what_is_no_signed_file_is_told_as_what_it_is(content, verdict, words):
    report = documents.check(content())

    assert report.verdict == verdict
    assert words in report.words()


def test_a_file_cut_or_spoilt_anywhere_is_answered_and_never_valid():
    content = signed()
    ranges = [one.byte_range for one in PdfFileReader(io.BytesIO(content)).embedded_signatures]
    for at in range(7, len(content) - 1, len(content) // 25):
        covered = any(s <= at < s + n or t <= at < t + m for s, n, t, m in ranges)
        spoilt = content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :]
        assert documents.check(spoilt).verdict != "valid" or not covered
        assert documents.check(content[:at]).verdict != "valid"


def test_a_spoilt_timestamp_is_found():
    content = signed("director", level="B-T")
    (one,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    token = one.signer_info["unsigned_attrs"][0]["values"][0]
    made_by_service = token["content"]["signer_infos"][0]["signature"].native
    at = content.lower().index(made_by_service.hex().encode())

    report = documents.check(content[:at] + b"5a5a5a5a" + content[at + 8 :])

    assert report.verdict == "invalid"
    assert report.signatures[0].intact
    assert "Dấu thời gian của chữ ký đã bị hỏng." in report.signatures[0].words()


@pytest.fixture
def nss(tmp_path):
    """A database of trust for pdfsig that holds the root of the test house."""
    if not (shutil.which("pdfsig") and shutil.which("certutil")):
        pytest.skip("pdfsig or certutil is not installed (Debian: poppler-utils, libnss3-tools)")
    folder = tmp_path / "nss"
    folder.mkdir()
    _run("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
    (tmp_path / "root.pem").write_bytes(house.made().root.pem())
    root = str(tmp_path / "root.pem")
    _run("certutil", "-A", "-d", f"sql:{folder}", "-n", "root", "-t", "CT,CT,CT", "-a", "-i", root)
    return folder


def _run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def pdfsig(content, nss):
    path = nss / "checked.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        ["pdfsig", "-nssdir", f"sql:{nss}", str(path)], capture_output=True, text=True
    )
    return done.stdout


def test_another_tool_agrees_pdfsig(nss):
    told = pdfsig(signed(level="B-LTA"), nss)

    assert told.count("Signature Validation: Signature is Valid.") >= 2
    assert told.count("Certificate Validation: Certificate is Trusted.") >= 2
    assert "Trần Thị Thử" in told


def test_another_tool_finds_the_changed_byte_pdfsig(nss):
    content = bytearray(signed(level="B-T"))
    content[content.index(b"/MediaBox") + 12] ^= 1

    assert "Signature is Valid" not in pdfsig(bytes(content), nss)
