"""The department's office with every procedure, which most tests of the room begin with."""

import pytest

from haidang.rooms.procedures import demo


@pytest.fixture(scope="module")
def opened_office(standing):
    """The office, opened once for the tests of a module."""
    demo.open_office()
