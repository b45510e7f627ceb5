"""Messages: told once, in quiet hours, over servers that take, refuse and are not there."""

import email
import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwk, jwt

from haidang.engines.ledger import api as ledger
from haidang.engines.notify import api as notify
from haidang.engines.notify import delivering, kinds, models
from haidang.engines.notify.channels import sms
from haidang.engines.notify.tests import servers
from haidang.kernel import actor, dates, errors

WHO = "Person/nguoi-dan"
RECEIVED = notify.Kind(
    "test.received",
    "Đã nhận hồ sơ {code}",
    "Hồ sơ {code} sẽ có kết quả trước {due}.",
    "Dossier {code} received",
    "The result of dossier {code} is due by {due}.",
    channels=("email", "sms", "push"),
)
ALARM = notify.Kind("test.alarm", "Khẩn", "Khẩn", "Urgent", "Urgent", ("sms",), urgent=True)
FACTS = {"code": "H24-01", "due": "30/11/2026"}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=dates.HANOI)


NOON = at("2026-11-25T12:00")


@pytest.fixture(autouse=True)
def declared(db, monkeypatch, settings):
    known = {kind.name: kind for kind in (RECEIVED, ALARM)}
    monkeypatch.setattr(kinds, "everything", lambda: known)
    settings.HAIDANG_ADDRESS = "https://yte.example/"


def tell(once="event-1", when=NOON, kind="test.received"):
    return notify.send(
        kind, to=WHO, once=once, by=actor.SYSTEM, at=when, facts=FACTS, url="/ho-so/1/"
    )


def reach(channel, value):
    return notify.save_address(WHO, channel, value, by=actor.SYSTEM)


def only_delivery():
    return models.Delivery.objects.select_related("address").get()


def test_a_message_is_in_the_product_in_both_languages_and_read_once():
    found = tell()

    assert (found.title, found.title_en) == ("Đã nhận hồ sơ H24-01", "Dossier H24-01 received")
    assert notify.unread(WHO) == 1
    assert (notify.mark_read(WHO), notify.mark_read(WHO), notify.unread(WHO)) == (1, 0, 0)


def test_the_same_news_twice_is_told_once():
    reach("email", "a@example.vn")
    assert tell().id == tell().id

    assert models.Delivery.objects.count() == 1
    assert len(list(ledger.events(names=("notify.message.sent",)))) == 1


def test_what_cannot_be_told_is_refused():
    with pytest.raises(errors.NotFound):
        notify.send("khong.co", to=WHO, once="1", by=actor.SYSTEM, at=NOON)
    with pytest.raises(errors.Incorrect):
        notify.send("test.received", to=WHO, once="1", by=actor.SYSTEM, at=NOON)


def test_mail_arrives_with_both_languages_and_the_link(settings):
    reach("email", "nguoi.dan@example.vn")
    tell()
    with servers.mail() as server:
        settings.HAIDANG_SMTP = f"smtp://127.0.0.1:{server.server_address[1]}"
        settings.HAIDANG_MAIL_FROM = "tin@haidang.example"
        assert delivering.deliver(NOON) == 1

    (raw,) = server.kept
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == "Đã nhận hồ sơ H24-01"
    assert "The result of dossier" in mail.get_content()
    assert "https://yte.example/ho-so/1/" in mail.get_content()
    assert only_delivery().state == "sent"
    assert delivering.deliver(NOON + timedelta(days=2)) == 0


@pytest.mark.parametrize(
    ("code", "state", "gone"), [(550, "failed", True), (450, "waiting", False)]
)
def test_a_mailbox_that_is_refused(settings, code, state, gone):
    reach("email", "khong.co@example.vn")
    tell()
    with servers.mail(refuse=code) as server:
        settings.HAIDANG_SMTP = f"smtp://127.0.0.1:{server.server_address[1]}"
        settings.HAIDANG_MAIL_FROM = "tin@haidang.example"
        delivering.deliver(NOON)

    found = only_delivery()
    assert (found.state, found.address.gone_at is not None) == (state, gone)


