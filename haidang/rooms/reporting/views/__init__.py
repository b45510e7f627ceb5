"""Screens of the room: a unit's obligations, a report and its cells, the matrix above, the forms."""
