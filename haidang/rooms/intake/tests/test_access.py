"""One allowed and one refused case for each permission, on the same set-up."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haidang.engines.ledger import api as ledger
from haidang.rooms.intake.tests.people import signed_in
from tests import messages

pytestmark = pytest.mark.django_db


def upload(name, field):
    file = SimpleUploadedFile("a.xml", messages.claim("A"), "application/xml")
    return lambda client: client.post(reverse(name), {field: file})


def opened(name, *rest):
    def ask(client):
        receipt = messages.send(messages.claim("A")).message_id
        return client.get(reverse(name, args=[receipt, *rest]))

    return ask


def replayed(client):
    receipt = messages.take_in(messages.claim("A", MA_BENH_CHINH="")).message.id
    return client.post(reverse("intake:replay_messages"), {"receipt": [receipt]})


def exported(client):
    encounter = messages.take_in(messages.claim("A")).dossiers[0].encounter
    return client.get(reverse("intake:export_visit", args=[encounter.partition("/")[2]]))


CASES = {
    "send_claims": (upload("intake:send_claims", "files"), "records_clerk", "officer"),
    "check_claims": (upload("intake:check_claims", "file"), "cashier", "officer"),
    "see_intake": (lambda client: client.get(reverse("intake:see_intake")), "unit_head", "nurse"),
    "see_dossier": (opened("intake:download_raw"), "records_clerk", "unit_head"),
    "replay_messages": (replayed, "it_officer", "records_clerk"),
    "export_visit": (exported, "records_clerk", "unit_head"),
}


@pytest.mark.parametrize(("ask", "allowed", "refused"), CASES.values(), ids=CASES)
def test_a_permission_opens_its_screen_and_nothing_else_does(ask, allowed, refused):
    assert ask(signed_in(refused)).status_code == 403
    assert ask(signed_in(allowed)).status_code in (200, 302)


def test_the_messages_of_another_facility_are_not_found():
    receipt = messages.send(messages.claim("A")).message_id
    stranger = signed_in("records_clerk", "31T02")

    assert stranger.get(reverse("intake:see_message", args=[receipt])).status_code == 404
    assert stranger.get(reverse("intake:download_raw", args=[receipt])).status_code == 404
    assert b"ho-so.xml" not in stranger.get(reverse("intake:see_intake")).content


def test_a_file_sent_for_another_facility_is_shown_to_its_sender_alone():
    sender = replace(messages.CLERK, org="31T02")
    receipt = messages.take_in(messages.claim("A"), by=sender).message.id
    address = reverse("intake:see_message", args=[receipt])

    assert signed_in("records_clerk", "31T02").get(address).status_code == 200
    assert signed_in("records_clerk", "31T01").get(address).status_code == 404
    assert (
        b"ho-so.xml"
        not in signed_in("it_officer", "31T01").get(reverse("intake:see_intake")).content
    )


def test_a_facility_sees_what_the_city_sent_for_it():
    receipt = messages.take_in(messages.claim("A"), by=replace(messages.CLERK, org="31")).message.id

    clerk = signed_in("records_clerk", "31T01")

    assert clerk.get(reverse("intake:see_message", args=[receipt])).status_code == 200


def test_the_city_sees_every_facility():
    messages.send(messages.claim("A"))

    page = signed_in("officer", "").get(reverse("intake:see_intake"))

    assert b"ho-so.xml" in page.content


def test_opening_a_dossier_is_noted_for_its_person():
    report = messages.take_in(messages.claim("A"))
    clerk = signed_in("records_clerk")

    clerk.get(reverse("intake:see_dossier", args=[report.message.id, 0]))

    looks = ledger.looks_at(report.dossiers[0].patient)
    assert [look.what for look in looks] == ["intake.see_dossier"]


def test_downloading_the_raw_message_is_noted_for_everybody_in_it():
    report = messages.take_in(messages.claim("A"))

    signed_in("records_clerk").get(reverse("intake:download_raw", args=[report.message.id]))

    assert [look.what for look in ledger.looks_at(report.dossiers[0].patient)] == [
        "intake.download_raw"
    ]
