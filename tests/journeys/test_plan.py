"""A quarter of the plan: opened, written, returned, corrected, accepted, signed, printed."""

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE

pytestmark = pytest.mark.journey

HEAD, OFFICER, DIRECTOR = "truongkhoa.demo", "motcua.demo", "giamdocso.demo"
HOSPITAL = "Bệnh viện đa khoa mô phỏng Lạch Tray"
_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def evidence():
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(300, 200)
    document.save(out)
    return {"name": "minh-chung.pdf", "mimeType": "application/pdf", "buffer": out.getvalue()}


def open_quarter(desk):
    """Open the quarter that the page offers, and return its label."""
    desk.goto("/ke-hoach/bao-cao/")
    button = desk.get_by_role("button", name=re.compile("Mở kỳ"))
    label = re.search(r"\d{4}-Q\d", button.inner_text())[0]
    button.click()
    expect(desk.get_by_text("Đã mở kỳ báo cáo").first).to_be_visible()
    return label


def see_report(page, label):
    """Open the hospital's report of a quarter."""
    page.goto(f"/ke-hoach/bao-cao/?quy={label}")
    row = page.get_by_role("row").filter(has_text=label)
    row.get_by_role("link", name=re.compile(f"{HOSPITAL}")).first.click()


def download(page, name):
    with page.expect_download() as found:
        page.get_by_role("link", name=name).evaluate(
            "link => { link.setAttribute('download', ''); link.click(); }"
        )
    return found.value.path().read_bytes()


def test_a_quarter_from_its_opening_to_the_printed_summary(visit, accessible):
    desk = visit(OFFICER)
    label = open_quarter(desk)
    accessible(desk)

    unit = visit(HEAD)
    see_report(unit, label)
    accessible(unit)
    unit.get_by_role("button", name="Nộp báo cáo").click()
    expect(unit.get_by_role("heading", name="Cần sửa trước khi gửi")).to_be_visible()
    accessible(unit)
    unit.get_by_label("Đơn vị đã làm được gì").fill("Quý này khoa đã kê đơn điện tử.")
    unit.get_by_role("button", name="Nộp báo cáo").click()
    expect(unit.get_by_text("Đã nộp báo cáo").first).to_be_visible()
    expect(unit.get_by_text("số này không đổi nữa").first).to_be_visible()
    expect(unit.get_by_text("Nguồn chưa có").first).to_be_visible()

    see_report(desk, label)
    accessible(desk)
    desk.get_by_label("Lý do trả lại").fill("Bổ sung minh chứng đơn thuốc điện tử.")
    desk.get_by_role("button", name="Trả lại để sửa").click()
    expect(desk.get_by_text("Đã trả lại").first).to_be_visible()

    unit.reload()
    expect(unit.get_by_text("Bổ sung minh chứng đơn thuốc điện tử.").first).to_be_visible()
    task = unit.locator("details").filter(has_text="N12")
    if task.get_attribute("open") is None:
        task.locator("summary").click()
    unit.get_by_label("Trạng thái N12").select_option("done")
    unit.get_by_label("Thêm minh chứng cho N12").set_input_files(evidence())
    unit.get_by_role("button", name="Nộp báo cáo").click()
    expect(unit.get_by_text("Đã nộp báo cáo").first).to_be_visible()
    expect(unit.get_by_role("link", name="minh-chung.pdf")).to_be_visible()

    desk.reload()
    desk.get_by_role("button", name="Chấp nhận báo cáo").click()
    expect(desk.get_by_text("Đã chấp nhận báo cáo").first).to_be_visible()

    leader = visit(DIRECTOR)
    leader.goto(f"/ke-hoach/ky/?quy={label}")
    accessible(leader)
    leader.get_by_label("Đánh giá chung").fill(
        "Một đơn vị đã báo cáo đủ; các đơn vị khác còn chậm."
    )
    leader.get_by_role("button", name="Ký báo cáo tổng hợp").click()
    expect(leader.get_by_text("Đã ký báo cáo tổng hợp").first).to_be_visible()
    accessible(leader)
    assert download(leader, re.compile("Mở PDF")).startswith(b"%PDF")
    assert download(leader, re.compile("Tải DOCX")).startswith(b"PK")

    leader.goto(f"/ke-hoach/xep-hang/?quy={label}")
    expect(leader.get_by_role("row").nth(1)).to_contain_text(HOSPITAL)
    leader.emulate_media(media="print")
    assert leader.pdf().startswith(b"%PDF")


@pytest.mark.parametrize(
    "address",
    [
        "/ke-hoach/",
        "/ke-hoach/nhiem-vu/",
        "/ke-hoach/bao-cao/",
        "/ke-hoach/xep-hang/",
        "/ke-hoach/ky/",
        "/ke-hoach/suc-khoe-thanh-pho/",
        "/ke-hoach/chi-tieu/T3/",
        "/ke-hoach/chi-tieu/T11/",
        "/ke-hoach/chi-tieu/visits/",
    ],
)
def test_a_page_of_the_director_is_clean(visit, accessible, address):
    page = visit(DIRECTOR)
    answer = page.goto(address)
    assert answer.status == 200
    accessible(page)

    page.set_viewport_size(PHONE)

    accessible(page)
    assert page.evaluate(_WIDER) <= 0
    assert page.complaints == []


def test_a_missing_source_is_named_and_is_not_zero(visit):
    page = visit(DIRECTOR)

    page.goto("/ke-hoach/chi-tieu/T11/")

    expect(page.get_by_text(re.compile("Nguồn chưa có: "))).to_be_visible()
    expect(page.get_by_role("heading", name="Định nghĩa")).to_be_visible()


def test_a_head_sees_the_own_unit_alone(visit):
    page = visit(HEAD)

    page.goto("/ke-hoach/bao-cao/")

    names = page.get_by_role("rowheader").all_inner_texts()
    assert names
    assert {name.strip() for name in names} == {HOSPITAL}
    page.goto("/ke-hoach/ky/")
    assert page.url.endswith("/ke-hoach/bao-cao/")
