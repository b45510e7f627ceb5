"""A virus scanner: as much of clamd as INSTREAM needs; it finds the test virus and nothing else."""

import socketserver
import struct
import threading
from contextlib import contextmanager

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Clamd(socketserver.StreamRequestHandler):
    def handle(self):
        self.rfile.read(len(b"zINSTREAM\0"))
        content = b""
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.asked()
        found = b"Eicar FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


@contextmanager
def serving(asked=lambda: None):
    """A scanner, and the address at which it answers; `asked` is called before each answer."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        server.asked = asked
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
