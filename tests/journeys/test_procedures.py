"""Somebody applies, pays and follows on a phone; officers decide at a desk; everybody checks."""

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey

APPLICANT, OFFICER, HEAD, DIRECTOR = (
    "nguoidan.demo",
    "motcua.demo",
    "truongphong.demo",
    "giamdocso.demo",
)
CONFERENCE = (
    ("Tên cơ sở", "Công ty dược mô phỏng"),
    (re.compile("Mã số thuế"), "0200000003"),
    ("Địa chỉ cơ sở", "Số 3 đường Mô Phỏng"),
    ("Người chịu trách nhiệm", "Người phụ trách mô phỏng"),
    ("Chủ đề", "Dùng kháng sinh an toàn"),
    ("Ngày tổ chức", "2099-12-20"),
)


def paper():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(300, 200)
    document.save(out)
    return {"name": "giay-to.pdf", "mimeType": "application/pdf", "buffer": out.getvalue()}


def decide(page, code, outcome=None, *, items="", reason=""):
    """Finish the step that waits for this account; what is asked for, and why, where it is."""
    page.goto("/thu-tuc/viec/")
    page.get_by_role("link", name=code).click()
    if outcome:
        page.get_by_label(outcome, exact=True).check()
    if items:
        page.get_by_text("Khi yêu cầu bổ sung hoặc từ chối").click()
        page.get_by_label("Từng giấy tờ cần bổ sung, mỗi dòng một mục").fill(items)
        page.get_by_label("Lý do, viết cho người nộp hiểu").first.fill(reason)
    page.get_by_role("button", name="Xong bước này").click()
    expect(page.get_by_text("Hồ sơ đã chuyển bước").first).to_be_visible()


def apply(phone, accessible):
    """From the need in plain words to a dossier that is paid for; its code."""
    phone.goto("/thu-tuc/")
    phone.get_by_label("Tìm thủ tục").fill("dang ky hanh nghe")
    phone.get_by_role("button", name="Tìm").click()
    accessible(phone)
    phone.get_by_role("link", name=re.compile("Cấp lại giấy phép hành nghề")).first.click()
    accessible(phone)
    phone.get_by_role("button", name="Bắt đầu nộp hồ sơ").click()

    phone.get_by_role("button", name="Nộp hồ sơ").click()
    expect(phone.get_by_role("heading", name="Cần sửa trước khi gửi")).to_be_visible()
    accessible(phone)
    for label, text in (
        ("Họ và tên", "Phạm Thị Mô Phỏng"),
        ("Số định danh cá nhân", "031190000016"),
        ("Ngày sinh", "1990-05-20"),
        ("Số điện thoại", "0900000001"),
        ("Nơi ở hiện tại", "Số 1 đường Mô Phỏng"),
        ("Số giấy phép đã cấp", "000001/HP-GPHN"),
    ):
        phone.get_by_label(label).fill(text)
    phone.get_by_label("Lý do").select_option("lost")
    phone.get_by_label("Ảnh 4x6").set_input_files(paper())
    return sent_and_paid(phone, accessible)


def applied(phone, key, answers, papers, accessible):
    """A dossier of a procedure that is filled in, sent and paid for; its code.

    answers    (label, text); a pair (label, [code]) chooses
    papers     labels of the questions that a file answers
    """
    phone.goto(f"/thu-tuc/{key}/")
    phone.get_by_role("button", name="Bắt đầu nộp hồ sơ").click()
    for label, told in answers:
        box = phone.get_by_label(label)
        box.fill(told) if isinstance(told, str) else box.select_option(told)
    for label in papers:
        phone.get_by_label(label).set_input_files(paper())
    return sent_and_paid(phone, accessible)


def sent_and_paid(phone, accessible):
    """The form that is filled in is sent, and its fee paid; the code of the dossier."""
    phone.get_by_label(re.compile("Tôi cam đoan")).check()
    phone.get_by_role("button", name="Nộp hồ sơ").click()

    expect(phone.get_by_role("heading", name="Nộp lệ phí")).to_be_visible()
    accessible(phone)
    phone.get_by_role("button", name="Trả thử bằng ngân hàng mô phỏng").click()
    expect(phone.get_by_text("Chờ tiếp nhận").first).to_be_visible()
    return re.search(r"H24\.15-\d{6}-\d{4}", phone.content())[0]


