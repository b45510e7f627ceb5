"""Accounts: signing in, own security, and the administration of accounts and systems."""
