"""Indicators: definitions as files, computed over the published views, kept with their lineage."""
