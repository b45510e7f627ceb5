"""Calls of the portal: signed, with a token, with a limit on time; answers are believed by signature.

A request is signed over method, path, moment and the hash of its body; an answer over the request's
signature, the status and its own body, so that no answer can be played to another question.
"""

import hashlib
import hmac
import json
import threading
import time
from urllib.parse import quote

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

_TIMEOUT_S = 10
_LARGEST = 25 * 1024 * 1024
_tokens = {}
_lock = threading.Lock()


class NotReached(Exception):
    """The portal did not answer, or not in a way that can be believed; it is tried again."""


class NotTaken(Exception):
    """The portal answered that it does not take this; somebody has to look."""

    def __init__(self, answer):
        super().__init__(str(answer.get("error_message") or answer.get("error_code")))
        self.answer = answer
        self.code = str(answer.get("error_code"))[:20]


def is_on():
    """Whether this house exchanges with a portal at all."""
    return bool(settings.HAIDANG_NATIONAL_PORTAL and settings.HAIDANG_NATIONAL_PORTAL_SECRET)


def tell(call, body, *, key):
    """Make a writing call and return its answer; the same key may be told again without harm."""
    # Sorted, so that the second time gives the same bytes as the first: the key stands for them.
    raw = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    return _taken(_read(_with_token("POST", f"/v1/{call}", raw, {"X-Khoa": key})))


def upload(name, content):
    """Give the portal a file: (id, hash) there."""
    found = _taken(_read(_with_token("POST", "/v1/tep", content, {"X-Ten-Tep": quote(name)})))
    return found["IdTepTin"], found["HashTepTin"]


def download(file_id, sha256):
    """The bytes of a file of the portal, which have to have the hash that was told."""
    content = _with_token("GET", f"/v1/tep/{quote(file_id, safe='')}", b"", {})
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotTaken({"error_code": "08", "error_message": _("Tệp không khớp mã băm đã báo.")})
    return content


def mail(after, limit):
    """Messages of our mailbox after a number."""
    path = f"/v1/hop-thu?sau={int(after)}&gioi-han={int(limit)}"
    return _taken(_read(_with_token("GET", path, b"", {})))["muc"]


def day(on):
    """(counts by state, {code: state}) of the dossiers that the portal has from a day."""
    found = _taken(_read(_with_token("GET", f"/v1/doi-soat?ngay={on:%Y%m%d}", b"", {})))
    return found["dem"], found["ho_so"]


def _with_token(method, path, raw, headers):
    """A call with our token; one that ran out is asked for anew, once."""
    for attempt in (1, 2):
        bearer = {"Authorization": f"Bearer {_token(afresh=attempt == 2)}"}
        status, content = _call(method, path, raw, headers | bearer)
        if status != 401:
            break
    if status == 404:
        raise NotTaken({"error_code": "04", "error_message": _("Cổng không có mục này.")})
    if status != 200:
        raise NotReached(f"status {status}")
    return content


def _token(*, afresh):
    base = settings.HAIDANG_NATIONAL_PORTAL
    with _lock:
        if afresh or base not in _tokens:
            raw = json.dumps({"client_id": settings.HAIDANG_NATIONAL_PORTAL_UNIT}).encode()
            status, content = _call("POST", "/v1/token", raw, {})
            if status != 200:
                raise NotReached(f"token: status {status}")
            _tokens[base] = _taken(_read(content))["token"]
        return _tokens[base]


def _call(method, path, raw, headers):
    moment = str(int(time.time()))
    signed = _signature(method, path, moment, raw)
    told = {
        "X-Ma-Don-Vi": settings.HAIDANG_NATIONAL_PORTAL_UNIT,
        "X-Thoi-Diem": moment,
        "X-Chu-Ky": signed,
        **headers,
    }
    url = settings.HAIDANG_NATIONAL_PORTAL.rstrip("/") + path
    try:
        answer = httpx2.request(method, url, content=raw, headers=told, timeout=_TIMEOUT_S)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as why:
        raise NotReached(type(why).__name__) from why
    if len(answer.content) > _LARGEST:
        raise NotReached("answer too large")
    expected = _signature(signed, answer.status_code, answer.content)
    if not hmac.compare_digest(expected, answer.headers.get("X-Chu-Ky", "")):
        raise NotReached(f"answer without a valid signature, status {answer.status_code}")
    return answer.status_code, answer.content


def _signature(*parts):
    lines = [hashlib.sha256(p).hexdigest() if isinstance(p, bytes) else str(p) for p in parts]
    key = settings.HAIDANG_NATIONAL_PORTAL_SECRET.encode()
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def _read(content):
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as why:
        raise NotReached("answer is no JSON") from why
    if not isinstance(found, dict):
        raise NotReached("answer is no object")
    return found


def _taken(answer):
    if str(answer.get("error_code")) not in ("00", "0"):
        raise NotTaken(answer)
    return answer
