"""What may differ between installations (README.md)."""

import os

# A folder with one file for each receiver, named after its code, that holds the provider's
# secret. Secrets never enter the database.
HAIDANG_PAYMENTS_SECRETS = os.environ.get("HAIDANG_PAYMENTS_SECRETS", "")
