"""Papers given out: signed after what they decide, once, or waiting with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haidang.engines.documents import api as documents
from haidang.engines.documents import issued as issuing
from haidang.engines.documents import models
from haidang.engines.documents.tests import house, test_papers
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors

DIRECTOR = actor.Actor(ref="Practitioner/1", name="Giám đốc", kind="staff", org=house.ORG)


@pytest.fixture(autouse=True)
def folder(db, settings, tmp_path):
    folder = house.open_in(settings, tmp_path)
    for name in ("expired", "revoked", "stranger"):
        (folder / "signers" / f"{name}.toml").unlink()
    return folder


def issue(by=DIRECTOR, org=house.ORG, number="12/QĐ-SYT"):
    return documents.issue(
        test_papers.made(),
        code=documents.new_code(),
        number=number,
        title="Quyết định",
        org=org,
        about="Dossier/1",
        by=by,
        at=timezone.now(),
    )


def content_of(paper):
    with documents.open_file(paper.file) as file:
        return file.read()


def test_a_paper_is_signed_by_the_person_and_the_organisation():
    paper = issue()
    assert (paper.state, paper.file) == ("waiting", "")

    signed = documents.sign_now(paper.code)

    assert (signed.state, signed.signers) == ("signed", ("director", "department"))
    report = documents.check(content_of(signed))
    assert report.verdict == "valid"
    assert len(report.signatures) == 2
    assert [e.name for e in ledger.events(names=("documents.paper.*",))] == [
        "documents.paper.issued",
        "documents.paper.signed",
    ]


def test_signing_again_changes_nothing():
    paper = documents.sign_now(issue().code)

    assert documents.sign_now(paper.code) == paper
    assert len(ledger.events(names=("documents.paper.signed",))) == 1


def test_what_the_system_gives_out_bears_the_organisation_alone():
    assert issue(by=actor.SYSTEM).signers == ("department",)


def test_a_unit_without_signers_gives_out_unsigned_and_says_so():
    paper = issue(org="31999")

    assert (paper.state, bool(paper.file)) == ("unsigned", True)
    assert documents.check(content_of(paper)).verdict == "unsigned"


def test_a_person_without_a_signature_cannot_give_out(folder):
    (folder / "signers" / "director.toml").unlink()

    with pytest.raises(errors.RuleBroken) as refused:
        issue()

    assert refused.value.code == "documents.no_personal_signature"
    assert not models.Issued.objects.exists()


def test_an_expired_certificate_stops_the_paper_before_it_is_given_out(folder):
    made = house.made()
    house.put_signer(folder / "signers", "director", made.expired, made.root, title="Hết hạn")

    with pytest.raises(errors.RuleBroken) as refused:
        issue()

    assert refused.value.code == "documents.certificate_expired"


def test_a_service_that_is_away_leaves_a_paper_that_waits_and_is_tried_again(settings):
    paper = issue()
    settings.HAIDANG_TSA = "http://127.0.0.1:9/"
    waiting = documents.sign_now(paper.code)

    assert (waiting.state, waiting.file) == ("waiting", "")
    assert "dấu thời gian không trả lời" in waiting.problem
    assert [one.code for one in documents.waiting_papers()] == [paper.code]
    assert issuing.sign_waiting() == 0  # not yet due again

    settings.HAIDANG_TSA = ""
    models.Issued.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))

    assert issuing.sign_waiting() == 1
    assert documents.issued(paper.code).state == "signed"
    assert documents.waiting_papers() == []


def test_a_paper_is_found_by_code_number_and_bytes():
    paper = documents.sign_now(issue().code)

    for wanted in (paper.code, paper.number, paper.file):
        assert documents.issued(wanted) == paper
    assert documents.issued("") is None
    assert documents.issued_about("Dossier/1") == [paper]


def test_codes_are_long_and_none_of_their_letters_is_taken_for_another():
    codes = {documents.new_code() for _n in range(200)}

    assert len(codes) == 200
    assert not set("".join(codes)) & set("01OI")
