"""Structured logs: one JSON object a line, without personal data.

What is written was chosen when the code was written: the sentence of a log call and the facts beside
it, the pattern of the address that was asked for, and of a fault what `kernel.faults` tells. Values
that came with a request are not: no path or query, no words of an exception, and nothing that other
people's code puts into its sentences. With `HAIDANG_DEBUG`, on synthetic data only, the words stand
beside it.
"""

import json
import logging
import logging.config
import sys
import threading
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from haidang.config import request_ids
from haidang.kernel import faults

_OURS = "haidang"
_FACTS = ("code", "status", "facts")
log = logging.getLogger("haidang.faults")


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON.

    in_words    add the words too, which may name people
    """

    def __init__(self, *, in_words=False):
        super().__init__()
        self.in_words = in_words

    def format(self, record):
        why = record.exc_info[1] if record.exc_info else None
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _sentence(record),
            "from": faults.place(record.pathname, record.lineno, record.funcName),
            "thread": record.threadName,
            **_request(record),
        }
        entry |= {name: getattr(record, name) for name in _FACTS if hasattr(record, name)}
        if why is not None:
            entry |= {"fault": faults.told(why)} | _backend(why)
        if self.in_words:
            entry["words"] = super().format(record)
        return json.dumps({name: fact for name, fact in entry.items() if fact != ""}, default=_kind)


@contextmanager
def written_down():
    """Write a fault to the log before it goes on to whoever would tell it in words."""
    try:
        yield
    except Exception:
        log.exception("a request failed outside of its view")
        raise


def watched(pieces):
    """An answer that is made while it is sent: a fault then comes too late for an error page."""
    with written_down():
        yield from pieces


def configure(config):
    """Set the logs up, and have what Python itself tells of faults and warnings written in them.

    Django calls it in every process of the house. Who took a hook before keeps it, as pytest does.
    """
    logging.config.dictConfig(config)
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_part
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _uncaught_in_part
    warnings.showwarning = _warned


def _sentence(record):
    """A sentence as it stands in the code; one of other people's code only when it is a pattern.

    The rest of theirs has its values in it already: `from` says where it stands.
    """
    ours = record.name.partition(".")[0] == _OURS
    return record.msg if isinstance(record.msg, str) and (ours or record.args) else ""


def _request(record):
    """What was asked, by the pattern of its address: a path may hold what people typed."""
    found = {"request": request_ids.current()}
    request = getattr(record, "request", None)
    if request is not None and hasattr(request, "method"):
        match = getattr(request, "resolver_match", None)
        found |= {"method": request.method, "route": match.route if match else "unknown"}
        found["status"] = getattr(record, "status_code", "")
    return found


def _backend(why):
    """The process of PostgreSQL that the fault came from, which the server's own log names."""
    from django.db import connection

    if not isinstance(why.__cause__ or why, psycopg.Error) or connection.connection is None:
        return {}
    try:
        return {"backend": connection.connection.info.backend_pid}
    except psycopg.Error:  # closed, as after a fault of the connection itself
        return {}


def _kind(value):
    return type(value).__name__


def _uncaught(_type, why, _trace):
    if not isinstance(why, KeyboardInterrupt | SystemExit):
        log.critical("a fault that nobody caught", exc_info=why)


def _uncaught_in_part(told):
    _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _warned(_message, category, path, line, file=None, source=None):
    log.warning(
        "a warning of Python",
        extra={"facts": {"kind": category.__name__, "place": faults.place(path, line, "")}},
    )
