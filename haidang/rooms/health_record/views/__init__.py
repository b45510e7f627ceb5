"""Screens of the room: one person's record for staff, and the family's for themselves."""
