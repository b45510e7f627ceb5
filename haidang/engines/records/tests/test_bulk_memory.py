"""What memory an import takes, by what the kernel says of a process that does one."""

import base64
import gzip
import json
import os
import random
import subprocess
import sys

import pytest

from haidang.engines.records.bulk import importing, sources

MB = 1024 * 1024
PLAIN, PACKED = (open, "wb"), (gzip.open, "wb", 1)
FILE = base64.b64encode(random.Random(5).randbytes(10 * MB * 3 // 4)).decode()
TYPES = {
    "Binary": {"contentType": "application/pdf", "data": FILE},
    "DocumentReference": {"status": "current", "content": [{"attachment": {"contentType": "application/pdf", "data": FILE}}]},
}  # fmt: skip
SMALL = b'{"resourceType":"Basic","code":{"text":"a"}}'


def take_in(database, folder, lines, opener=PLAIN):
    """Write the lines to a file and take that in, in a process of its own; what it tells."""
    path = folder / "in.ndjson"
    with opener[0](path, *opener[1:]) as file:
        file.writelines(line + b"\n" for line in lines)
    command = [sys.executable, "-m", "haidang.engines.records.tests.taking_in", str(path)]
    environment = os.environ | {"HAIDANG_DATABASE": database, "HAIDANG_FILES": str(folder)}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@pytest.mark.parametrize(("type", "opener"), [("Binary", PLAIN), ("DocumentReference", PACKED)])
def test_lines_of_ten_megabytes_are_held_one_at_a_time(own_database, tmp_path, type, opener):
    """One that is longer than any may be stands between them, and is not held at all."""
    count = 8
    lines = [json.dumps({"resourceType": type, "id": f"n{n}", **TYPES[type]}).encode() for n in range(count)]  # fmt: skip
    too_long = b'{"resourceType":"Binary","data":"' + b"A" * sources.LONGEST_LINE + b'"}'

    told = take_in(own_database, tmp_path, [*lines[:4], too_long, *lines[4:], SMALL], opener)

    assert (told["state"], told["done"], told["faults"]) == ("done", count + 1, [5])
    assert told["most"] - told["before"] < 150


def test_a_line_of_very_many_values_is_told_and_not_read(own_database, tmp_path):
    """Read, they would take twenty times as much memory as in the file, and their faults far more."""
    many = b",".join([b"{}"] * (importing.MOST_VALUES + 1))
    few = b",".join([b"{}"] * 100_000)
    lines = [b'{"resourceType":"Basic","extension":[' + each + b"]}" for each in (many, few)]

    told = take_in(own_database, tmp_path, [*lines, SMALL])

    assert (told["state"], told["done"], told["faults"]) == ("done", 1, [1, 2])
    assert told["most"] - told["before"] < 100
