"""Figures from records: the lake, views, indicators (README.md)."""
