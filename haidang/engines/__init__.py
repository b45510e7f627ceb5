"""Shared machinery, each engine entered only by its api.py."""
