"""FHIR clients from npm with the small scripts that drive them, and HL7's own examples. `bin/test`
installs them: they are for tests alone, so they stand in a lock of their own and never in the product's.

`python -m tests.conformance.clients` installs what the lock says, unless it is already there.
"""

import json
import os
import subprocess
from pathlib import Path

from haidang.ui import build

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
_PATIENCE_S = 60


def install():
    """Install exactly what the lock says; scripts of packages do not run."""
    if _installed():
        return
    build.node(
        "lib/node_modules/npm/bin/npm-cli.js", "ci", "--prefix", HERE, "--omit=optional",
        "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
    )  # fmt: skip


def _installed():
    record = MODULES / ".package-lock.json"
    if not record.exists():
        return False
    wanted = json.loads((HERE / "package-lock.json").read_text())["packages"]
    present = json.loads(record.read_text())["packages"]
    return all(
        present.get(name, {}).get("version") == entry.get("version")
        for name, entry in wanted.items()
        if name and not entry.get("optional") and not entry.get("peer")
    )


def start(script, *arguments):
    """Start one of the scripts with the node of this environment; the process."""
    return subprocess.Popen(
        [build.node_home() / "bin" / "node", HERE / script, *arguments],
        env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(script, *arguments):
    """Run one of the scripts to its end; what it told, as JSON."""
    process = start(script, *arguments)
    try:
        told, complaint = process.communicate(timeout=_PATIENCE_S)
    finally:
        process.kill()
    assert process.returncode == 0, complaint
    return json.loads(told)
