"""Clerks see what was attached to a dossier, and only whoever may open the file does."""

import pytest
from django.urls import reverse

from haidang.engines.access import api as access
from haidang.engines.forms import api as forms
from haidang.kernel import actor
from haidang.rooms.procedures import domain
from haidang.rooms.procedures.tests import lives


@pytest.fixture(autouse=True)
def office(opened_office, db, settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path)
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")


def signed_in(client, org=domain.DEPARTMENT):
    name = f"motcua.{org.lower()}"
    made = access.create_account(
        name, password="ngọn hải đăng cũ", name=name, roles=[("officer", org)], by=actor.SYSTEM
    )
    client.force_login(access.Account.objects.get(pk=made.pk))
    return client


@pytest.fixture
def row():
    return lives.received()


def preview_of(row, sha256):
    return reverse("procedures:case_preview", args=[row.case, sha256])


def attached(row):
    return forms.fetch(row.response).answers["paper_diploma"]["id"]


def test_a_clerk_sees_the_pages_of_what_was_attached(client, row):
    found = signed_in(client)
    address = preview_of(row, attached(row))

    assert address in found.get(reverse("procedures:see_case", args=[row.case])).content.decode()
    page = found.get(address)

    assert page.status_code == 200
    assert page.content.decode().count("data:image/jpeg;base64,") == 1


def test_a_file_that_cannot_be_shown_says_so_and_leads_to_itself(client, row, settings):
    settings.HAIDANG_PREVIEW_SECONDS = 0.001

    page = signed_in(client).get(preview_of(row, attached(row)))

    assert "không xem trước được" in page.content.decode()
    address = reverse("procedures:case_file", args=[row.case, attached(row)])
    assert address in page.content.decode()


def test_nobody_sees_the_file_of_another_dossier_or_of_another_house(client, row):
    found = signed_in(client)
    assert found.get(preview_of(row, "0" * 64)).status_code == 404

    found = signed_in(client, "31001")
    assert found.get(preview_of(row, attached(row))).status_code in (403, 404)
