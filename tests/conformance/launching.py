"""What a SMART launch needs beside the app: a person on record, and somebody at a real browser."""

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from haidang.engines.access import api as access
from haidang.engines.people import api as people
from haidang.engines.records import api as records
from haidang.kernel import actor
from tests import browser, looking

PASSWORD = "một mật khẩu chỉ để thử 31"
HOSPITAL = "31001"
PHONE = {"width": 360, "height": 780}


def put_on_record(*ids):
    """Mai, whom the hospital cares for, with these weights; and a weight of somebody else."""
    resource = {"resourceType": "Patient", "id": "mai", "name": [{"text": "Lê Thị Mai"}], "birthDate": "1990-02-03"}  # fmt: skip
    stored = people.save_patient(resource, by=actor.SYSTEM)
    access.relate(stored.rid, HOSPITAL, basis="encounter")
    with access.reach(actor.SYSTEM, people="all"):
        records.save_all(
            [
                {"resourceType": "Observation", "id": id, "status": "final", "code": {"text": "Cân nặng"},
                 "subject": {"reference": f"Patient/{person}"}}
                for id, person in [*((id, "mai") for id in ids), ("other", "nobody")]
            ],
            by=actor.SYSTEM,
        )  # fmt: skip
    return stored


def account(name, **more):
    return access.create_account(name, password=PASSWORD, name="Người thử", by=actor.SYSTEM, **more)


def registered(*addresses, scopes=("patient/*.rs", "offline_access"), **more):
    app, _secret = access.register_app(
        "Nhật ký sức khoẻ", by=actor.SYSTEM, scopes=[*scopes], redirect_uris=[*addresses],
        public=True, **more,
    )  # fmt: skip
    return app


@contextmanager
def browser_page():
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        yield chromium.new_page(viewport=PHONE, locale="vi-VN")
        chromium.close()


def sign_in(page, address, username):
    page.goto(address)
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def walk(page, address, username, *steps):
    """Sign in on the way to a page and take these steps; every page passes axe."""
    sign_in(page, address, username)
    for step in steps:
        found = looking.axe(page).response["violations"]
        assert found == [], [(one["id"], one["nodes"][0]["html"]) for one in found]
        step(page)
    page.wait_for_selector("text=Back in the app", timeout=10_000)


def say_yes(page):
    page.get_by_role("button", name="Cho phép", exact=True).click()


def say_no(page):
    page.get_by_role("button", name="Không cho phép").click()


def read_what_it_wants(page):
    assert page.get_by_text("Lê Thị Mai").is_visible()
    assert page.get_by_text("Kết quả xét nghiệm và chỉ số sức khoẻ").is_visible()
