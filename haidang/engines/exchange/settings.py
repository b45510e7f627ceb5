"""What may differ between installations (docs/how-to/take-in-dossiers.md)."""

import os

HAIDANG_CLAIMS_FILE_MB = int(os.environ.get("HAIDANG_CLAIMS_FILE_MB", "50"))
HAIDANG_CLAIMS_PACKAGE_MB = int(os.environ.get("HAIDANG_CLAIMS_PACKAGE_MB", "100"))
HAIDANG_CLAIMS_FOLDER = os.environ.get("HAIDANG_CLAIMS_FOLDER", "")
HAIDANG_GATEWAY_CLAIMS_PER_MINUTE = int(os.environ.get("HAIDANG_GATEWAY_CLAIMS_PER_MINUTE", "600"))
