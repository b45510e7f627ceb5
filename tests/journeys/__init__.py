"""Whole jobs in a real browser, against the house as bin/run starts it."""
