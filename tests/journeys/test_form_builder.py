"""An officer builds a procedure in the product, without code; a person applies the same minute."""

import json
import re

import pytest
from playwright.sync_api import expect

from haidang.engines.forms.tests import panels
from tests.journeys import house
from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey

OFFICER, APPLICANT = "motcua.demo", "nguoidan.demo"
NAME = "Xác nhận tập huấn sơ cứu"


def begin(desk, name):
    """A new procedure with everything but its form, and back on the page of its form."""
    desk.goto("/thu-tuc/soan/")
    desk.get_by_role("link", name="Thủ tục mới").click()
    desk.get_by_label("Tên thủ tục").fill(name)
    desk.get_by_role("button", name="Bắt đầu soạn").click()
    for label, text in (
        ("Mã thủ tục", "SYT.98"),
        ("Lĩnh vực", "Đào tạo"),
        ("Tóm tắt", "Để có giấy xác nhận đã tập huấn sơ cứu."),
        ("Ai được nộp", "Mọi người"),
        ("Căn cứ pháp lý", "Quyết định mô phỏng"),
    ):
        desk.get_by_label(re.compile(f"^{label}( \\(|$)")).fill(text)
    desk.get_by_role("button", name="Lưu", exact=True).click()
    expect(desk.get_by_text("Người dân chưa thấy cho tới khi ban hành").first).to_be_visible()


def tab(desk, name):
    desk.get_by_role("navigation", name="Các phần").get_by_role("link", name=name).click()


def add(desk, words, kind):
    desk.get_by_label("Lời hỏi").fill(words)
    desk.get_by_label("Kiểu trả lời").select_option(label=kind)
    desk.get_by_role("button", name="Thêm câu hỏi").click()
    expect(desk.get_by_role("link", name=words).first).to_be_visible()


def ask_for_the_course(desk, accessible):
    """Two questions, the second asked only where the first is answered with another course."""
    tab(desk, "Biểu mẫu")
    add(desk, "Khoá học", "Chọn trong danh sách")
    add(desk, "Khoá khác", "Một dòng chữ")
    accessible(desk)
    expect(desk.get_by_role("heading", name="Còn phải sửa trước khi ban hành")).to_be_visible()
    desk.get_by_role("link", name="Khoá học").first.click()
    desk.get_by_label("Lựa chọn 1", exact=True).fill("Cơ bản")
    desk.get_by_label("Lựa chọn 2", exact=True).fill("Khác")
    expect(desk.locator("#xem-truoc-cau option", has_text="Khác")).to_be_attached()  # as one types
    desk.get_by_label("Phải trả lời").check()
    accessible(desk)
    desk.get_by_role("button", name="Lưu câu hỏi").click()
    desk.get_by_role("link", name="Khoá khác").first.click()
    desk.get_by_text("Chỉ hỏi khi").click()
    desk.get_by_label("Câu hỏi", exact=True).first.select_option(label="Khoá học")
    desk.get_by_label("Câu trả lời").first.fill("khác")
    desk.get_by_role("button", name="Lưu câu hỏi").click()
    expect(desk.get_by_text("khi «Khoá học» là «Khác»")).to_be_visible()
    for question in ("Khoá khác", "Khoá học"):
        desk.get_by_role("button", name=f"Đưa lên: {question}").click()


def choose_process_and_result(desk, accessible):
    tab(desk, "Quy trình")
    accessible(desk)
    desk.get_by_role("radio", name="Thẩm định hồ sơ", exact=True).check()
    desk.get_by_role("button", name="Chọn quy trình này").click()
    tab(desk, "Kết quả")
    desk.get_by_label(re.compile(r"^Kết quả( \(|$)")).fill("Giấy xác nhận tập huấn")
    desk.get_by_label(re.compile("^Lời mở đầu")).fill("Xác nhận đã học khoá {khoa_hoc}.")
    desk.get_by_role("button", name="Lưu", exact=True).click()
    accessible(desk)
    sample = desk.request.get(desk.get_by_role("link", name="Mở bản mẫu").get_attribute("href"))
    assert sample.body().startswith(b"%PDF")


def try_and_publish(desk, accessible):
    tab(desk, "Điền thử")
    desk.get_by_label("Khoá học").select_option(label="Khác")
    desk.get_by_role("button", name="Tính lại").click()
    expect(desk.get_by_label(re.compile("^Khoá khác"))).to_be_visible()
    accessible(desk)
    desk.get_by_role("link", name="Ban hành").click()
    accessible(desk)
    desk.get_by_role("button", name="Ban hành").click()
    expect(desk.get_by_text("Người dân nộp được ngay").first).to_be_visible()


