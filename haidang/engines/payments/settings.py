"""What may differ between installations (README.md)."""

import os
from pathlib import Path

# A folder with one file for each receiver, named after its code, that holds the provider's
# secret. Secrets never enter the database. Without the setting it is below the run home.
_HOME = os.environ.get("HAIDANG_HOME") or Path(__file__).resolve().parents[3] / "var"
HAIDANG_PAYMENTS_SECRETS = os.environ.get(
    "HAIDANG_PAYMENTS_SECRETS", str(Path(_HOME).resolve() / "secrets" / "payments")
)
