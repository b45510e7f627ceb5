"""What the worker process does for the documents engine."""

from haidang.engines.documents import disposals, files, issued, ocr, seals
from haidang.kernel.room import Loop

LOOPS = [
    Loop("documents.scan", files.scan_waiting, every_s=30.0),
    Loop("documents.read", ocr.read_waiting, every_s=15.0),
    Loop("documents.let_go", disposals.sweep, every_s=300.0),
    Loop("documents.sign", issued.sign_waiting, every_s=30.0),
    Loop("documents.renew", seals.renew_due, every_s=3600.0),
]
