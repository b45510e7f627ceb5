"""The pages of the archive: three people end a file with a minute, and stuck work is set going again."""

import io
import shutil
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor
from haidang.kernel import errors as refusals
from haidang.rooms.archive import selectors, services

pytestmark = pytest.mark.django_db
LIST = "/luu-tru/huy/"
ASKED = 'name="answer"'
TROUBLES = "/luu-tru/can-xem/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HAIDANG_FILES, settings.HAIDANG_OCR = str(tmp_path), False
    return tmp_path


def client_of(username, role):
    account = access.create_account(
        username, password="ngọn hải đăng cũ", name=username.title(), roles=((role, "SYT"),),
        by=actor.SYSTEM,
    )  # fmt: skip
    client = Client()
    client.force_login(account, backend="haidang.engines.access.backends.PasswordBackend")
    client.actor = access.actor_of(account)
    return client


@pytest.fixture
def keeper():
    return client_of("luu.tru", "officer")


@pytest.fixture
def head():
    return client_of("truong.phong", "unit_head")


@pytest.fixture
def director():
    return client_of("giam.doc", "director")


@pytest.fixture
def old(keeper):
    """A file whose term has long ended."""
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    document.save(out)
    kept = documents.keep(
        [out.getvalue()], name="a.pdf", by=actor.SYSTEM, into=("Dossier/1", "dossier")
    )
    documents.matter_ended("Dossier/1", on=date(2001, 1, 1))
    return kept.sha256


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def say(client, number, answer, reason=""):
    return client.post(
        reverse("archive:review_disposal", args=[number]),
        {"answer": answer, "reason": reason},
        follow=True,
    )


def test_three_people_end_a_file_with_a_minute(
    keeper, head, director, old, folder, django_capture_on_commit_callbacks
):
    assert "1 tài liệu quá thời hạn" in text_of(keeper.get(LIST))
    keeper.post(reverse("archive:propose_disposal"))
    (number,) = [one.id for one in documents.disposals()]
    page = reverse("archive:see_disposal", args=[number])
    assert ASKED in text_of(director.get(page))
    assert ASKED not in text_of(keeper.get(page)), "who proposed does not review"
    english = text_of(head.get(page, headers={"accept-language": "en"}))
    assert "Dossier of an administrative procedure" in english

    assert "Đã thẩm định, chờ duyệt" in text_of(say(head, number, "yes"))
    assert ASKED not in text_of(head.get(page)), "who reviewed does not approve"
    assert "ba người khác nhau" in text_of(say(head, number, "yes"))
    assert "Đã duyệt, chờ huỷ" in text_of(say(director, number, "yes"))
    with django_capture_on_commit_callbacks(execute=True):
        done = keeper.post(reverse("archive:carry_out", args=[number]), follow=True)

    assert "đã huỷ" in text_of(done)
    minute = keeper.get(reverse("archive:minute", args=[number]))
    assert b"".join(minute.streaming_content).startswith(b"%PDF")
    assert not (folder / old[:2] / old).exists()
    assert [one.name for one in ledger.events(names=("documents.disposal.*",))] == [
        f"documents.disposal.{step}" for step in ("proposed", "reviewed", "approved", "done")
    ]


def test_a_no_needs_its_reason_and_ends_the_list(keeper, head, old):
    number = services.propose_disposal(by=keeper.actor, at=timezone.now())

    assert "Nêu lý do không duyệt" in text_of(say(head, number, "no"))
    assert "Còn cần cho thanh tra" in text_of(say(head, number, "no", "Còn cần cho thanh tra"))
    assert documents.disposal(number).state == "refused"


def test_there_is_nothing_to_propose(keeper):
    page = text_of(keeper.post(reverse("archive:propose_disposal"), follow=True))

    assert "Không có tài liệu nào hết thời hạn." in page
    assert "Chưa có danh mục huỷ nào" in page


def test_a_list_without_a_minute_has_none_to_show(keeper, old):
    number = services.propose_disposal(by=keeper.actor, at=timezone.now())

    assert keeper.get(reverse("archive:minute", args=[number])).status_code == 404


@pytest.mark.parametrize(
    "act",
    [
        lambda who: services.propose_disposal(by=who, at=timezone.now()),
        lambda who: services.review_disposal(1, approve=True, reason="", by=who, at=timezone.now()),
        lambda who: services.carry_out(1, by=who, at=timezone.now()),
        lambda who: services.read_again("0" * 64, by=who),
        lambda who: services.renew_seal("ABCD", by=who),
        lambda who: selectors.disposals(by=who, at=timezone.now()),
        lambda who: selectors.disposal(1, by=who),
        lambda who: selectors.minute(1, by=who),
        lambda who: selectors.troubles(by=who),
    ],
)
def test_a_nurse_does_none_of_it(act):
    with pytest.raises(refusals.NotAllowed):
        act(client_of("dieu.duong", "nurse").actor)


@pytest.mark.skipif(not shutil.which("tesseract"), reason="no tesseract here")
def test_a_scan_that_was_not_read_is_tried_anew(keeper, settings):
    settings.HAIDANG_OCR = True
    broken = b"\xff\xd8\xff" + b"no picture at all"
    scan = documents.keep([broken], name="a.jpg", by=actor.SYSTEM).sha256
    documents.read_scans()

    page = text_of(keeper.get(TROUBLES))
    after = text_of(keeper.post(reverse("archive:read_again"), {"file": scan}, follow=True))

    assert "không đọc được" in page
    assert "sẽ được đọc lại" in after
    assert "Không có việc nào chờ" in after


def test_what_is_not_there_cannot_be_mended(keeper):
    assert keeper.post(reverse("archive:read_again"), {"file": "0" * 64}).status_code == 404
    assert keeper.post(reverse("archive:renew_seal"), {"code": "none"}).status_code == 404
