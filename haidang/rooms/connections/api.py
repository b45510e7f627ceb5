"""The door of the room: the words in which people are told what an app asks for, and the visits of
a person for which an app may be opened.
"""

from haidang.rooms.connections.selectors.visits import Visit
from haidang.rooms.connections.selectors.visits import of as visits_of
from haidang.rooms.connections.selectors.visits import one as visit_of
from haidang.rooms.connections.selectors.wording import Line, chosen, lines

__all__ = ["Line", "Visit", "chosen", "lines", "visit_of", "visits_of"]