def test_an_sms_is_plain_short_and_keeps_its_link(settings):
    reach("sms", "0912345678")
    tell()
    settings.HAIDANG_SMS_TOKEN, settings.HAIDANG_SMS_BRAND = "t", "HAIDANG"
    with servers.web() as server:
        settings.HAIDANG_SMS_URL = f"http://127.0.0.1:{server.server_address[1]}/sms"
        delivering.deliver(NOON)

    ((headers, body),) = server.kept
    told = json.loads(body)
    assert told["text"] == "Da nhan ho so H24-01 https://yte.example/ho-so/1/"
    assert (told["to"], headers["Authorization"]) == ("0912345678", "Bearer t")
    assert only_delivery().receipt == "p-1"


def test_a_long_sms_is_cut_before_the_link():
    message = models.Message(title="Đ" * 300)

    text = sms.text_of(message, "https://x.vn/1")

    assert len(text) <= 160
    assert text.endswith(" https://x.vn/1")


def test_a_browser_is_woken_by_a_signed_request_without_content(settings, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "push.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    settings.HAIDANG_PUSH_KEY, settings.HAIDANG_PUSH_CONTACT = str(file), "mailto:a@example.vn"
    with servers.web(status=201) as server:
        origin = f"http://127.0.0.1:{server.server_address[1]}"
        reach("push", f"{origin}/push/abc")
        tell()
        delivering.deliver(NOON)

    ((headers, body),) = server.kept
    assert body == b""
    scheme, _space, fields = headers["Authorization"].partition(" ")
    token = fields.partition("t=")[2].partition(",")[0]
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    claims = jwt.decode(token, jwk.ECKey.import_key(public)).claims
    assert (scheme, claims["aud"], claims["sub"]) == ("vapid", origin, "mailto:a@example.vn")


def test_a_subscription_that_is_over_is_not_tried_again(settings):
    settings.HAIDANG_SMS_TOKEN = "t"
    reach("sms", "0912345678")
    tell("1")
    with servers.web(status=410) as server:
        settings.HAIDANG_SMS_URL = f"http://127.0.0.1:{server.server_address[1]}"
        delivering.deliver(NOON)
    tell("2")

    assert models.Delivery.objects.count() == 1


def test_a_provider_that_is_down_is_tried_ever_more_seldom_and_given_up_in_the_open(settings):
    settings.HAIDANG_SMS_URL, settings.HAIDANG_SMS_TOKEN = "http://127.0.0.1:9", "t"
    reach("sms", "0912345678")
    tell()
    when, pauses = NOON, []
    while delivering.deliver(when):
        found = only_delivery()
        pauses.append((found.next_try_at - when).total_seconds() / 60)
        when = found.next_try_at

    assert pauses == [1, 5, 30, 120, 480, 1440, 5]
    assert (found.state, found.tries) == ("failed", 7)
    assert notify.failed()[0][:3] == ("sms", "test.received", 7)
    assert len(list(ledger.events(names=("notify.delivery.failed",)))) == 1


def test_a_worker_that_dies_in_the_middle_leaves_the_message_for_another(settings):
    settings.HAIDANG_SMS_URL, settings.HAIDANG_SMS_TOKEN = "http://127.0.0.1:9", "t"
    reach("sms", "0912345678")
    tell()
    taken = delivering._take(["sms"], NOON)

    assert delivering._take(["sms"], NOON) == []
    assert [row.pk for row in delivering._take(["sms"], NOON + timedelta(minutes=6))] == [
        row.pk for row in taken
    ]


@pytest.mark.parametrize(
    ("kind", "when", "next_try"),
    [
        ("test.received", "2026-11-25T20:59", "2026-11-25T20:59"),
        ("test.received", "2026-11-25T21:00", "2026-11-26T07:00"),
        ("test.received", "2026-11-26T06:59", "2026-11-26T07:00"),
        ("test.received", "2026-11-26T07:00", "2026-11-26T07:00"),
        ("test.alarm", "2026-11-25T23:00", "2026-11-25T23:00"),
    ],
)
def test_quiet_hours(kind, when, next_try):
    reach("sms", "0912345678")
    tell(when=at(when), kind=kind)

    assert only_delivery().next_try_at == at(next_try)


def test_people_refuse_kinds_but_not_alarms():
    reach("sms", "0912345678")
    for kind in ("test.received", "test.alarm"):
        notify.refuse(WHO, kind, "sms")
        tell(once=kind, kind=kind)
    assert [d.message.kind for d in models.Delivery.objects.all()] == ["test.alarm"]

    notify.refuse(WHO, "test.received", "sms", refused=False)
    tell(once="again")
    assert models.Delivery.objects.count() == 2
