"""The ledger: what happened, who looked, and a tree that proves nobody changed it since."""
