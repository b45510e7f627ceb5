"""Django settings of the ledger; `config.settings` merges them."""

import os

# Connections of the access book in each process; the database must have room for all of them.
HAIDANG_LEDGER_POOL = int(os.environ.get("HAIDANG_LEDGER_POOL", "4"))
