"""The room of administrative procedures."""
