"""What the worker process does for the documents engine."""

from haidang.engines.documents import files
from haidang.kernel.room import Loop

LOOPS = [Loop("documents.scan", files.scan_waiting, every_s=30.0)]
