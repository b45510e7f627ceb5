"""A published process and a case of it, which tests of cases begin with."""

import pytest

from haidang.engines.workflow import api as workflow
from haidang.engines.workflow.tests import test_cases
from haidang.engines.workflow.tests.examples import LICENCE


@pytest.fixture
def model(db):
    return workflow.publish("licence", LICENCE.encode(), by=test_cases.DIRECTOR)


@pytest.fixture
def case(model):
    return test_cases.begun()
