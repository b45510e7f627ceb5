"""The service: one credential, what was authorised for it, and signatures over exactly that.

An authorisation is one row of a table: its hashes, its state, when it ends. It is good for these
hashes, once; a wrong PIN, another hash, a second use and an expired one are refused with the error
codes of the specification.
"""

import base64
import http.server
import json
import secrets
import threading
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils

_RSA_SHA256 = "1.2.840.113549.1.1.11"


@dataclass
class Authorisation:
    """What one SAD (signature activation data) allows."""

    hashes: list
    ends: float
    state: str = "authorised"


@dataclass
class Service:
    """key and certificates: of the one credential; token: of the client; pin: of the person."""

    key: object
    certificates: list
    token: str = "simulated-token"
    pin: str = "123456"
    credential: str = "credential-1"
    lasts_s: float = 300.0
    table: dict = field(default_factory=dict)

    def answer(self, path, told, bearer):
        """The answer to a call: (status, body)."""
        if bearer != self.token:
            return 401, _error("invalid_token")
        act = {
            "info": self._info,
            "credentials/list": self._list,
            "credentials/info": self._credential,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }.get(path)
        if act is None:
            return 404, _error("invalid_request")
        if told.get("credentialID", self.credential) != self.credential:
            return 400, _error("invalid_request", "unknown credential")
        return act(told)

    def _info(self, _told):
        return 200, {
            "specs": "1.0.4.0",
            "name": "Simulated signing",
            "methods": ["signatures/signHash"],
        }

    def _list(self, _told):
        return 200, {"credentialIDs": [self.credential]}

    def _credential(self, _told):
        der = [
            base64.b64encode(one.public_bytes(serialization.Encoding.DER)).decode()
            for one in self.certificates
        ]
        key = {"status": "enabled", "algo": [_RSA_SHA256], "len": self.key.key_size}
        return 200, {"key": key, "cert": {"status": "valid", "certificates": der}, "multisign": 1}

    def _authorize(self, told):
        if told.get("PIN") != self.pin:
            return 400, _error("invalid_pin")
        if told.get("numSignatures") != len(told.get("hash") or []):
            return 400, _error("invalid_request", "hashes")
        sad = secrets.token_urlsafe(24)
        self.table[sad] = Authorisation(told["hash"], time.monotonic() + self.lasts_s)
        return 200, {"SAD": sad, "expiresIn": self.lasts_s}

    def _sign(self, told):
        row = self.table.get(told.get("SAD"))
        if row is None or row.state != "authorised" or row.hashes != told.get("hash"):
            return 400, _error("invalid_request", "SAD")
        if time.monotonic() > row.ends:
            row.state = "expired"
            return 400, _error("expired_sad")
        row.state = "used"
        chosen = utils.Prehashed(hashes.SHA256())
        signatures = [
            self.key.sign(base64.b64decode(one), padding.PKCS1v15(), chosen) for one in row.hashes
        ]
        return 200, {"signatures": [base64.b64encode(one).decode() for one in signatures]}


def _error(code, words=""):
    return {"error": code, "error_description": words}


def serve(service):
    """Serve on a free port of this machine; returns the server, whose `address` is its base."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            told = json.loads(
                self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}"
            )
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            status, body = service.answer(self.path.removeprefix("/csc/v1/"), told, bearer)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *told):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{server.server_port}/csc/v1"
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    return server
