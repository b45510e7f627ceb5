"""python -m haidang.engines.records.tests.taking_in ADDRESS…: take files in and say what memory it took.

A process of its own, as the worker is one. It prints JSON: `before` and `most` are megabytes, before
the import when everything that any import needs was loaded, and the most at any moment of it.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import django


def _megabytes(name):
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def main(addresses):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
    django.setup()
    from haidang.engines.records.tests import bulk_jobs

    with tempfile.TemporaryDirectory() as folder:
        bulk_jobs.take_in(bulk_jobs.ndjson(Path(folder) / "one.ndjson", [bulk_jobs.BASIC]))
    before = _megabytes("VmRSS")
    job = bulk_jobs.take_in(*addresses)
    faults = [each["extension"][0]["valueInteger"] for each in bulk_jobs.lines(job, "error")]
    told = {"state": job.state, "done": job.done, "why": job.why, "faults": faults}
    print(json.dumps(told | {"before": before, "most": _megabytes("VmHWM")}))


if __name__ == "__main__":
    main(sys.argv[1:])
