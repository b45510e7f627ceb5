"""The screens of the room, by theme."""
