"""Structured logs: one JSON object a line, without personal data.

Request paths hold opaque ids only, and queries are left out, because people type names there.
"""

import json
import logging
from datetime import UTC, datetime

_FACTS = ("code", "status", "method", "route", "facts")


class JsonFormatter(logging.Formatter):
    """Formats a record as one line of JSON; a traceback keeps its frames as text."""

    def format(self, record):
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= {name: getattr(record, name) for name in _FACTS if hasattr(record, name)}
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)
