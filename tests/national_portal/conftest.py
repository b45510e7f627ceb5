"""A desk that exchanges with a simulated portal."""

import hashlib
import json
import urllib.request
from datetime import timedelta

import pytest

from haidang.engines.ledger import api as ledger
from haidang.engines.payments import api as payments
from haidang.rooms.national_portal import models, services
from haidang.rooms.national_portal.services import client
from haidang.rooms.procedures import demo, domain
from haidang.rooms.procedures import models as procedures
from haidang.rooms.procedures import services as desk_services
from haidang.rooms.procedures.tests import lives, people, test_services
from simulators import bank, national_portal

SECRET = "a secret of the tests"


@pytest.fixture
def desk(settings, tmp_path):
    settings.HAIDANG_FILES = str(tmp_path / "files")
    settings.HAIDANG_SIGNERS = str(tmp_path / "signers")
    settings.HAIDANG_NATIONAL_PORTAL_SECRET = SECRET
    client._tokens.clear()
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / domain.RECEIVER).write_text("a secret of the simulated bank")
    settings.HAIDANG_PAYMENTS_SECRETS = str(secrets)


@pytest.fixture
def office(opened_office, desk, everything_open):
    """The office, which was opened once for the tests of a module."""


@pytest.fixture(scope="module")
def opened_office(standing):
    demo.open_office()


@pytest.fixture
def portal(settings):
    """A portal in this process; its `portal` looks at what it knows, `faults` breaks it."""
    server = national_portal.serve(secret=SECRET)
    settings.HAIDANG_NATIONAL_PORTAL = server.address
    yield server
    server.shutdown()
    server.server_close()


def filed_and_paid():
    """A licence whose fee came through the bank, as the bank tells it."""
    pk = test_services.licence()
    desk_services.submit(pk, by=people.APPLICANT, at=lives.AT)
    row = procedures.Dossier.objects.get(pk=pk)
    order = payments.order(row.order)
    raw, headers = bank.notice_of(order, secret=payments.secret_of(order.receiver))
    payments.receive(order.receiver, raw, headers=headers, query={})
    ledger.dispatch()
    row.refresh_from_db()
    return row


class Clock:
    """A moment that tests move on, so that nothing waits for real."""

    def __init__(self):
        self.now = lives.AT + timedelta(days=1)

    def later(self, **how):
        self.now += timedelta(**how)
        return self.now


@pytest.fixture
def clock():
    return Clock()


def tell_all(clock, most=60):
    """News, then everything that is due, as the worker does it; time goes on in between."""
    ledger.dispatch()
    models.Outgoing.objects.filter(next_try_at__gt=clock.now).update(next_try_at=clock.now)
    for _turn in range(most):
        services.deliver(clock.now)
        if not models.Outgoing.objects.filter(state="waiting").exists():
            return
        clock.later(minutes=20)


def take_all(clock, most=20):
    """The mailbox, and what it says."""
    for _turn in range(most):
        got, done = services.pull(clock.now), services.act(clock.now)
        if not got and not done:
            return
        clock.later(minutes=20)


def held(portal, code):
    """A dossier as the portal holds it."""
    return portal.portal.store.dossier(code)


def states(portal, code):
    return [state for state, _at in held(portal, code)["history"]]


def filing(code="000.00.00.G22-261125-0001", **change):
    """A licence as a person files it on the portal, its fee paid there; files are there already."""
    answers = test_services.PERSON | test_services.ANSWERS
    return {
        "MaHoSo": code,
        "MaTTHC": "SYT.01",
        "ChuHoSo": "Trần Thị Thử",
        "LoaiDoiTuong": 0,
        "NgayNop": "20261123100000",
        "TrangThaiHoSo": 1,
        "TrangThaiThanhToan": 1,
        "ThongTinNguoiNop": {
            "HoVaTen": "Trần Thị Thử",
            "SoDinhDanh": people.KNOWN["person.citizen_id"],
            "SoDienThoai": "0912345678",
        },
        "DuLieuBieuMau": answers,
        **change,
    }


def papers(portal, names=("diploma", "practice", "photo")):
    """Files on the portal, as a filing names them."""
    found = []
    for name in names:
        content = test_services.pdf()
        kept = portal.portal.keep_file(f"{name}.pdf", content)
        digest = hashlib.sha256(content).hexdigest()
        one = {"IdGiayTo": kept["IdTepTin"], "HashTepTin": digest, "TenGiayTo": f"{name}.pdf"}
        found.append({"MaThanhPhanHoSo": f"paper_{name}", "GiayToDinhKem": [one]})
    return found


def control(address, act, told):
    """Play the portal's side over HTTP, for a portal in another process."""
    request = urllib.request.Request(
        f"{address}/dieu-khien/{act}", json.dumps(told).encode(), method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def dossier(code):
    return procedures.Dossier.objects.get(code=code)
