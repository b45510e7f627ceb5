"""Remote signing: the hash that was confirmed, once, in time, or nothing is signed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from haidang.engines.documents import api as documents
from haidang.engines.documents import models
from haidang.engines.documents.tests import house, test_papers
from haidang.kernel import actor, errors
from simulators.csc import Service, serve

BY = actor.Actor(ref="Practitioner/1", name="Bác sĩ", kind="staff", org=house.ORG)
PIN = "123456"


@pytest.fixture(autouse=True)
def folder(db, settings, tmp_path):
    return house.open_in(settings, tmp_path)


@pytest.fixture
def service():
    it = house.made()
    service = Service(it.director.key, [it.director.certificate, it.root.certificate])
    server = serve(service)
    service.address = server.address
    yield service
    server.shutdown()
    server.server_close()


@pytest.fixture
def provider(service):
    return documents.CscSigner(service.address, service.token, service.credential)


def prepare(provider):
    paper = test_papers.made()
    place = paper.places["person"]
    return documents.prepare_remote(paper.content, provider, by=BY, at=timezone.now(), place=place)


def test_a_confirmed_hash_becomes_a_signature_of_these_bytes(provider):
    row = prepare(provider)
    documents.authorize_remote(row.pk, provider, pin=PIN, by=BY, at=timezone.now())
    sha256 = documents.collect_remote(row.pk, provider, by=BY, at=timezone.now())

    with documents.open_file(sha256) as file:
        report = documents.check(file.read())
    assert report.verdict == "valid"
    assert (report.signatures[0].signer, report.signatures[0].level) == ("Trần Thị Thử", "B-T")
    row.refresh_from_db()
    assert (row.state, row.sad) == ("signed", "")


def test_a_wrong_pin_signs_nothing(provider):
    row = prepare(provider)

    with pytest.raises(errors.NotAllowed) as refused:
        documents.authorize_remote(row.pk, provider, pin="0", by=BY, at=timezone.now())

    assert refused.value.facts == {"reason": "invalid_pin"}
    row.refresh_from_db()
    assert (row.state, row.file) == ("prepared", "")


def test_what_is_not_confirmed_in_time_stays_unsigned(provider):
    row = prepare(provider)

    with pytest.raises(errors.Gone):
        documents.authorize_remote(
            row.pk, provider, pin=PIN, by=BY, at=timezone.now() + timedelta(minutes=6)
        )

    row.refresh_from_db()
    assert (row.state, row.file) == ("expired", "")


def test_an_authorisation_that_ended_at_the_provider_is_refused(provider, service):
    row = prepare(provider)
    service.lasts_s = -1
    documents.authorize_remote(row.pk, provider, pin=PIN, by=BY, at=timezone.now())

    with pytest.raises(errors.NotAllowed) as refused:
        documents.collect_remote(row.pk, provider, by=BY, at=timezone.now())

    assert refused.value.facts == {"reason": "expired_sad"}


def test_a_timestamp_service_that_is_away_does_not_cost_a_second_pin(provider, settings):
    row = prepare(provider)
    documents.authorize_remote(row.pk, provider, pin=PIN, by=BY, at=timezone.now())
    settings.HAIDANG_TSA = "http://127.0.0.1:9/"
    with pytest.raises(errors.Unavailable):
        documents.collect_remote(row.pk, provider, by=BY, at=timezone.now())

    settings.HAIDANG_TSA = ""

    assert documents.collect_remote(row.pk, provider, by=BY, at=timezone.now())


def test_a_signature_of_something_else_is_not_put_in(provider, service):
    row = prepare(provider)
    documents.authorize_remote(row.pk, provider, pin=PIN, by=BY, at=timezone.now())
    service.key = house.made().department.key

    with pytest.raises(errors.RuleBroken):
        documents.collect_remote(row.pk, provider, by=BY, at=timezone.now())

    row.refresh_from_db()
    assert (row.state, row.file) == ("failed", "")


def test_a_provider_that_is_away_says_so():
    away = documents.CscSigner("http://127.0.0.1:9/csc/v1", "x", "y")

    with pytest.raises(errors.Unavailable):
        prepare(away)
    assert not models.RemoteSignature.objects.exists()


def test_nobody_collects_the_signature_of_another(provider):
    row = prepare(provider)
    other = actor.Actor(ref="Practitioner/2", name="Khác", kind="staff")

    with pytest.raises(errors.NotFound):
        documents.authorize_remote(row.pk, provider, pin=PIN, by=other, at=timezone.now())
