"""What may differ between installations (README.md)."""

import os
from pathlib import Path

_HOME = Path(
    os.environ.get("HAIDANG_HOME") or Path(__file__).resolve().parents[3] / "var"
).resolve()

# host:port or the path of a socket of clamd; empty when there is no scanner
HAIDANG_SCANNER = os.environ.get("HAIDANG_SCANNER", "")
HAIDANG_FILE_MB = int(os.environ.get("HAIDANG_FILE_MB", "20"))
# Whether scans are read by OCR, where tesseract is there; and how long one file may take.
HAIDANG_OCR = os.environ.get("HAIDANG_OCR", "1") == "1"
HAIDANG_OCR_SECONDS = int(os.environ.get("HAIDANG_OCR_SECONDS", "600"))
# How long the drawing of a preview may take.
HAIDANG_PREVIEW_SECONDS = float(os.environ.get("HAIDANG_PREVIEW_SECONDS", "15"))
# A folder with one TOML file for each signer; keys and passwords stay outside the database.
HAIDANG_SIGNERS = os.environ.get("HAIDANG_SIGNERS", str(_HOME / "secrets" / "signers"))
# A folder with trusted roots (*.pem) and lists of revoked certificates (*.crl).
HAIDANG_TRUST = os.environ.get("HAIDANG_TRUST", str(_HOME / "trust"))
# The timestamp service (RFC 3161). Without one a synthetic house uses the one among its signers.
HAIDANG_TSA = os.environ.get("HAIDANG_TSA", "")
# B-T, B-LT or B-LTA
HAIDANG_SIGNATURE_LEVEL = os.environ.get("HAIDANG_SIGNATURE_LEVEL", "B-LT")
