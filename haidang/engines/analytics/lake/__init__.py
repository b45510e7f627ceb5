"""The lake: the records as columns, one Delta table per resource type."""
