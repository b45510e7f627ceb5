"""A receiver of notifications on loopback, in a process of its own: `python receiver.py PORT FOLDER`.

It writes each body it acknowledges to the folder. What it does with the next calls stands in the
file `mood`: ok, 500, cut (dies in the middle of an answer), slow, or gone.
"""

import http.server
import sys
import time
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    folder = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mood = (self.folder / "mood").read_text()
        if mood == "cut":
            self.connection.close()
            return
        if mood == "slow":
            time.sleep(3)
        if mood == "ok":
            number = len(list(self.folder.glob("*.json")))
            (self.folder / f"{number:05}.json").write_bytes(body)
            (self.folder / f"{number:05}.headers").write_text(str(self.headers))
        self.send_response({"ok": 200, "500": 500, "gone": 410, "moved": 302}.get(mood, 200))
        self.send_header("Content-Length", "0")
        if mood == "moved":
            self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    Handler.folder = Path(sys.argv[2])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    (Handler.folder / "up").touch()
    server.serve_forever()
