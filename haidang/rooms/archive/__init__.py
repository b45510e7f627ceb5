"""The room of the archive: disposal lists, and what waits for a person."""