def apply(phone, accessible):
    phone.goto("/thu-tuc/?q=tap huan so cuu")
    phone.get_by_role("link", name=re.compile(NAME)).first.click()
    phone.get_by_role("button", name="Bắt đầu nộp hồ sơ").click()
    for label, text in (
        ("Họ và tên", "Phạm Thị Mô Phỏng"),
        ("Số định danh cá nhân", "031190000016"),
        ("Ngày sinh", "1990-05-20"),
        ("Số điện thoại", "0900000001"),
        ("Nơi ở hiện tại", "Số 1 đường Mô Phỏng"),
    ):
        phone.get_by_label(label).fill(text)
    phone.get_by_label("Khoá học").select_option(label="Cơ bản")
    phone.get_by_label(re.compile("Tôi cam đoan")).check()
    accessible(phone)
    phone.get_by_role("button", name="Nộp hồ sơ").click()
    expect(phone.get_by_text("Chờ tiếp nhận").first).to_be_visible()


def test_a_procedure_is_built_without_code_and_applied_for_the_same_minute(visit, accessible):
    desk = visit(OFFICER)
    begin(desk, NAME)
    accessible(desk)
    ask_for_the_course(desk, accessible)
    choose_process_and_result(desk, accessible)
    try_and_publish(desk, accessible)

    phone = visit(APPLICANT, PHONE)
    apply(phone, accessible)

    assert desk.complaints == phone.complaints == []


def test_a_change_is_told_in_words_before_it_is_published_and_can_be_thrown_away(visit, accessible):
    desk = visit(OFFICER)
    desk.goto("/thu-tuc/soan/giay-phep-hoat-dong-dieu-chinh/")
    desk.get_by_label(re.compile("^Thời hạn")).fill("12")
    desk.get_by_role("button", name="Lưu", exact=True).click()
    tab(desk, "Biểu mẫu")
    add(desk, "Ghi chú thêm", "Nhiều dòng chữ")

    tab(desk, "So sánh")

    expect(desk.get_by_text(re.compile("^12 ngày"))).to_be_visible()
    expect(desk.get_by_text("Ghi chú thêm").first).to_be_visible()
    accessible(desk)
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.get_by_role("button", name="Bỏ bản đang soạn").click()
    confirm = desk.get_by_role("dialog")
    if confirm.count():
        confirm.get_by_role("button").last.click()
    expect(desk.get_by_text("Đã bỏ bản đang soạn").first).to_be_visible()


@pytest.fixture
def plain_desk(chromium, city):
    """The officer's browser, in which no script runs."""
    context = chromium.new_context(java_script_enabled=False, base_url=city, locale="vi-VN")
    desk = context.new_page()
    desk.goto("/dang-nhap/")
    desk.get_by_label("Tên đăng nhập").fill(OFFICER)
    desk.get_by_label("Mật khẩu", exact=True).fill(house.password(OFFICER))
    desk.get_by_role("button", name="Đăng nhập", exact=True).click()
    yield desk
    context.close()


def test_the_form_is_built_without_script(plain_desk):
    desk = plain_desk
    begin(desk, "Thủ tục soạn không cần kịch bản")

    tab(desk, "Biểu mẫu")
    add(desk, "Câu một", "Số nguyên")
    add(desk, "Câu hai", "Số nguyên")
    desk.get_by_role("button", name="Đưa lên: Câu hai").click()
    desk.get_by_role("button", name="Bỏ câu: Câu một").click()

    lines = desk.locator(".form-line strong, .form-line a")
    expect(lines.filter(has_text="Câu hai")).to_have_count(1)
    expect(lines.filter(has_text="Câu một")).to_have_count(0)


def test_nine_questions_are_taken_in_and_add_up_without_script(plain_desk):
    desk = plain_desk
    begin(desk, "Chín câu về hai tuần qua")
    tab(desk, "FHIR")
    desk.get_by_label("Hoặc dán nội dung").fill(json.dumps(panels.NINE))
    desk.get_by_role("button", name="Xem trước").click()
    expect(desk.get_by_role("heading", name="Những gì không được giữ")).to_be_visible()
    desk.get_by_role("button", name="Đưa vào biểu mẫu").click()

    desk.get_by_role("link", name="Tổng điểm").first.click()
    desk.get_by_text("Tự tính từ câu khác").click()
    desk.get_by_label("Phép tính").select_option(label="Tổng")
    questions = [one["text"] for one in panels.NINE["item"][:9]]
    for words in questions:
        desk.get_by_role("group", name="Của những câu").get_by_label(words, exact=True).check()
    desk.get_by_role("button", name="Lưu câu hỏi").click()
    tab(desk, "Điền thử")
    for words in questions:
        desk.get_by_label(words).select_option(label="Hơn nửa số ngày")
    desk.get_by_role("button", name="Tính lại").click()

    expect(desk.get_by_role("status", name="Tổng điểm")).to_have_text("18")
    expect(desk.get_by_label("Bạn đã có ai để nói chuyện chưa?")).to_be_visible()
