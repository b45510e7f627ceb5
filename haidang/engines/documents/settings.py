"""What may differ between installations (README.md)."""

import os

# host:port or the path of a socket of clamd; empty when there is no scanner
HAIDANG_SCANNER = os.environ.get("HAIDANG_SCANNER", "")
HAIDANG_FILE_MB = int(os.environ.get("HAIDANG_FILE_MB", "20"))
