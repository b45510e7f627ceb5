"""Somebody without a phone stands at the counter; a mother authorises; everybody looks things up."""

import re
from urllib.parse import urljoin

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.test_procedures import APPLICANT, OFFICER, applied, decide, paper

pytestmark = pytest.mark.journey

DIRECTOR, HEAD = "giamdocso.demo", "truongphong.demo"


def fill_in(page, answers):
    for label, text in answers:
        page.get_by_label(label).first.fill(text)


def printed(page, name):
    """A slip that is linked from a page: a PDF that the browser may fetch."""
    address = page.get_by_role("link", name=name).first.get_attribute("href")
    answer = page.request.get(urljoin(page.url, address))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def taken_in_at_the_counter(desk, accessible):
    desk.goto("/thu-tuc/quay/")
    accessible(desk)
    desk.get_by_label("Tìm người").fill("khong ai mang ten nay")
    desk.get_by_role("button", name="Tìm", exact=True).click()
    desk.get_by_role("link", name="Nhập người mới từ thẻ căn cước").click()
    accessible(desk)
    desk.get_by_role("button", name="Tiếp: nhập tờ khai").click()
    expect(desk.get_by_role("heading", name="Cần sửa trước khi gửi")).to_be_visible()
    fill_in(desk, (("Họ và tên", "Vũ Thị Quầy"), ("Địa chỉ liên hệ", "Số 7 đường Mô Phỏng")))
    fill_in(desk, (("Tên tổ chức", "Trạm mô phỏng"), ("Mã số thuế", "0200000007")))
    desk.get_by_label("Thủ tục", exact=True).select_option("dang-ky-hanh-nghe")
    desk.get_by_role("button", name="Tiếp: nhập tờ khai").click()

    fill_in(desk, (("Địa chỉ cơ sở", "Số 7"), ("Người chịu trách nhiệm", "Người mô phỏng")))
    group = desk.get_by_role("group", name="Người hành nghề")
    for box in group.get_by_role("textbox").all():
        box.fill("1")
    desk.get_by_label(re.compile("Tôi cam đoan")).check()
    accessible(desk)
    desk.get_by_role("button", name="Nộp hồ sơ").click()
    expect(desk.get_by_role("heading", name="In cho người nộp")).to_be_visible()
    accessible(desk)
    return re.search(r"H24\.15-\d{6}-\d{4}", desk.content())[0]


def follow(anybody, slip, accessible):
    """Whoever holds a slip follows the dossier without an account."""
    anybody.goto("/theo-doi-ho-so/")
    anybody.get_by_label(re.compile("Mã tra cứu")).fill(_code_on(slip))
    anybody.get_by_role("button", name="Xem hồ sơ").click()
    expect(anybody.get_by_text("Đang giải quyết").first).to_be_visible()
    expect(anybody.get_by_text("Giấy tiếp nhận hồ sơ và hẹn trả kết quả")).to_be_visible()
    accessible(anybody)


def test_a_paper_dossier_from_the_card_to_the_line_that_is_signed(visit, accessible):
    desk = visit(OFFICER)
    code = taken_in_at_the_counter(desk, accessible)
    follow(visit(size=PHONE), printed(desk, re.compile("Giấy tiếp nhận hồ sơ")), accessible)

    decide(desk, code, "Đạt, chuyển tiếp")
    decide(visit(HEAD), code, "Đạt, chuyển tiếp")
    decide(visit(DIRECTOR), code, "Đạt, chuyển tiếp")
    desk.goto("/thu-tuc/viec/")
    desk.get_by_role("link", name=code).click()
    accessible(desk)
    desk.get_by_label("Tại quầy: người ký nhận").fill("Vũ Thị Quầy")
    desk.get_by_role("button", name="Xong bước này").click()
    expect(desk.get_by_text("Hồ sơ đã chuyển bước").first).to_be_visible()

    assert printed(desk, "Phiếu giao nhận kết quả").startswith(b"%PDF")
    assert printed(desk, re.compile("Phiếu kiểm soát")).startswith(b"%PDF")
    desk.goto("/thu-tuc/so-theo-doi/")
    accessible(desk)
    expect(desk.get_by_text(code).first).to_be_visible()
    assert printed(desk, "In mẫu 06").startswith(b"%PDF")


