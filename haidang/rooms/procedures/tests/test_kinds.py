"""The kinds of procedures that others do not stand for: a council, and one that is partly online."""

import pytest
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.workflow import api as workflow
from haidang.kernel import actor
from haidang.rooms.procedures.selectors import catalogue
from haidang.rooms.procedures.tests import people
from haidang.rooms.procedures.tests.test_services import AT, PERSON, filled, step, submitted

PARTLY = "thuoc-phai-kiem-soat-dac-biet"


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


def before_the_council():
    answers = {"level": ["university"], "scope": ["Nhà thuốc"], "truthful": ["true"]}
    papers = ("diploma", "practice", "photo")
    row = submitted(filled("chung-chi-duoc-cap-moi", PERSON | answers, papers))
    step(row, "receive", people.OFFICER, "accept")
    return step(row, "verify", people.OFFICER, "accept")


def test_a_council_says_yes_and_the_certificate_is_given():
    row = before_the_council()
    assert workflow.case(row.case).open_elements == ("council",)
    step(row, "council", people.HEAD, "agree")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "accept")
    step(row, "deliver", people.OFFICER)

    assert (row.state, row.refusal) == ("returned", "")
    assert row.result_number.endswith("SYT.06")


def test_a_council_says_no_and_the_result_is_a_refusal_with_its_reason():
    row = before_the_council()
    step(row, "council", people.HEAD, "disagree", reason="Chưa đủ thời gian thực hành")
    step(row, "check", people.HEAD, "accept")
    step(row, "sign", people.DIRECTOR, "accept")

    assert (row.state, row.refusal) == ("decided", "Chưa đủ thời gian thực hành")


def test_what_is_partly_online_tells_whoever_looks_why(client):
    reason = catalogue.procedure(PARTLY, AT.date()).partial_reason
    made = access.create_account(
        "nguoi.nop",
        password="ngọn hải đăng cũ",
        name="Trần Thị Thử",
        ref=people.APPLICANT.ref,
        patient="p1",
        by=actor.SYSTEM,
    )
    client.force_login(access.Account.objects.get(pk=made.pk))

    page = client.get(reverse("procedures:see_procedure", args=[PARTLY])).content.decode()

    assert reason in page
