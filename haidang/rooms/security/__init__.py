"""Data security: the ledger proved, and emergency openings reviewed."""
