"""The WSGI callable that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
_for_people = get_wsgi_application()

from haidang.config import machines, unmeasured  # noqa: E402, only after Django is set up
from haidang.engines.records import api as records  # noqa: E402
from haidang.kernel import collector  # noqa: E402

_for_machines = machines.MachineHandler()
records.validation.warm()


def application(environ, start_response):
    """Answer one request, on the way that its asker needs."""
    handler = _for_machines if machines.is_machine(environ) else _for_people
    return handler(unmeasured.measured(environ), start_response)


collector.rest()
