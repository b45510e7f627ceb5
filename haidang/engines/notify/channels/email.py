"""E-mail by SMTP: plain text with a link; nothing about health is in it."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings

from haidang.engines.notify.channels.answers import Gone, NotNow

_TIMEOUT_S = 20


def is_on():
    return bool(settings.HAIDANG_SMTP and settings.HAIDANG_MAIL_FROM)


def send(address, message, *, link):
    """Hand a message to the mail server and return its id.

    Raises    Gone when the mailbox is refused for good, NotNow for everything else
    """
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.title, settings.HAIDANG_MAIL_FROM, address
    mail["Message-ID"] = f"<notify-{message.pk}@{settings.HAIDANG_MAIL_FROM.rpartition('@')[2]}>"
    mail.set_content(f"{message.body}\n\n{message.body_en}\n\n{link}\n")
    try:
        with _connected() as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as why:
        codes = {code for code, _text in why.recipients.values()}
        raise (Gone if max(codes) >= 550 else NotNow)(
            f"recipient refused: {sorted(codes)}"
        ) from why
    except (smtplib.SMTPException, OSError) as why:
        raise NotNow(type(why).__name__) from why
    return mail["Message-ID"]


def _connected():
    place = urlsplit(settings.HAIDANG_SMTP)
    if place.scheme == "smtps":
        server = smtplib.SMTP_SSL(
            place.hostname, place.port or 465, timeout=_TIMEOUT_S,
            context=ssl.create_default_context(),
        )  # fmt: skip
    else:
        server = smtplib.SMTP(place.hostname, place.port or 25, timeout=_TIMEOUT_S)
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
    if place.username:
        server.login(unquote(place.username), unquote(place.password or ""))
    return server
