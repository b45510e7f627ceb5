"""What may differ between installations (docs/how-to/configure.md)."""

import os
from pathlib import Path

HAIDANG_ANALYTICS = os.environ.get("HAIDANG_ANALYTICS", "duckdb")
_HOME = Path(
    os.environ.get("HAIDANG_HOME") or Path(__file__).resolve().parents[3] / "var"
).resolve()
HAIDANG_LAKE = os.environ.get("HAIDANG_LAKE", str(_HOME / "lake"))
HAIDANG_SQL_EXPORTS = os.environ.get("HAIDANG_SQL_EXPORTS", str(_HOME / "sql-exports"))
HAIDANG_SQL_EXPORT_SECONDS = int(os.environ.get("HAIDANG_SQL_EXPORT_SECONDS", "900"))
HAIDANG_SMALL_CELL = int(os.environ.get("HAIDANG_SMALL_CELL", "5"))
HAIDANG_FIGURES_HOURS = int(os.environ.get("HAIDANG_FIGURES_HOURS", "6"))
HAIDANG_SQL_SECONDS = int(os.environ.get("HAIDANG_SQL_SECONDS", "20"))
HAIDANG_SQL_ROWS = int(os.environ.get("HAIDANG_SQL_ROWS", "10000"))
