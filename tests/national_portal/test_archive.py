"""The archive calls dossiers by their code and procedure, on its page and in the minute."""

from datetime import datetime

import pypdfium2
import pytest

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.kernel import actor, dates
from haidang.rooms.archive import services as archive
from haidang.rooms.procedures.tests import lives
from tests.national_portal.test_files import CODE, WRONG, file_with, take_all

pytestmark = pytest.mark.usefixtures("office")
LATER = datetime(2040, 1, 2, 9, tzinfo=dates.HANOI)
LICENCE = ("Cấp mới giấy phép hành nghề khám bệnh, chữa bệnh", "Practice licence, new")
FILED = "Hồ sơ trên Cổng quốc gia không được nhận"


def who(role):
    account = access.create_account(
        f"ai.{role}", password="ngọn hải đăng cũ", name=role, roles=[(role, "SYT")], by=actor.SYSTEM
    )
    return account, access.actor_of(account)


@pytest.fixture
def listed(portal, clock):
    """A list with the papers of a returned licence and of a filing that was turned down."""
    row = lives.returned()
    file_with(portal, WRONG["locked"][0])
    take_all(clock)
    account, keeper = who("officer")
    return row, archive.propose_disposal(by=keeper, at=LATER), account, keeper


def test_a_list_names_dossiers_by_code_and_procedure(listed, client):
    row, number, account, _keeper = listed
    client.force_login(account)

    vietnamese = client.get(f"/luu-tru/huy/{number}/").content.decode()
    english = client.get(
        f"/luu-tru/huy/{number}/", headers={"accept-language": "en"}
    ).content.decode()

    for page, words in ((vietnamese, LICENCE[0]), (english, LICENCE[1])):
        assert row.code in page
        assert words in page
        assert CODE in page
        assert f"Dossier/{row.pk}" not in page
        assert row.applicant_name not in page
    assert FILED in vietnamese


def test_the_minute_names_them_too(listed):
    row, number, _account, keeper = listed
    for role in ("unit_head", "director"):
        _account, by = who(role)
        archive.review_disposal(number, approve=True, reason="", by=by, at=LATER)

    archive.carry_out(number, by=keeper, at=LATER)

    with documents.open_file(documents.disposal(number).minute) as file:
        paper = pypdfium2.PdfDocument(file.read())
    told = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in paper)
    for words in (row.code, "Cấp mới giấy phép hành nghề", CODE[:12]):
        assert words in told
    assert "Dossier/" not in told
