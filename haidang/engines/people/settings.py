"""What may differ between installations (docs/how-to/configure.md)."""

import os

HAIDANG_MATCHES_PER_MINUTE = int(os.environ.get("HAIDANG_MATCHES_PER_MINUTE", "60"))
