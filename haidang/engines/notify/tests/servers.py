"""Real servers on loopback for the channels to speak to, which keep what they were told."""

import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a sender needs (RFC 5321)."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.kept.append(self._message())
            self.wfile.write(self.server.answer(word, line))
            if word == b"QUIT":
                return

    def _message(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return b""


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, refuse):
        super().__init__(("127.0.0.1", 0), _Mail)
        self.kept, self.refuse = [], refuse

    def answer(self, word, line):
        if word == b"RCPT" and self.refuse:
            return f"{self.refuse} no\r\n".encode()
        return b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n"


class _Web(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.kept.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"id": "p-1"}')

    def log_message(self, *arguments):
        pass


@contextmanager
def mail(refuse=0):
    """A mail server; `refuse` is the code with which it refuses every recipient."""
    with _running(_MailServer(refuse)) as server:
        yield server


@contextmanager
def web(status=200):
    """A web server that answers every POST with one status."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    server.kept, server.status = [], status
    with _running(server):
        yield server


@contextmanager
def _running(server):
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
