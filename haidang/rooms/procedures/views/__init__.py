"""Screens of the room: applicants, officers, editors, and everybody."""
