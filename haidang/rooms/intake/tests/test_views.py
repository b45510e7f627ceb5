"""What a person sees on each screen."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haidang.engines.documents import api as documents
from haidang.engines.exchange import api as exchange
from haidang.rooms.intake.tests.people import signed_in
from tests import messages, zips

pytestmark = pytest.mark.django_db


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def uploaded(*files):
    return [SimpleUploadedFile(name, content) for name, content in files]


def test_an_empty_monitor_says_how_to_begin():
    page = text_of(signed_in("records_clerk").get(reverse("intake:see_intake")))

    assert "Chưa có thông điệp nào" in page
    assert reverse("intake:send_claims") in page


def test_sending_many_files_gives_a_receipt_for_each():
    files = uploaded(
        ("a.xml", messages.claim("A")),
        ("b.xml", messages.claim("B")),
        ("c.zip", zips.zipped(("../c.xml", b"<c/>"))),
        ("d.xml", b""),
    )

    page = text_of(signed_in("records_clerk").post(reverse("intake:send_claims"), {"files": files}))

    assert page.count("Đã nhận") == 2
    assert page.count("Bị từ chối") == 1
    assert "Tệp không có nội dung." in page
    assert len(exchange.messages()) == 3


def test_a_zip_that_is_refused_says_why_at_once():
    file = uploaded(("c.zip", zips.zipped(("../c.xml", b"<c/>"))))

    page = text_of(signed_in("records_clerk").post(reverse("intake:send_claims"), {"files": file}))

    assert "Gói zip có đường dẫn không an toàn" in page
    assert "Nén lại chỉ các tệp XML rồi gửi lại." in page


@pytest.mark.parametrize(
    ("content", "safe"),
    [
        (messages.claim("A")[:-40], "Chưa hồ sơ nào trong tệp được ghi"),
        (messages.claim("A", MA_BENH_CHINH=""), "Mở từng hồ sơ để xem mọi lỗi"),
    ],
)
def test_a_file_that_is_not_well_says_what_is_safe(content, safe):
    report = messages.take_in(content)

    page = text_of(
        signed_in("records_clerk").get(reverse("intake:see_message", args=[report.message.id]))
    )

    assert safe in page
    assert "hồ sơ sức khỏe không thay đổi" in page


def test_sending_nothing_says_so():
    page = text_of(signed_in("records_clerk").post(reverse("intake:send_claims")))

    assert "Chưa chọn tệp nào" in page


def test_a_check_lists_every_problem_and_keeps_nothing():
    file = uploaded(("a.xml", messages.claim("A", MA_BENH_CHINH="", NGAY_RA="202613991000")))

    page = text_of(signed_in("cashier").post(reverse("intake:check_claims"), {"file": file}))

    assert "MA_BENH_CHINH" in page
    assert "NGAY_RA" in page
    assert exchange.messages() == []


def test_a_check_says_when_it_stopped_early(monkeypatch):
    found = exchange.check(messages.claim("A"), name="a.xml", shown=0)
    monkeypatch.setattr(exchange, "check", lambda content, name: found)

    page = text_of(
        signed_in("cashier").post(
            reverse("intake:check_claims"), {"file": uploaded(("a.xml", b"<a/>"))}
        )
    )

    assert "Mới kiểm tra 0 hồ sơ đầu" in page


def test_a_good_file_is_told_so():
    file = uploaded(("a.xml", messages.claim("A")))

    page = text_of(signed_in("cashier").post(reverse("intake:check_claims"), {"file": file}))

    assert "Không có lỗi phải sửa" in page


def test_a_dossier_shows_table_row_field_sentence_and_what_to_do():
    report = messages.take_in(messages.claim("A", MA_BENH_CHINH=""))
    problem = next(p for p in report.dossiers[0].problems if p.field == "MA_BENH_CHINH")
    clerk = signed_in("records_clerk")

    page = text_of(clerk.get(reverse("intake:see_dossier", args=[report.message.id, 0])))

    for part in ("XML1 · 1", problem.field, problem.code, problem.action_vi, "chưa được ghi"):
        assert part in page


def test_problems_are_grouped_by_facility_and_rule_down_to_the_dossier():
    messages.take_in(messages.claim("A", MA_BENH_CHINH=""))
    messages.take_in(messages.claim("B", MA_BENH_CHINH=""))
    group = next(each for each in exchange.groups() if each.severity == "error")
    clerk = signed_in("records_clerk")

    groups = text_of(clerk.get(reverse("intake:see_problems")))
    named = {"co-so": group.facility, "ma": group.code}
    dossiers = text_of(clerk.get(reverse("intake:see_group"), named))

    assert f"co-so={group.facility}&amp;ma={group.code}" in groups
    assert group.dossiers == 2
    assert dossiers.count("Có lỗi, trả lại") == 2


def test_a_file_that_cannot_be_read_has_its_place_among_the_problems():
    messages.take_in(messages.claim("A")[:-40])
    officer = signed_in("it_officer", "")
    group = next(each for each in exchange.groups() if each.dossiers == 0)

    page = text_of(
        officer.get(reverse("intake:see_group"), {"co-so": group.facility, "ma": group.code})
    )

    assert "ho-so.xml" in page


def test_a_group_without_a_rule_is_told_how_to_go_on():
    answer = signed_in("it_officer").get(reverse("intake:see_group"))

    assert answer.status_code == 400


def test_counting_stops_where_nobody_reads_on(monkeypatch):
    monkeypatch.setattr("haidang.engines.exchange.reports.COUNTED", 1)
    monkeypatch.setattr(exchange, "COUNTED", 1)
    for visit in ("A", "B"):
        messages.send(messages.claim(visit), filename=f"{visit}.xml")

    assert exchange.states() == {"received": 2}
    assert "1+" in text_of(signed_in("records_clerk").get(reverse("intake:see_intake")))


def test_problems_are_grouped_among_the_newest(monkeypatch):
    monkeypatch.setattr("haidang.engines.exchange.reports.GROUPED", 1)
    for visit in ("A", "B"):
        messages.take_in(messages.claim(visit, MA_BENH_CHINH=""))

    assert sum(group.times for group in exchange.groups()) == 1


def test_a_zip_is_one_line_until_a_state_is_chosen():
    package = zips.zipped(("a.xml", messages.claim("A")), ("b.xml", messages.claim("B")))
    messages.send(package, filename="goi.zip")
    clerk = signed_in("records_clerk")

    everything = text_of(clerk.get(reverse("intake:see_intake")))
    waiting = text_of(clerk.get(reverse("intake:see_intake"), {"trang-thai": "received"}))

    assert "goi.zip" in everything
    assert "b.xml" not in everything
    assert "b.xml" in waiting


def test_doing_a_group_again_puts_its_messages_back_in_the_queue():
    report = messages.take_in(messages.claim("A", MA_BENH_CHINH=""))
    group = next(each for each in exchange.groups() if each.severity == "error")
    officer = signed_in("it_officer")

    named = {"co-so": group.facility, "ma": group.code}
    answer = officer.post(reverse("intake:replay_group"), named, follow=True)

    assert "1 thông điệp sẽ được xử lý lại." in text_of(answer)
    assert exchange.report(report.message.id).message.state == "received"


def test_dead_letters_are_shown_and_done_again_together(monkeypatch):
    monkeypatch.setattr("haidang.engines.exchange.queue.TRIES", 1)
    monkeypatch.setattr("haidang.engines.exchange.batch.mapping.map_all", lambda pairs: 1 / 0)
    receipts = [messages.take_in(messages.claim(visit)).message.id for visit in "AB"]
    monkeypatch.undo()
    officer = signed_in("it_officer")

    page = text_of(officer.get(reverse("intake:see_dead_letters")))
    officer.post(reverse("intake:replay_messages"), {"receipt": receipts})

    assert page.count("Cần người xử lý") == 2
    assert "ZeroDivisionError" in page
    assert all(receipt in page for receipt in receipts)
    assert exchange.backlog() == 2


def test_the_raw_message_comes_down_byte_for_byte():
    receipt = messages.send(messages.claim("A"), filename='tên"lạ.xml').message_id

    answer = signed_in("records_clerk").get(reverse("intake:download_raw", args=[receipt]))

    assert answer.content == messages.claim("A")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_monitor_pages_and_filters(monkeypatch):
    for visit in "ABC":
        messages.send(messages.claim(visit), filename=f"{visit}.xml")
    messages.take_in(messages.claim("D", MA_BENH_CHINH=""), filename="D.xml")
    clerk = signed_in("records_clerk")

    rejected = text_of(clerk.get(reverse("intake:see_intake"), {"trang-thai": "rejected"}))

    assert "D.xml" in rejected
    assert "A.xml" not in rejected
    assert text_of(clerk.get(reverse("intake:see_intake"), {"trang-thai": "x'--", "truoc": "x"}))


def test_the_monitor_asks_a_bounded_number_of_queries(django_assert_max_num_queries):
    clerk = signed_in("records_clerk")
    for number in range(30):
        messages.send(messages.claim(f"V{number}"), filename=f"{number}.xml")

    with django_assert_max_num_queries(20):
        clerk.get(reverse("intake:see_intake"))


def test_the_screens_speak_english_too():
    clerk = signed_in("records_clerk")
    clerk.cookies["haidang_language"] = "en"

    assert "No messages yet" in text_of(clerk.get(reverse("intake:see_intake")))


@pytest.fixture
def seal(settings, tmp_path):
    settings.HAIDANG_SYNTHETIC, settings.HAIDANG_TSA = True, ""
    settings.HAIDANG_SIGNERS, settings.HAIDANG_TRUST = str(tmp_path / "s"), str(tmp_path / "t")
    documents.make_synthetic_signers(org="31T01", organisation="Bệnh viện Mẫu mô phỏng", people=[])
    return documents.signer("seal")


def test_the_signature_of_a_message_is_told_on_its_page(seal):
    signed = documents.sign_xml(messages.claim(), seal, place="CHUKYDONVI")
    receipt = messages.take_in(signed).message.id
    page = reverse("intake:see_message", args=[receipt])
    clerk = signed_in("records_clerk")

    before = text_of(clerk.get(page))
    exchange.check_signatures()
    after = text_of(clerk.get(page))
    trial = text_of(
        clerk.post(reverse("intake:check_claims"), {"file": uploaded(("a.xml", signed))})
    )

    assert "Đang chờ kiểm tra" in before
    for told in (after, trial):
        assert "Bệnh viện Mẫu mô phỏng · XAdES B-T" in told
        assert "có dấu thời gian tin cậy" in told


def test_a_message_without_a_signature_says_nothing_of_one():
    receipt = messages.take_in(messages.claim()).message.id

    page = text_of(signed_in("records_clerk").get(reverse("intake:see_message", args=[receipt])))

    assert "Chữ ký của đơn vị" not in page


def test_the_pages_tell_the_limits_that_hold(settings):
    settings.HAIDANG_CLAIMS_FILE_MB, settings.HAIDANG_CLAIMS_PACKAGE_MB = 7, 9
    client = signed_in("records_clerk")

    for name in ("intake:send_claims", "intake:check_claims"):
        page = text_of(client.get(reverse(name)))
        assert "đến 7 MB" in page
        assert "gói zip đến 9 MB" in page
        assert f'data-largest="{7 * 1024 * 1024}" data-largest-zip="{9 * 1024 * 1024}"' in page
