"""Files that come through the portal: scanned and kept before any lock; what is wrong with them is told."""

import hashlib
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import OperationalError, connections

from haidang.engines.access import api as access
from haidang.engines.documents import api as documents
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor
from haidang.rooms.national_portal import domain, models, services
from haidang.rooms.national_portal.services import incoming
from haidang.rooms.procedures import demo
from haidang.rooms.procedures import models as procedures
from haidang.rooms.procedures.tests import people, test_services
from simulators import clamd, office
from tests.national_portal.conftest import (
    dossier,
    filing,
    held,
    papers,
    states,
    take_all,
    tell_all,
)

CODE = "000.00.00.G22-261125-0001"
LONG_AFTER = date(2040, 1, 1)
WRONG = {
    "infected": (test_services.pdf() + clamd.EICAR, "Tệp có mã độc"),
    "locked": (office.pdf(), "đang đặt mật khẩu"),
    "broken": (b"%PDF-1.7 cut", "bị hỏng"),
    "old": (office.old_word(), "Tệp kiểu cũ"),
    "empty": (b"", "Tệp rỗng"),
    "other": (b"<html><script>", "Chỉ nhận tệp PDF"),
}


@pytest.fixture
def scanner(settings):
    with clamd.serving() as address:
        settings.HAIDANG_SCANNER = address
        yield


def paper(portal, name, content):
    """One file on the portal, as a filing names it."""
    kept = portal.portal.keep_file(f"{name}.pdf", content)
    digest = hashlib.sha256(content).hexdigest()
    one = {"IdGiayTo": kept["IdTepTin"], "HashTepTin": digest, "TenGiayTo": f"{name}.pdf"}
    return {"MaThanhPhanHoSo": f"paper_{name}", "GiayToDinhKem": [one]}


def file_with(portal, *wrong, code=CODE):
    """A filing whose diploma, and perhaps more, are the given contents; the rest is in order."""
    names = ("diploma", "practice", "photo")
    bad = [paper(portal, *one) for one in zip(names, wrong, strict=False)]
    told = [*bad, *papers(portal, names[len(wrong) :])]
    portal.portal.file_dossier(filing(code, ThanhPhanHoSo=told))


def told_of(name):
    return [event.facts for event in ledger.events(names=(name,))]


def held_for(about):
    """Of what is past its term long after, the kinds of what is filed under a matter."""
    return {one.kind for one in documents.due(LONG_AFTER) if one.about == about}


def asked_for_more(portal, clock):
    """A dossier from the portal of which a new photo was asked there."""
    portal.portal.file_dossier(filing(CODE, ThanhPhanHoSo=papers(portal)))
    take_all(clock)
    row = dossier(CODE)
    test_services.step(row, "receive", people.OFFICER, "supplement", items=["Ảnh"], reason="Ảnh mờ")
    tell_all(clock)
    return row


def bring(portal, content):
    more = {"NoiDung": "Ảnh mới", "ThanhPhanHoSo": [paper(portal, "photo", content)]}
    portal.portal.tell(CODE, "bo-sung", more)


