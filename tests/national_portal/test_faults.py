"""Outages, killed programs, answers twice or forged, and wrong order: nothing lost, nothing double."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
from datetime import timedelta

import pytest
from django.db import connection, connections

from haidang.engines.access import api as access
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors
from haidang.rooms.national_portal import models, services
from haidang.rooms.national_portal.services import client, incoming, outgoing
from haidang.rooms.procedures import demo
from haidang.rooms.procedures import models as procedures
from haidang.rooms.procedures.tests import lives, test_services
from tests.national_portal.conftest import (
    SECRET,
    control,
    dossier,
    filed_and_paid,
    filing,
    held,
    papers,
    states,
    take_all,
    tell_all,
)

OPERATOR = actor.Actor(
    ref="Practitioner/cntt",
    name="Cán bộ CNTT",
    kind="staff",
    roles=frozenset({"it_officer"}),
    permissions=access.of_roles(frozenset({"it_officer"})),
)
WHOLE = [1, 6, 1, 2, 4]
_TWENTY_MINUTES = timedelta(minutes=20)


def received():
    row = filed_and_paid()
    test_services.step(row, "receive", lives.people.OFFICER, "accept")
    ledger.dispatch()
    return row


@pytest.mark.usefixtures("office")
class TestOneFaultAtATime:
    @pytest.mark.parametrize("fault", ["error", "forged", "lost", "garbled", "expired"])
    @pytest.mark.parametrize("times", [1, 4])
    def test_every_state_arrives_once_and_in_order(self, portal, clock, fault, times):
        row = received()
        portal.faults.left = {fault: times}

        tell_all(clock)

        assert states(portal, row.code) == WHOLE
        assert held(portal, row.code)["turn"] == models.Outgoing.objects.count()
        assert not models.Outgoing.objects.exclude(state="sent").exists()

    @pytest.mark.parametrize("fault", ["error", "forged", "lost", "garbled", "expired"])
    def test_every_message_of_the_mailbox_is_acted_on_once(self, portal, clock, fault):
        portal.portal.file_dossier(filing(ThanhPhanHoSo=papers(portal)))
        portal.faults.left = {fault: 2}

        for _time in range(3):
            take_all(clock)
            clock.later(minutes=20)

        assert procedures.Dossier.objects.count() == 1
        assert list(models.Incoming.objects.values_list("state", flat=True)) == ["done"]

    def test_a_slow_portal_holds_nobody_up_for_long(self, portal, clock, monkeypatch):
        monkeypatch.setattr(client, "_TIMEOUT_S", 0.2)
        portal.faults.slow_s, portal.faults.left = 60, {"slow": 1}
        row = received()
        models.Outgoing.objects.update(next_try_at=clock.now)

        assert services.deliver(clock.now) == 0
        assert not portal.faults.ended.is_set()
        portal.faults.go_on.set()  # the slow answer comes at last, and nobody listens to it
        assert portal.faults.ended.wait(30)
        tell_all(clock)

        assert states(portal, row.code) == WHOLE

    def test_who_does_not_know_the_secret_is_not_answered(self, portal, clock, settings):
        row = received()
        settings.HAIDANG_NATIONAL_PORTAL_SECRET = "another secret"

        tell_all(clock, most=3)

        assert held(portal, row.code) is None
        kept = models.Outgoing.objects.order_by("turn").first()
        assert (kept.state, "signature" in kept.error) == ("waiting", True)
        assert models.Place.objects.get().failed_at is not None

    def test_an_outage_of_days_ends_without_a_person(self, settings, portal, clock):
        address = settings.HAIDANG_NATIONAL_PORTAL
        settings.HAIDANG_NATIONAL_PORTAL = f"http://127.0.0.1:{_closed_port()}"
        row = received()
        for _day in range(3):
            tell_all(clock, most=3)
            clock.later(days=1)
        assert models.Outgoing.objects.filter(state="waiting").count() == 6

        settings.HAIDANG_NATIONAL_PORTAL = address
        tell_all(clock)

        assert states(portal, row.code) == WHOLE

    def test_news_told_twice_is_written_once(self, portal):
        row = received()
        events = list(ledger.events(names=("procedures.dossier.*",)))

        for event in [*events, *events]:
            outgoing.note(event)

        turns = list(models.Outgoing.objects.order_by("turn").values_list("turn", flat=True))
        assert turns == [1, 2, 3, 4, 5, 6]
        assert {one.code for one in models.Outgoing.objects.all()} == {row.code}

    def test_a_refused_state_stops_its_dossier_alone_and_goes_again_when_asked(self, portal, clock):
        stopped, other = received(), received()
        tell_all(clock, most=1)
        wrong = models.Outgoing.objects.filter(code=stopped.code, state="waiting").first()
        models.Outgoing.objects.filter(pk=wrong.pk).update(body={"MaHoSo": stopped.code})
        tell_all(clock)

        assert states(portal, other.code) == WHOLE
        assert states(portal, stopped.code) != WHOLE
        held_back = models.Outgoing.objects.get(pk=wrong.pk)
        assert held_back.state == "refused"
        (told,) = ledger.events(names=("national_portal.*",))
        assert told.name == "national_portal.message.refused"
        assert told.facts["why"] == held_back.answer["error_code"] != held_back.error

        assert services.replay("gui", [wrong.pk], by=OPERATOR, at=clock.now) == 1
        tell_all(clock)
        assert states(portal, stopped.code) == WHOLE

    def test_only_who_may_lets_it_go_again(self):
        with pytest.raises(errors.NotAllowed):
            services.replay("gui", [], by=lives.people.OFFICER, at=lives.AT)

    def test_messages_out_of_order_wait_for_the_one_before(self, portal, clock):
        told = filing(ThanhPhanHoSo=papers(portal))
        portal.portal.file_dossier(told)
        portal.portal.tell(told["MaHoSo"], "rut", {"LyDo": "Nộp nhầm"})
        services.pull(clock.now)
        first, second = models.Incoming.objects.order_by("number")
        models.Incoming.objects.filter(pk=first.pk).delete()

        services.act(clock.now)
        second.refresh_from_db()
        assert (second.state, second.tries) == ("waiting", 0)
        first.save(force_insert=True)
        take_all(clock)

        assert dossier(told["MaHoSo"]).state == "withdrawn"

    def test_a_mailbox_read_again_from_the_start_changes_nothing(self, portal, clock):
        told = filing(ThanhPhanHoSo=papers(portal))
        portal.portal.file_dossier(told)
        take_all(clock)
        models.Place.objects.update(number=0)

        take_all(clock)

        assert procedures.Dossier.objects.count() == 1
        assert models.Incoming.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"MaTTHC": "9.999999"}, "mã quốc gia"),
            ({"DuLieuBieuMau": {}}, "applicant"),
            ({"ThongTinNguoiNop": {}}, "cấu trúc"),
            ({"NgayNop": "hôm qua"}, "cấu trúc"),
            ({"DuLieuBieuMau": "x"}, "cấu trúc"),
        ],
    )
    def test_a_filing_that_cannot_be_taken_waits_for_a_person(self, portal, clock, change, why):
        portal.portal.file_dossier(filing(ThanhPhanHoSo=papers(portal), **change))

        take_all(clock)

        kept = models.Incoming.objects.get()
        assert (kept.state, why in kept.error) == ("parked", True)
        (told,) = ledger.events(names=("national_portal.message.parked",))
        assert told.facts["why"] not in kept.error  # a code and no words, which may name somebody
        assert not procedures.Dossier.objects.exists()

    def test_a_file_with_other_bytes_than_told_is_not_taken(self, portal, clock):
        told = papers(portal)
        told[0]["GiayToDinhKem"][0]["HashTepTin"] = "0" * 64
        portal.portal.file_dossier(filing(ThanhPhanHoSo=told))

        take_all(clock)

        kept = models.Incoming.objects.get()
        assert (kept.state, "mã băm" in kept.error) == ("parked", True)

    def test_a_parked_filing_is_taken_when_what_was_wrong_is_mended(self, portal, clock):
        portal.portal.file_dossier(filing(ThanhPhanHoSo=papers(portal), MaTTHC="9.999999"))
        take_all(clock)
        kept = models.Incoming.objects.get()
        models.Incoming.objects.update(body=kept.body | {"MaTTHC": "SYT.01"})

        assert services.replay("nhan", [kept.pk], by=OPERATOR, at=clock.now) == 1
        take_all(clock)

        assert dossier(kept.code).state == "submitted"

    def test_a_comparison_without_the_portal_says_so(self, settings, clock):
        settings.HAIDANG_NATIONAL_PORTAL = f"http://127.0.0.1:{_closed_port()}"

        with pytest.raises(errors.Unavailable):
            services.compare(lives.AT.date(), at=clock.now)

        assert services.compare_yesterday(clock.now) == 0
        assert not models.Day.objects.exists()


def _closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def program(tmp_path, settings):
    """The portal as a program of its own, which tests kill and start again."""
    found = Program(tmp_path / "portal.db", _closed_port())
    settings.HAIDANG_NATIONAL_PORTAL = found.address
    yield found
    found.kill()


class Program:
    """A simulated portal in its own process; its file of state outlives it."""

    def __init__(self, state, port):
        self.state, self.port, self.process = state, port, None
        self.address = f"http://127.0.0.1:{port}"
        self.start()

    def start(self):
        command = ["-m", "simulators.national_portal", "--port", str(self.port)]
        environment = os.environ | {"HAIDANG_NATIONAL_PORTAL_SECRET": SECRET}
        self.process = subprocess.Popen(
            [sys.executable, *command, "--state", str(self.state)],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                control(self.address, "ho-so", {})
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
        raise TimeoutError("the simulated portal did not start")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def dossiers(self):
        return {one["code"]: one for one in control(self.address, "ho-so", {})["ho_so"]}


@pytest.mark.usefixtures("office")
def test_a_portal_killed_and_started_in_the_middle_loses_and_doubles_nothing(program, clock):
    rows = [received() for _number in range(3)]
    services.deliver(clock.now)
    program.kill()
    tell_all(clock, most=3)
    program.start()
    control(program.address, "loi", {"lost": 2})
    tell_all(clock, most=2)
    program.kill()
    program.start()

    tell_all(clock)

    found = program.dossiers()
    assert sorted(found) == sorted(row.code for row in rows)
    for row in rows:
        assert [state for state, _at in found[row.code]["history"]] == WHOLE


def test_workers_side_by_side_tell_everything_once_and_in_order(own_database, desk, program, clock):
    """Four workers at once over a database of their own, with answers lost.

    Each has a clock that runs ahead of the others' leases, so that they also tell the same thing at
    the same time: the portal then answers both and does it once.
    """
    with access.reach(actor.SYSTEM, people="all"):
        demo.open_office()
        rows = [received() for _number in range(4)]
    models.Outgoing.objects.update(next_try_at=clock.now)
    control(program.address, "loi", {"lost": 3, "error": 3})

    def work():
        try:
            for step in range(8):
                at = clock.now + step * _TWENTY_MINUTES
                services.deliver(at)
                services.pull(at)
                services.act(at)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    connection.close()
    tell_all(clock)
    assert not models.Outgoing.objects.exclude(state="sent").exists()
    found = program.dossiers()
    for row in rows:
        assert [state for state, _at in found[row.code]["history"]] == WHOLE


@pytest.mark.parametrize(
    "body",
    [{"LyDo": "rút\x00 đi"}, {"LyDo": float("nan")}],
    ids=["nul", "no number"],
)
def test_a_message_that_no_database_keeps_stops_nobody_behind_it(office, portal, clock, body):
    bad, good = filing(ThanhPhanHoSo=papers(portal)), filing("G22-2", ThanhPhanHoSo=papers(portal))
    portal.portal.file_dossier(bad)
    portal.portal.tell(bad["MaHoSo"], "rut", body)
    portal.portal.file_dossier(good)

    take_all(clock)

    kept = models.Incoming.objects.get(kind="rut")
    assert (kept.state, "không lưu được" in kept.error) == ("parked", True)
    assert dossier(bad["MaHoSo"]).state == dossier("G22-2").state == "submitted"


def test_two_messages_of_one_turn_are_both_kept_and_one_is_acted_on(office, portal, clock):
    told = filing(ThanhPhanHoSo=papers(portal))
    portal.portal.file_dossier(told)
    portal.portal.tell(told["MaHoSo"], "rut", {"LyDo": "Nộp nhầm"})
    portal.portal.tell(told["MaHoSo"], "rut", {"LyDo": "Nộp nhầm lần nữa"})
    found = client.mail(0, 50)
    found[2]["ThuTu"] = found[1]["ThuTu"]
    models.Place.objects.create(name="mailbox")

    incoming._keep([incoming._row(one, clock.now) for one in found])
    take_all(clock)

    assert dossier(told["MaHoSo"]).state == "withdrawn"
    (aside,) = models.Incoming.objects.filter(state="parked")
    assert (aside.number, "Trùng thứ tự" in aside.error) == (found[2]["So"], True)
    assert services.replay("nhan", [], by=OPERATOR, at=clock.now) == 0


def test_a_fault_of_ours_on_one_message_holds_up_no_other(office, portal, clock, monkeypatch):
    bad, good = filing(ThanhPhanHoSo=papers(portal)), filing("G22-2", ThanhPhanHoSo=papers(portal))
    portal.portal.file_dossier(bad)
    portal.portal.file_dossier(good)
    known = incoming._take_in

    def broken(row, files, at):
        if row.code == bad["MaHoSo"]:
            raise RuntimeError
        known(row, files, at)

    monkeypatch.setattr(incoming, "_take_in", broken)
    services.pull(clock.now)
    services.act(clock.now)

    assert dossier("G22-2").state == "submitted"
    waiting = models.Incoming.objects.get(code=bad["MaHoSo"])
    assert (waiting.state, waiting.error) == ("waiting", "RuntimeError")
