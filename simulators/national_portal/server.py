"""The portal over HTTP: tokens, signatures both ways, and faults on request.

A request carries `X-Ma-Don-Vi`, `X-Thoi-Diem` and `X-Chu-Ky`: HMAC-SHA256 of the unit's secret over
method, path, moment and the hash of the body. An answer is signed in the same way over its own body
and the signature that it answers, so that no answer can be played to another question.
"""

import hashlib
import hmac
import http.server
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from simulators.national_portal.portal import Portal
from simulators.national_portal.store import Store

_OLDEST_S = 300


def now():
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%Y%m%d%H%M%S")


def signature(secret, *parts):
    """HMAC-SHA256 over the lines of what is signed; bodies go in by their hash."""
    lines = [hashlib.sha256(p).hexdigest() if isinstance(p, bytes) else str(p) for p in parts]
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


@dataclass
class Faults:
    """How many of the next calls go wrong, by kind.

    slow_s   how long a slow one takes, unless `go_on` is set before
    ended    is set when a slow one has been done and its answer sent, whoever listens to it
    kinds    error (500), slow, forged (answer with a wrong signature), lost (done, but the
             connection is cut before the answer), garbled (an answer that is no JSON), expired
             (the token is not taken any more)
    """

    left: dict = field(default_factory=dict)
    slow_s: float = 2.0
    go_on: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, kind):
        with self._lock:
            if self.left.get(kind, 0) <= 0:
                return False
            self.left[kind] -= 1
            return True


class Handler(http.server.BaseHTTPRequestHandler):
    """One call. `server` carries portal, secret, faults and tokens."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self._serve("POST")

    def do_GET(self):
        self._serve("GET")

    def _serve(self, method):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path.startswith("/dieu-khien/"):
            return self._answer(200, self._control(path, json.loads(raw or b"{}")))
        faults = self.server.faults
        if faults.takes("error"):
            return self._answer(500, {"error_code": "99"})
        if faults.takes("slow"):
            return self._serve_slowly(method, path, raw)
        return self._do(method, path, raw)

    def _serve_slowly(self, method, path, raw):
        faults = self.server.faults
        faults.go_on.wait(faults.slow_s)
        try:
            return self._do(method, path, raw)
        finally:
            faults.ended.set()

    def _do(self, method, path, raw):
        if not self._is_signed(method, raw):
            return self._answer(403, {"error_code": "03", "error_message": "Sai chữ ký"})
        if path != "/v1/token" and not self._has_token():
            return self._answer(401, {"error_code": "02", "error_message": "Hết phiên"})
        status, body = self._act(method, path, raw)
        if self.server.faults.takes("lost"):
            self.close_connection = True
            return None
        return self._answer(status, body)

    def _is_signed(self, method, raw):
        moment, given = self.headers.get("X-Thoi-Diem", ""), self.headers.get("X-Chu-Ky", "")
        if not moment.isdigit() or abs(time.time() - int(moment)) > _OLDEST_S:
            return False
        expected = signature(self.server.secret, method, self.path, moment, raw)
        return hmac.compare_digest(expected, given)

    def _has_token(self):
        if self.server.faults.takes("expired"):
            self.server.tokens.clear()
        given = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        return given in self.server.tokens

    def _act(self, method, path, raw):
        portal, query = self.server.portal, parse_qs(urlsplit(self.path).query)
        name = path.removeprefix("/v1/")
        if path == "/v1/token":
            token = secrets.token_urlsafe(24)
            self.server.tokens.add(token)
            return 200, {"error_code": "00", "token": token}
        if method == "POST" and name == "tep":
            return 200, portal.keep_file(unquote(self.headers.get("X-Ten-Tep", "tep")), raw)
        if method == "POST":
            return 200, portal.call(name, self.headers.get("X-Khoa", ""), raw)
        if name.startswith("tep/"):
            kept = portal.store.file(name.removeprefix("tep/"))
            return (200, kept[1]) if kept else (404, {"error_code": "04"})
        if name == "hop-thu":
            after, limit = int(query["sau"][0]), int(query.get("gioi-han", ["50"])[0])
            return 200, portal.mail(after, limit)
        if name == "doi-soat":
            return 200, portal.day(query["ngay"][0])
        return 404, {"error_code": "04"}

    def _control(self, path, told):
        """For whoever plays the portal's side: file, tell, break, look."""
        portal, act = self.server.portal, path.removeprefix("/dieu-khien/")
        if act == "nop":
            portal.file_dossier(told)
        elif act == "bao":
            portal.tell(told["MaHoSo"], told["Loai"], told.get("NoiDung", {}))
        elif act == "loi":
            self.server.faults.left |= told
        elif act == "ho-so":
            return {"ho_so": portal.store.dossiers()}
        return {"error_code": "00"}

    def _answer(self, status, body):
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        if self.server.faults.takes("garbled"):
            raw = b"<html>maintenance</html>"
        asked = self.headers.get("X-Chu-Ky", "")
        signed = signature(self.server.secret, asked, status, raw)
        if self.server.faults.takes("forged"):
            signed = signature("another secret", asked, status, raw)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("X-Chu-Ky", signed)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *told):
        pass


def serve(store=None, *, secret="simulated-secret", port=0, faults=None):
    """Serve on a port of this machine; returns the server, whose `address` is its base."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.portal = Portal(store or Store(), now)
    server.secret, server.faults, server.tokens = secret, faults or Faults(), set()
    server.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    return server
