"""Signatures of dossiers: told in words, never a reason to send anything back, free when there is none."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from haidang.engines.documents import api as documents
from haidang.engines.exchange import api as exchange
from haidang.engines.exchange import models, signatures
from tests import messages, strangers

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    settings.HAIDANG_SYNTHETIC = True
    settings.HAIDANG_SIGNERS, settings.HAIDANG_TRUST = str(tmp_path / "s"), str(tmp_path / "t")
    settings.HAIDANG_TSA = ""
    return tmp_path


@pytest.fixture
def seal(house):
    documents.make_synthetic_signers(org="31T01", organisation="Bệnh viện Mẫu mô phỏng", people=[])
    return documents.signer("seal")


def signed(seal, content=None):
    return documents.sign_xml(content or messages.claim(), seal, place="CHUKYDONVI")


def taken_in(content):
    report = messages.take_in(content)
    signatures.check_waiting()
    return exchange.report(report.message.id)


def warnings(report):
    return [each for each in report.problems if each.code.startswith("file.signature")]


def test_a_signed_dossier_says_who_signed_it(seal):
    report = taken_in(signed(seal))

    found = report.signature
    (one,) = found.report.signatures
    assert (report.message.state, found.state) == ("accepted", "valid")
    assert (one.signer, one.stamped, one.level) == ("Bệnh viện Mẫu mô phỏng", True, "XAdES B-T")
    assert [part.name for part in one.parts] == ["GIAMDINHHS"]
    assert one.parts[0].content == b"", "what was signed is kept once, as it came"
    assert warnings(report) == []


def test_a_changed_dossier_is_taken_in_with_a_warning(seal):
    content = re.sub(rb"<NGAYLAP>20260302", b"<NGAYLAP>20260303", signed(seal))

    report = taken_in(content)

    assert (report.message.state, report.signature.state) == ("accepted", "invalid")
    (told,) = warnings(report)
    assert (told.code, told.severity) == ("file.signature_invalid", "warning")
    assert "không bị trả lại" in told.action_vi


def test_an_expired_certificate_is_told(house):
    root, holder = strangers.made(ended=NOW - timedelta(days=1))
    (house / "t").mkdir()
    (house / "t" / "root.pem").write_bytes(root.pem)

    report = taken_in(holder.signs(messages.claim(), "CHUKYDONVI"))

    assert (report.message.state, report.signature.state) == ("accepted", "unknown")
    assert "đã hết hạn" in " ".join(report.signature.report.signatures[0].words())
    assert warnings(report)[0].code == "file.signature_unknown"


def test_an_unsigned_dossier_costs_nothing_and_says_nothing(django_assert_num_queries):
    report = taken_in(messages.claim())

    assert (report.signature, warnings(report)) == (None, [])
    assert models.Signature.objects.count() == 0
    with django_assert_num_queries(3):  # asked once, inside a savepoint
        assert signatures.check_waiting() == 0


def test_the_ranges_of_the_guide_count_as_the_whole(house):
    """Header and dossiers, each by an element of its own."""
    root, holder = strangers.made(ended=NOW + timedelta(days=30))
    (house / "t").mkdir()
    (house / "t" / "root.pem").write_bytes(root.pem)
    content = messages.claim()
    for name in (b"THONGTINDONVI", b"THONGTINHOSO"):
        content = content.replace(b"<" + name + b">", b"<" + name + b' Id="' + name + b'">')

    made = holder.signs(content, "CHUKYDONVI", ids=["THONGTINDONVI", "THONGTINHOSO"])
    beside = made.replace(b"<CHUKYDONVI>", b"<X><MACSKCB>31T02</MACSKCB></X><CHUKYDONVI>")

    assert signatures.checked(made).state == "valid", signatures.checked(made).report
    assert signatures.checked(beside).state == "partial"
    assert (
        signatures.checked(made.replace(b"31T01</MACSKCB>", b"31T02</MACSKCB>")).state == "invalid"
    )


def test_something_that_is_no_signature_is_told_so():
    content = messages.claim().replace(b"<CHUKYDONVI>", b"<CHUKYDONVI>ABC")

    assert warnings(taken_in(content))[0].code == "file.signature_unreadable"


def test_what_ends_its_process_is_not_begun_for_ever(seal):
    receipt = messages.send(signed(seal))
    exchange.process(receipt.message_id)
    models.Signature.objects.update(tries=signatures.TRIES)

    assert signatures.check_waiting() == 1

    report = exchange.report(receipt.message_id)
    assert (report.signature.state, report.signature.report) == ("failed", None)
    assert warnings(report)[0].code == "file.signature_unchecked"


def test_a_message_that_is_done_again_is_checked_again(seal, house):
    content = signed(seal)
    receipt = messages.take_in(content).message.id
    signatures.check_waiting()
    for path in (house / "t").iterdir():
        path.unlink()  # the authority is trusted no more

    exchange.replay([receipt], by=messages.CLERK)
    exchange.process(receipt)
    signatures.check_waiting()

    assert exchange.report(receipt).signature.state == "unknown"


def test_a_trial_check_tells_the_signature_too(seal):
    (file,) = exchange.check(signed(seal), name="a.xml")
    (plain,) = exchange.check(messages.claim(), name="a.xml")

    assert (file.signature.state, plain.signature) == ("valid", None)
    assert etree.fromstring(signed(seal)).tag == "GIAMDINHHS"
