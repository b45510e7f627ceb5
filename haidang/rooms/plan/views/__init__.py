"""Screens of the room: the director's, a unit's, the city's health."""
