"""What the worker process does for the documents engine."""

from haidang.engines.documents import files, issued
from haidang.kernel.room import Loop

LOOPS = [
    Loop("documents.scan", files.scan_waiting, every_s=30.0),
    Loop("documents.sign", issued.sign_waiting, every_s=30.0),
]
