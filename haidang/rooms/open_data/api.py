"""The door of open data for other parts of the house: what one network address may ask."""

#: How often a minute, by what is asked for: a page, a file of a data set, the interface for machines.
LIMITS = {"page": 240, "file": 120, "api": 600}
