"""The WSGI callable that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haidang.config.settings")
_for_people = get_wsgi_application()

from haidang.config import logs, machines, request_ids, unmeasured  # noqa: E402, only after Django is set up
from haidang.engines.records import api as records  # noqa: E402
from haidang.kernel import collector  # noqa: E402

_for_machines = machines.MachineHandler()
records.validation.warm()


def application(environ, start_response):
    """Answer one request, on the way that its asker needs.

    A fault beside Django's own care is written down here: the web server would do it in words.
    """
    told = request_ids.begin(environ)

    def start(status, headers, *more):
        return start_response(status, [*headers, *told], *more)

    handler = _for_machines if machines.is_machine(environ) else _for_people
    with logs.written_down():
        answer = handler(unmeasured.measured(environ), start)
    if answer.streaming:
        answer.streaming_content = logs.watched(answer.streaming_content)
    return answer


collector.rest()
