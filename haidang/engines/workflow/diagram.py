"""A process as a picture: the model that runs, with where a case is now.

Columns follow the longest way from the start, rows keep ways apart; the result is shapes for a
template, in a grid that reads from left to right.
"""

from dataclasses import dataclass

_TASK_COLUMN, _COLUMN, _ROW, _EDGE = 170, 76, 84, 16
_SIZE = {"userTask": (130, 56), "startEvent": (28, 28), "endEvent": (28, 28)}
_GATEWAY = (36, 36)
_LINE, _BEND = 16, 14


@dataclass(frozen=True)
class Shape:
    """One element: its middle, size, lines of its name, and `state` done, open or empty."""

    id: str
    kind: str
    name: str
    lines: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int
    state: str

    @property
    def left(self):
        return self.x - self.width // 2

    @property
    def top(self):
        return self.y - self.height // 2

    @property
    def words_top(self):
        """Where the lines begin that stand in the middle of the shape."""
        return self.y - _LINE * len(self.lines) // 2 - 4


@dataclass(frozen=True)
class Way:
    """One flow as a chain of points `x,y x,y …`, with its name before the last bend."""

    points: str
    name: str
    x: int
    y: int
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """A whole process; `steps` are the tasks on the usual way and those a case has come to."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    ways: tuple[Way, ...]
    steps: tuple[Shape, ...]


def draw(process, *, done=(), open_now=(), named=str):
    """The drawing of a process; `done` and `open_now` name elements.

    named    gives the words to show for a name of the model, as in the reader's language
    """
    columns = _columns(process)
    rows = _rows(process, columns)
    middles, width = _middles(process, columns)
    shapes = {
        node.id: _shape(
            node,
            named(node.name),
            (middles[columns[node.id]], rows[node.id]),
            _state(node, done, open_now),
        )
        for node in process.nodes.values()
    }
    bends = _bends(process, columns, shapes)
    ways = tuple(_way(flow, named(flow.name), shapes, bends) for flow in process.flows)
    usual = _usual(process)
    steps = [shapes[task.id] for task in process.tasks]
    return Drawing(
        width=width,
        height=_EDGE * 2 + (max(rows.values()) + 1) * _ROW,
        shapes=tuple(shapes.values()),
        ways=ways,
        steps=tuple(
            sorted(
                (step for step in steps if step.state or step.id in usual),
                key=lambda step: (step.x, step.y),
            )
        ),
    )


def _columns(process):
    """The longest way to each node, without going round."""
    found = {}

    def visit(node_id, depth, path):
        if node_id in path or found.get(node_id, -1) >= depth:
            return
        found[node_id] = depth
        for flow in process.out(node_id):
            visit(flow.target, depth + 1, path | {node_id})

    visit(process.start.id, 0, frozenset())
    return found


def _rows(process, columns):
    """Each node on the row of the first way into it, unless that place is taken."""
    rows, taken = {process.start.id: 0}, {(0, 0)}
    for node_id in sorted(columns, key=columns.get):
        for number, flow in enumerate(_main_way_first(process, node_id)):
            if flow.target in rows:
                continue
            row = rows[node_id] + number
            while (columns[flow.target], row) in taken:
                row += 1
            rows[flow.target] = row
            taken.add((columns[flow.target], row))
    used = {row: number for number, row in enumerate(sorted(set(rows.values())))}
    return {node_id: used[row] for node_id, row in rows.items()}


def _main_way_first(process, node_id):
    """The flows out of a node, the one that is taken by default before the others."""
    default = process.nodes[node_id].default
    return sorted(process.out(node_id), key=lambda flow: flow.id != default)


def _usual(process):
    """The nodes that a case comes to when every choice goes the way it goes by default."""
    found, ahead = set(), [process.start.id]
    while ahead:
        node = process.nodes[ahead.pop()]
        if node.id not in found:
            found.add(node.id)
            flows = _main_way_first(process, node.id)
            ahead += [flow.target for flow in (flows[:1] if node.default else flows)]
    return found


def _middles(process, columns):
    """Where the middle of each column is, and the whole width; a column of tasks is wider."""
    with_task = {columns[node.id] for node in process.tasks}
    found, x = {}, _EDGE
    for column in range(max(columns.values()) + 1):
        width = _TASK_COLUMN if column in with_task else _COLUMN
        found[column] = x + width // 2
        x += width
    return found, x + _EDGE


def _state(node, done, open_now):
    return "open" if node.id in open_now else "done" if node.id in done else ""


def _shape(node, name, place, state):
    (x, row), (width, height) = place, _SIZE.get(node.kind, _GATEWAY)
    return Shape(
        id=node.id,
        kind=node.kind,
        name=name,
        lines=_lines(name) if node.kind == "userTask" else (),
        x=x,
        y=_EDGE + row * _ROW + _ROW // 2,
        width=width,
        height=height,
        state=state,
    )


def _lines(name, longest=18, most=3):
    """A name broken into short lines."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return tuple(lines[:most])


def _bends(process, columns, shapes):
    """Where ways into each node bend: left of the widest shape of its column, and through none."""
    lefts = {}
    for node in process.nodes.values():
        column = columns[node.id]
        lefts[column] = min(shapes[node.id].left, lefts.get(column, shapes[node.id].left))
    return {node.id: lefts[columns[node.id]] - _BEND for node in process.nodes.values()}


def _way(flow, words, shapes, bends):
    a, b = shapes[flow.source], shapes[flow.target]
    if b.x > a.x:
        points, name = _ahead(a, b, bends[b.id], shapes.values())
    else:  # back: below both, and up into it
        low = max(a.y, b.y) + _ROW // 2 - 6
        points = [(a.x, a.y + a.height // 2), (a.x, low), (b.x, low), (b.x, b.y + b.height // 2)]
        name = (a.x - 4, low + 11, "end")  # below the line, where no shape stands
    return Way(" ".join(f"{x},{y}" for x, y in points), words, *name)


def _ahead(a, b, bend, shapes):
    """A way to the right: along its row and then down, or down at once where shapes are in its way."""
    late = [(a.x + a.width // 2, a.y), (bend, a.y), (bend, b.y), (b.left, b.y)]
    if not any(_meets(late, shape) for shape in shapes if shape not in (a, b)):
        return late, (bend - 4, b.y - 6, "end")
    at_once = [(a.x, a.y + a.height // 2), (a.x, b.y), (b.left, b.y)]
    return at_once, (b.left - 8, b.y - 6, "end")


def _meets(points, shape):
    """Whether a chain of points goes through a shape."""
    right, bottom = shape.left + shape.width, shape.top + shape.height
    return any(
        min(x1, x2) < right
        and max(x1, x2) > shape.left
        and min(y1, y2) < bottom
        and max(y1, y2) > shape.top
        for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False)
    )
