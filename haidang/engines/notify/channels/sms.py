"""SMS through a provider that takes JSON over HTTPS; the text has no marks, as one SMS holds 160.

The provider's contract differs from city to city; this is the plain one that most offer: POST
{to, brand, text, id} with a bearer token, answered by {id}.
"""

import unicodedata

import httpx2
from django.conf import settings

from haidang.engines.notify.channels.answers import Gone, NotNow

_TIMEOUT_S = 15
LONGEST = 160


def is_on():
    return bool(settings.HAIDANG_SMS_URL and settings.HAIDANG_SMS_TOKEN)


def text_of(message, link):
    """Title and link in plain ASCII, at most 160 characters; the link is never cut."""
    plain = unicodedata.normalize("NFD", message.title.replace("đ", "d").replace("Đ", "D"))
    plain = plain.encode("ascii", "ignore").decode()
    room = LONGEST - len(link) - 1
    return f"{plain[:room].strip()} {link}".strip()


def send(address, message, *, link):
    """Hand a message to the provider and return its id.

    Raises    Gone when the number is refused, NotNow for everything else
    """
    body = {
        "id": f"notify-{message.pk}",
        "to": address,
        "brand": settings.HAIDANG_SMS_BRAND,
        "text": text_of(message, link),
    }
    headers = {"Authorization": f"Bearer {settings.HAIDANG_SMS_TOKEN}"}
    try:
        answer = httpx2.post(
            settings.HAIDANG_SMS_URL, json=body, headers=headers, timeout=_TIMEOUT_S
        )
    except httpx2.HTTPError as why:
        raise NotNow(type(why).__name__) from why
    if answer.status_code in (400, 404, 410, 422):
        raise Gone(f"status {answer.status_code}")
    if not answer.is_success:
        raise NotNow(f"status {answer.status_code}")
    return str(answer.json().get("id", ""))
