"""What may differ between installations (docs/how-to/configure.md)."""

import os
from pathlib import Path

HAIDANG_ANALYTICS = os.environ.get("HAIDANG_ANALYTICS", "duckdb")
HAIDANG_LAKE = os.environ.get(
    "HAIDANG_LAKE",
    str(
        Path(
            os.environ.get("HAIDANG_HOME") or Path(__file__).resolve().parents[3] / "var"
        ).resolve()
        / "lake"
    ),
)
HAIDANG_SMALL_CELL = int(os.environ.get("HAIDANG_SMALL_CELL", "5"))
HAIDANG_SQL_SECONDS = int(os.environ.get("HAIDANG_SQL_SECONDS", "20"))
HAIDANG_SQL_ROWS = int(os.environ.get("HAIDANG_SQL_ROWS", "10000"))
