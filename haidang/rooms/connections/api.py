"""The door of the room: the words in which people are told what an app asks for."""

from haidang.rooms.connections.selectors.wording import Line, chosen, lines

__all__ = ["Line", "chosen", "lines"]