def collect(phone):
    """The applicant fetches the signed result and says how it went."""
    phone.reload()
    with phone.expect_download() as download:
        phone.get_by_role("link", name=re.compile("Tải kết quả số")).evaluate(
            "link => { link.setAttribute('download', ''); link.click(); }"
        )
    result = download.value.path().read_bytes()
    assert result.startswith(b"%PDF")
    phone.get_by_label("Rất hài lòng").check()
    phone.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.get_by_text("Cảm ơn bạn đã đánh giá").first).to_be_visible()
    return result


def check(anybody, code, result, accessible):
    """The public page knows the result, and tells a copy from one that was changed by a byte."""
    anybody.goto(f"/kiem-tra-ket-qua/?so={code}")
    expect(anybody.get_by_text("Giấy phép hành nghề (cấp lại)")).to_be_visible()
    accessible(anybody)
    for content, words in ((result, "đúng từng byte"), (result + b" ", "khác bản đã cấp")):
        anybody.get_by_label(re.compile("Bản điện tử")).set_input_files(
            {"name": "ban-sao.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        anybody.get_by_role("button", name="Kiểm tra", exact=True).click()
        expect(anybody.get_by_text(re.compile(words)).first).to_be_visible()


def test_a_dossier_from_the_need_to_the_checked_result(visit, accessible):
    phone = visit(APPLICANT, PHONE)
    code = apply(phone, accessible)

    desk = visit(OFFICER)
    desk.goto("/thu-tuc/viec/")
    accessible(desk)
    desk.get_by_role("link", name=code).click()
    accessible(desk)
    decide(desk, code, "Đạt, chuyển tiếp")
    decide(desk, code, "Đạt, chuyển tiếp")
    decide(visit(HEAD), code, "Đạt, chuyển tiếp")
    decide(visit(DIRECTOR), code, "Đạt, chuyển tiếp")
    decide(desk, code)

    check(visit(), code, collect(phone), accessible)


def test_what_is_missing_is_asked_for_and_supplied(visit, accessible):
    phone = visit(APPLICANT, PHONE)
    code = applied(
        phone, "hoi-thao-gioi-thieu-thuoc", CONFERENCE, ["Tài liệu trình bày"], accessible
    )
    desk = visit(OFFICER)
    decide(desk, code, "Đạt, chuyển tiếp")
    decide(desk, code, "Yêu cầu bổ sung", items="Danh sách báo cáo viên", reason="Hồ sơ thiếu")

    phone.goto("/thu-tuc/")
    phone.get_by_role("link", name=code).click()
    expect(phone.get_by_role("heading", name="Cần bổ sung")).to_be_visible()
    expect(phone.get_by_text("Danh sách báo cáo viên")).to_be_visible()
    accessible(phone)

    phone.get_by_label("Giấy tờ bổ sung").set_input_files(paper())
    phone.get_by_role("button", name="Gửi bổ sung").click()

    expect(phone.get_by_text("Thời hạn được tính lại từ đầu").first).to_be_visible()
    expect(phone.get_by_text("Đang giải quyết").first).to_be_visible()


def test_a_procedure_written_as_text_is_seen_the_same_minute(visit, accessible):
    desk = visit(OFFICER)
    desk.goto("/thu-tuc/soan/moi/")
    desk.get_by_label("Tên thủ tục").fill("Xác nhận thử nghiệm")
    desk.get_by_role("button", name="Bắt đầu soạn").click()
    desk.get_by_role("navigation", name="Các phần").get_by_role("link", name="Văn bản").click()
    editor = desk.get_by_label("Thủ tục, biểu mẫu và quy trình")
    editor.fill("name: [")
    desk.get_by_role("button", name="Lưu", exact=True).click()
    expect(desk.get_by_text(re.compile("Dòng 1 không đọc được"))).to_be_visible()
    accessible(desk)
    desk.get_by_label("Thủ tục, biểu mẫu và quy trình").fill(
        "code: SYT.99\nname: Xác nhận thử nghiệm\nsector: Khác\nsummary: Việc mới.\nwho: Mọi người\n"
        "basis: [Quyết định mô phỏng]\nterm: 3\nprocess: review\nresult: Văn bản xác nhận\n"
        "result_code: KQ.SYT.99\nform:\n- block: applicant\n- block: agreement\n"
    )
    desk.get_by_role("button", name="Lưu", exact=True).click()
    desk.get_by_role("link", name="Ban hành").click()
    desk.get_by_role("button", name="Ban hành").click()
    expect(desk.get_by_text("Người dân nộp được ngay").first).to_be_visible()
    accessible(desk)

    phone = visit(APPLICANT, PHONE)
    phone.goto("/thu-tuc/?q=xac nhan thu nghiem")
    expect(phone.get_by_role("link", name=re.compile("Xác nhận thử nghiệm")).first).to_be_visible()