def test_whoever_represents_an_organisation_is_confirmed_and_applies_for_it(visit, accessible):
    phone = visit(APPLICANT, PHONE)
    phone.goto("/thu-tuc/uy-quyen/dai-dien/")
    accessible(phone)
    fill_in(phone, (("Tên tổ chức", "Nhà thuốc hành trình"), ("Mã số thuế", "0200000009")))
    until = phone.evaluate("() => new Date(Date.now() + 200 * 86400000).toISOString().slice(0, 10)")
    phone.get_by_label("Đại diện đến ngày").fill(until)
    phone.get_by_label("Giấy tờ chứng minh").set_input_files(paper())
    phone.get_by_role("button", name="Gửi để xác nhận").click()
    expect(phone.get_by_text("Chờ xác nhận").first).to_be_visible()
    accessible(phone)

    desk = visit(OFFICER)
    desk.goto("/thu-tuc/nguoi-dai-dien/")
    accessible(desk)
    line = desk.locator("section", has=desk.get_by_role("heading", name="Nhà thuốc hành trình"))
    line.get_by_role("button", name="Xác nhận", exact=True).click()

    phone.goto("/thu-tuc/cong-bo-my-pham/")
    phone.get_by_label("Hồ sơ của ai").select_option(label="Nhà thuốc hành trình (đại diện)")
    accessible(phone)
    phone.get_by_role("button", name="Bắt đầu nộp hồ sơ").click()
    expect(phone.get_by_label("Tên cơ sở")).to_have_value("Nhà thuốc hành trình")
    expect(phone.get_by_label(re.compile("Mã số thuế"))).to_have_value("0200000009")


LICENCE = (
    ("Họ và tên", "Phạm Thị Mô Phỏng"),
    ("Số định danh cá nhân", "031190000016"),
    ("Ngày sinh", "1990-05-20"),
    ("Số điện thoại", "0900000001"),
    ("Nơi ở hiện tại", "Số 1 đường Mô Phỏng"),
    ("Chức danh nghề nghiệp", ["nurse"]),
    ("Nơi tốt nghiệp", "Trường cao đẳng mô phỏng"),
    ("Ngày tốt nghiệp", "2015-06-20"),
    ("Số tháng thực hành", "12"),
)
PAPERS = ("Văn bằng chuyên môn", re.compile("Giấy xác nhận thực hành"), "Ảnh 4x6")


def licensed(visit, phone, accessible):
    """A licence that was applied for, decided and returned; its number."""
    code = applied(phone, "giay-phep-hanh-nghe-cap-moi", LICENCE, PAPERS, accessible)
    desk = visit(OFFICER)
    for page in (desk, desk, visit(HEAD), visit(DIRECTOR)):
        decide(page, code, "Đạt, chuyển tiếp")
    decide(desk, code)
    phone.reload()
    told = phone.get_by_role("link", name=re.compile("Tải kết quả số")).inner_text()
    return told.split()[-1]


def test_a_result_is_looked_up_kept_and_revoked(visit, accessible):
    phone = visit(APPLICANT, PHONE)
    number = licensed(visit, phone, accessible)
    anybody = visit(size=PHONE)
    anybody.goto("/tra-cuu-so-dang-ky/")
    accessible(anybody)
    anybody.goto(f"/tra-cuu-so-dang-ky/?q={number}")
    expect(anybody.locator("strong.tabular")).to_have_text(number)
    expect(anybody.get_by_text("Còn hiệu lực").first).to_be_visible()
    phone.goto("/thu-tuc/kho/")
    accessible(phone)
    expect(phone.get_by_text(number)).to_be_visible()

    leader = visit(DIRECTOR)
    leader.goto("/thu-tuc/so-dang-ky/")
    accessible(leader)
    leader.get_by_role("link", name=number).click()
    accessible(leader)
    leader.get_by_label("Số quyết định thu hồi").fill("12/QĐ-SYT")
    leader.get_by_label("Lý do").fill("Văn bằng không có thật")
    leader.get_by_role("button", name="Thu hồi").click()
    sure = leader.get_by_role("dialog")
    if sure.count():
        sure.get_by_role("button").last.click()
    expect(leader.get_by_text("Đã thu hồi; người giữ kết quả được báo").first).to_be_visible()

    anybody.goto(f"/tra-cuu-so-dang-ky/?q={number}")
    expect(anybody.get_by_text("Đã thu hồi").first).to_be_visible()
    phone.reload()
    mine = phone.locator(".surface-body").filter(has_text=number)
    expect(mine.get_by_text(re.compile("12/QĐ-SYT"))).to_be_visible()


def _code_on(slip):
    text = pypdfium2.PdfDocument(slip)[0].get_textpage().get_text_bounded()
    return re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", text)[0]
