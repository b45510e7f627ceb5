"""The simulator as a client: one file per request, with its token, and an exit code that means something."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from haidang.engines.exchange.adapters.claims import reader
from simulators.his import __main__ as command


class Gateway(BaseHTTPRequestHandler):
    """Takes files; refuses a token it does not know."""

    received: list[tuple[str, bytes]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["Authorization"] == "Bearer secret"
        if known:
            self.received.append((self.headers["X-File-Name"], body))
        self.send_response(202 if known else 401)
        self.end_headers()

    def log_message(self, *_):
        """Keep the test output clean."""


@pytest.fixture
def gateway():
    Gateway.received = []
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/gateway/claims"
    server.shutdown()
    server.server_close()


def test_files_are_posted_with_the_token(gateway, capsys):
    assert command.main(["--count", "5", "--post", gateway, "--token", "secret"]) == 0

    assert capsys.readouterr().out == "202: 5\n"
    assert len({name for name, _ in Gateway.received}) == 5
    assert all(reader.read(body).is_readable for _, body in Gateway.received)


def test_a_refusal_is_the_exit_code(gateway, capsys):
    assert command.main(["--count", "2", "--post", gateway, "--token", "wrong"]) == 1
    assert capsys.readouterr().out == "401: 2\n"


def test_nobody_there_is_the_exit_code(capsys):
    assert command.main(["--count", "1", "--post", "http://127.0.0.1:9/"]) == 1
    assert "no answer: 1" in capsys.readouterr().out
