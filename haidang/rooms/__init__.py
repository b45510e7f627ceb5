"""The services of the city, one folder each; config finds a room by its room.py."""