@pytest.mark.usefixtures("office", "scanner")
class TestFilings:
    @pytest.mark.parametrize("kind", WRONG)
    def test_one_wrong_file_turns_a_filing_down_with_its_reason(self, portal, clock, kind):
        content, words = WRONG[kind]
        file_with(portal, content)

        take_all(clock)
        tell_all(clock)

        (kept,) = models.Incoming.objects.all()
        assert (kept.state, words in kept.error) == ("refused", True)
        assert states(portal, CODE) == [1, domain.NOT_RECEIVED]
        said = models.Outgoing.objects.get().body["NoiDungXuLy"]
        assert said.startswith("Tệp không được nhận. Văn bằng chuyên môn: ")
        assert words in said
        (facts,) = told_of(domain.TURNED_DOWN)
        assert (facts["code"], facts["state"], words in facts["why"]) == (CODE, 3, True)
        assert not procedures.Dossier.objects.exists()
        assert not told_of("procedures.dossier.*") + told_of("forms.response.*")

    def test_an_infected_file_stays_noted_and_nobody_gets_it(self, portal, clock):
        content, _words = WRONG["infected"]
        file_with(portal, content)

        take_all(clock)

        assert [one["virus"] for one in told_of("documents.file.quarantined")] == ["Eicar"]
        assert documents.file(hashlib.sha256(content).hexdigest()).scan == "infected"

    def test_all_that_is_wrong_is_told_at_once(self, portal, clock):
        file_with(portal, WRONG["infected"][0], WRONG["locked"][0])

        take_all(clock)

        (facts,) = told_of(domain.TURNED_DOWN)
        assert "Văn bằng chuyên môn: Tệp có mã độc" in facts["why"]
        assert "mật khẩu" in facts["why"]

    def test_the_mailbox_read_again_turns_it_down_once(self, portal, clock):
        file_with(portal, WRONG["infected"][0])
        take_all(clock)
        models.Place.objects.update(number=0)

        take_all(clock)
        tell_all(clock)

        assert len(told_of(domain.TURNED_DOWN)) == len(told_of("documents.file.quarantined")) == 1
        assert states(portal, CODE) == [1, 3]

    def test_lost_answers_do_not_tell_it_twice(self, portal, clock):
        file_with(portal, WRONG["locked"][0])
        take_all(clock)
        portal.faults.left = {"lost": 2, "error": 1}

        tell_all(clock)

        assert states(portal, CODE) == [1, 3]
        assert held(portal, CODE)["turn"] == 1

    def test_the_same_dossier_mended_is_taken_in(self, portal, clock):
        file_with(portal, WRONG["locked"][0])
        take_all(clock)
        tell_all(clock)
        file_with(portal)

        take_all(clock)

        row = dossier(CODE)
        assert row.state == "submitted"
        assert not held_for(f"NationalFiling/{CODE}")

    def test_what_came_with_a_wrong_file_is_kept_as_long_as_a_refused_dossier(self, portal, clock):
        file_with(portal, WRONG["locked"][0])

        take_all(clock)

        assert held_for(f"NationalFiling/{CODE}") == {"dossier_refused"}

    def test_a_file_for_no_question_is_never_kept(self, portal, clock):
        told = [paper(portal, "anything", test_services.pdf())]
        portal.portal.file_dossier(filing(CODE, ThanhPhanHoSo=told))

        take_all(clock)

        kept = models.Incoming.objects.get()
        assert (kept.state, "chỗ đính kèm" in kept.error) == ("parked", True)
        assert not told_of("documents.file.*")

    def test_a_day_with_a_filing_turned_down_agrees(self, portal, clock):
        file_with(portal, WRONG["locked"][0])
        take_all(clock)
        tell_all(clock)

        assert services.compare(date(2026, 11, 23), at=clock.now) == []

    def test_a_fault_after_the_files_were_kept_leaves_nothing_half_written(
        self, portal, clock, monkeypatch
    ):
        portal.portal.file_dossier(filing(CODE, ThanhPhanHoSo=papers(portal)))
        known = incoming._take_in

        def broken(*given):
            known(*given)
            raise RuntimeError

        monkeypatch.setattr(incoming, "_take_in", broken)
        services.pull(clock.now)
        services.act(clock.now)
        first = told_of("documents.file.kept")
        assert (len(first), models.Incoming.objects.get().state) == (3, "waiting")
        assert not procedures.Dossier.objects.exists()

        monkeypatch.setattr(incoming, "_take_in", known)
        clock.later(minutes=20)
        take_all(clock)

        assert dossier(CODE).state == "submitted"
        assert told_of("documents.file.kept") == first
        assert procedures.Dossier.objects.count() == 1


@pytest.mark.usefixtures("office", "scanner")
class TestSupplements:
    @pytest.mark.parametrize("kind", ["infected", "locked", "broken"])
    def test_a_wrong_file_is_asked_for_again_with_its_reason(self, portal, clock, kind):
        row, (content, words) = asked_for_more(portal, clock), WRONG[kind]
        bring(portal, content)

        take_all(clock)
        tell_all(clock)

        row.refresh_from_db()
        assert (row.state, "given_at" in row.supplements[-1]) == ("supplement", False)
        assert states(portal, CODE)[-2:] == [5, 5]
        (asked,) = models.Outgoing.objects.latest("turn").body["DanhSachHoSoBoSung"]
        assert (asked["HoSoBoSungId"], asked["NoiDungBoSung"]) == (1, "Ảnh")
        assert asked["LyDo"].startswith("Ảnh mờ")
        assert words in asked["LyDo"]
        (facts,) = told_of(domain.TURNED_DOWN)
        assert facts["state"] == domain.MORE_WANTED

    def test_an_infected_one_stays_noted_and_a_good_one_after_it_is_taken(self, portal, clock):
        row = asked_for_more(portal, clock)
        bring(portal, WRONG["infected"][0])
        bring(portal, test_services.pdf() + b" ")

        take_all(clock)
        tell_all(clock)

        row.refresh_from_db()
        assert (row.state, len(row.supplements[0]["files"])) == ("submitted", 1)
        assert [one["virus"] for one in told_of("documents.file.quarantined")] == ["Eicar"]
        told = models.Incoming.objects.order_by("turn").values_list("state", flat=True)
        assert list(told) == ["done", "refused", "done"]


@contextmanager
def _looking(seen):
    """A scanner that looks, while it is asked, whether anybody holds what a message is about."""

    def look():
        try:
            with access.reach(actor.SYSTEM, people="all"):
                list(procedures.Dossier.objects.select_for_update(nowait=True))
                # A reader that sees no message looks at another database than the one that acts.
                held = models.Incoming.objects.select_for_update(nowait=True)
                seen.append("free" if list(held) else "no message")
        except OperationalError as why:
            seen.append(type(why.__cause__).__name__)
        finally:
            connections.close_all()

    with clamd.serving(asked=look) as address:
        yield address


def test_no_lock_waits_for_the_scanner(own_database, desk, portal, clock, settings):
    with access.reach(actor.SYSTEM, people="all"):
        demo.open_office()
    seen = []
    with _looking(seen) as settings.HAIDANG_SCANNER:
        asked_for_more(portal, clock)
        bring(portal, test_services.pdf() + b" ")
        take_all(clock)

    assert dossier(CODE).state == "submitted"
    assert len(seen) > 1
    assert set(seen) == {"free"}
