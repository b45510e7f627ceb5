"""The house keeps its shape: imports, rooms, events, and the words of the code."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from haidang.config import discovery, handbook

CHECKOUT = discovery.PACKAGE.parent
SOURCES = [
    path
    for folder in ("haidang", "simulators", "bench", "tests")
    for path in sorted((CHECKOUT / folder).glob("**/*.py"))
]
OWN_CODE = [path for path in SOURCES if "migrations" not in path.parts]
EMITTED = re.compile(r"""ledger\.(?:record|Entry)\(\s*f?["']([a-z_.]+)["']""")


def test_the_import_contract_holds():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_of_the_guide_is_kept():
    contract = (CHECKOUT / ".importlinter").read_text()

    kept = re.findall(r"\[importlinter:contract:([a-z-]+)\]", contract)

    assert set(kept) >= {
        "floors",
        "engine-order",
        "engine-doors",
        "engine-to-engine",
        "room-doors",
        "no-circles",
        "room-shape",
        "pure",
        "thin-views",
    }


def test_no_file_outgrows_a_reader():
    long = {str(p.relative_to(CHECKOUT)): n for p in OWN_CODE if (n := _lines(p)) > 450}

    assert long == {}


def test_no_function_outgrows_a_screen():
    long = [
        f"{path.relative_to(CHECKOUT)}:{node.name}"
        for path in OWN_CODE
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and _body_lines(node) > 60
    ]

    assert long == []


@pytest.mark.parametrize("room", discovery.rooms(), ids=lambda room: room.name)
def test_a_room_introduces_itself(room):
    folder = discovery.PACKAGE / "rooms" / room.name

    assert (folder / "README.md").read_text().strip()
    assert room.title
    assert room.title_en
    assert room.wing in {"care", "public health", "government"}


def test_every_event_that_is_recorded_is_documented():
    recorded = {
        name
        for path in OWN_CODE
        if "tests" not in path.parts
        for name in EMITTED.findall(path.read_text())
    }

    assert recorded - set(handbook.events()) == set()


@pytest.mark.parametrize(
    "page",
    [
        "docs/reference/events.md",
        "docs/reference/permissions.md",
        "docs/reference/addresses.md",
        "docs/reference/errors.md",
        "GLOSSARY.md",
    ],
)
def test_a_generated_page_is_up_to_date(page):
    assert (CHECKOUT / page).read_text() == handbook.pages()[page], "run bin/haidang handbook"


def test_no_door_is_undocumented():
    bare = [
        f"{path.relative_to(CHECKOUT)}:{node.name}"
        for path in OWN_CODE
        if path.name in {"services.py", "selectors.py"} and "tests" not in path.parts
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]

    assert bare == []


def test_there_is_no_drawer_for_odds_and_ends():
    odd = {"utils.py", "helpers.py", "signals.py", "admin.py"}

    assert [path for path in SOURCES if path.name in odd] == []


def _lines(path):
    return len(path.read_text().splitlines())


def _body_lines(node):
    """Lines of the function without its docstring."""
    documented = ast.get_docstring(node, clean=False)
    return node.end_lineno - node.lineno - len((documented or "").splitlines())
