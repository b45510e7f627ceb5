"""Two records that may be one person: somebody compares, decides, and can take it back."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_dossier_to_record import CLERK

pytestmark = pytest.mark.journey


def test_a_merge_is_explained_and_can_be_undone(visit, accessible):
    page = visit(CLERK)
    page.goto("/nghi-trung/")
    accessible(page)
    waiting = page.locator("main a[href^='/nghi-trung/']").filter(has_text=re.compile("."))
    page.goto(_first_pair(waiting))
    accessible(page)

    page.get_by_label("Vì sao là một người").fill("Đã đối chiếu giấy tờ bản gốc")
    page.get_by_role("button", name="Gộp hai hồ sơ").click()
    _confirm(page)
    page.goto("/nghi-trung/da-gop/")
    undo = page.locator("form[action*='/tach/']").first
    expect(undo).to_be_visible()
    accessible(page)
    undo.get_by_role("button").click()
    _confirm(page)

    page.goto("/nghi-trung/da-gop/")
    expect(page.get_by_text(re.compile("Đã tách")).first).to_be_visible()


def _first_pair(links):
    addresses = [links.nth(i).get_attribute("href") for i in range(links.count())]
    return next(a for a in addresses if re.fullmatch(r"/nghi-trung/\d+/", a))


def _confirm(page):
    """Agree in the dialog that asks again."""
    with page.expect_navigation():
        page.locator("#confirm[open] [data-confirm-yes]").click()
